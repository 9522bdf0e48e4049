#include "model/gguf.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/lfs_pointer.h"
#include "base/round_up.h"

namespace diptych::model {
namespace {

constexpr const char* kGgufPlace = "gguf";
constexpr std::string_view kMagic = "GGUF";
constexpr uint32_t kVersion = 3;
constexpr size_t kMaxDimensions = 4;
constexpr uint64_t kMaxName = 1024, kMaxAlignment = 1 << 20;
constexpr int kMaxDepth = 4;  // of lists in lists

// Types of tensors, by ggml's numbers.
struct TypeNumber {
  numbers::DType type;
  uint32_t number;
};
constexpr std::array kTypes = {TypeNumber{numbers::DType::kF32, 0},   TypeNumber{numbers::DType::kF16, 1},
                               TypeNumber{numbers::DType::kQ4_0, 2},  TypeNumber{numbers::DType::kQ8_0, 8},
                               TypeNumber{numbers::DType::kQ4_K, 12}, TypeNumber{numbers::DType::kQ5_K, 13},
                               TypeNumber{numbers::DType::kQ6_K, 14}, TypeNumber{numbers::DType::kI32, 26},
                               TypeNumber{numbers::DType::kI64, 27},  TypeNumber{numbers::DType::kBF16, 30}};

// Types of settings.
enum Setting : uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kText, kList, kU64, kI64, kF64 };

// Reads values from the front of a file.
class Reader {
 public:
  Reader(std::span<const std::byte> bytes, const std::string& path) : bytes_(bytes), path_(path) {}

  [[noreturn]] void Fail(const std::string& what, std::string_view hint = {}) const {
    throw base::Error(kGgufPlace, path_ + " " + what, hint);
  }

  std::span<const std::byte> Take(uint64_t count) {
    if (count > left())
      Fail("is truncated: it has " + std::to_string(bytes_.size()) + " bytes, its header goes on for " +
               std::to_string(count) + " at byte " + std::to_string(at_) + ".",
           "copy it again.");
    const auto taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  template <typename T>
  T Number() {
    T value;
    std::memcpy(&value, Take(sizeof(T)).data(), sizeof(T));
    return value;
  }

  // A length and that many bytes.
  std::string Text(uint64_t longest) {
    const auto length = Number<uint64_t>();
    if (length > longest)
      Fail("has a text of " + std::to_string(length) + " bytes at byte " + std::to_string(at_) + ", the limit is " +
           std::to_string(longest) + ".");
    const auto bytes = Take(length);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  // A count of things that take at least `size` bytes each: an Error when the file has no room for so many.
  uint64_t Count(const char* what, uint64_t size) {
    const auto count = Number<uint64_t>();
    if (count > left() / size)
      Fail("states " + std::to_string(count) + " " + what + ", there is no room for them in " +
               std::to_string(bytes_.size()) + " bytes.",
           "it may be truncated; copy it again.");
    return count;
  }

  uint64_t at() const { return at_; }
  uint64_t left() const { return bytes_.size() - at_; }

 private:
  std::span<const std::byte> bytes_;
  const std::string& path_;
  uint64_t at_ = 0;
};

// Bytes of a setting of fixed size; 0 for texts and lists.
uint64_t SettingBytes(const Reader& reader, uint32_t type) {
  constexpr std::array<uint64_t, 13> kBytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  if (type >= kBytes.size()) reader.Fail("has a setting of the unknown type " + std::to_string(type) + ".");
  return kBytes[type];
}

void SkipList(Reader& reader, int depth, uint64_t* count) {
  if (depth > kMaxDepth) reader.Fail("has lists in lists in lists.");
  const auto type = reader.Number<uint32_t>();
  const uint64_t bytes = SettingBytes(reader, type);
  *count = reader.Count("values", bytes > 0 ? bytes : type == kText ? 8 : 12);
  if (bytes > 0) {
    reader.Take(*count * bytes);
    return;
  }
  for (uint64_t i = 0; i < *count; ++i) {
    uint64_t inner = 0;
    if (type == kText)
      reader.Text(reader.left());
    else
      SkipList(reader, depth + 1, &inner);
  }
}

// One setting's value as text.
std::string ReadSetting(Reader& reader) {
  const auto type = reader.Number<uint32_t>();
  SettingBytes(reader, type);
  switch (type) {
    case kU8:
      return std::to_string(reader.Number<uint8_t>());
    case kI8:
      return std::to_string(reader.Number<int8_t>());
    case kU16:
      return std::to_string(reader.Number<uint16_t>());
    case kI16:
      return std::to_string(reader.Number<int16_t>());
    case kU32:
      return std::to_string(reader.Number<uint32_t>());
    case kI32:
      return std::to_string(reader.Number<int32_t>());
    case kF32:
      return std::to_string(reader.Number<float>());
    case kBool:
      return reader.Number<uint8_t>() == 0 ? "false" : "true";
    case kText:
      return reader.Text(reader.left());
    case kU64:
      return std::to_string(reader.Number<uint64_t>());
    case kI64:
      return std::to_string(reader.Number<int64_t>());
    case kF64:
      return std::to_string(reader.Number<double>());
    default: {
      uint64_t count = 0;
      SkipList(reader, 1, &count);
      return "[" + std::to_string(count) + " values]";
    }
  }
}

void CheckStart(Reader& reader) {
  const auto magic = reader.Take(kMagic.size());
  if (std::memcmp(magic.data(), kMagic.data(), kMagic.size()) != 0) reader.Fail("does not start with GGUF.");
  const auto version = reader.Number<uint32_t>();
  if (version == kVersion << 24) reader.Fail("holds big-endian numbers.", "convert it on such a machine.");
  if (version != kVersion)
    reader.Fail("has version " + std::to_string(version) + ", it must be " + std::to_string(kVersion) + ".",
                "convert the model again with a newer program.");
}

struct Entry {
  std::string name;
  TensorView tensor;
  uint64_t offset = 0, size = 0;
};

// One tensor's name, shape and place, not yet checked against the file's size.
Entry ReadEntry(Reader& reader) {
  Entry entry;
  entry.name = reader.Text(kMaxName);
  const auto fail = [&](const std::string& what) { reader.Fail("has the tensor " + entry.name + " " + what); };
  const auto dimensions = reader.Number<uint32_t>();
  if (dimensions > kMaxDimensions) fail("with " + std::to_string(dimensions) + " dimensions, the limit is 4.");
  for (uint32_t i = 0; i < dimensions; ++i) {
    const auto extent = reader.Number<uint64_t>();
    if (extent > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) fail("with a dimension beyond 64 bits.");
    // Files list the innermost dimension first.
    entry.tensor.shape.insert(entry.tensor.shape.begin(), static_cast<int64_t>(extent));
  }
  const auto number = reader.Number<uint32_t>();
  const auto* known =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeNumber& t) { return t.number == number; });
  if (known == kTypes.end()) fail("of type number " + std::to_string(number) + ", which is not supported.");
  entry.tensor.type = known->type;
  const auto size = SizeOf(entry.tensor.type, entry.tensor.shape);
  if (!size) fail("whose shape and type do not go together.");
  entry.size = *size;
  entry.offset = reader.Number<uint64_t>();
  return entry;
}

// Each tensor begins where the one before it, with its padding, ends. The file ends with the last one, padded or not.
void CheckCover(const Reader& reader, std::vector<Entry*> entries, uint64_t alignment, uint64_t body) {
  std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) {
    return a->offset != b->offset ? a->offset < b->offset : a->size < b->size;
  });
  uint64_t end = 0;  // of the tensors so far, from the start of the body
  for (const Entry* entry : entries) {
    const uint64_t begin = base::RoundUp(end, alignment);
    if (entry->offset != begin)
      reader.Fail("has the tensor " + entry->name + " at " + std::to_string(entry->offset) + ", it must be at " +
                  std::to_string(begin) + ".");
    if (entry->size > body || begin > body - entry->size)
      reader.Fail("is truncated: the tensor " + entry->name + " has " + std::to_string(entry->size) + " bytes at " +
                      std::to_string(begin) + ", there are " + std::to_string(body) + ".",
                  "copy it again.");
    end = begin + entry->size;
  }
  if (body != end && body != base::RoundUp(end, alignment))
    reader.Fail("has " + std::to_string(body) + " bytes of tensors, the tensors take " + std::to_string(end) + ".",
                "something was written behind them; copy it again.");
}

uint64_t AlignmentOf(const Reader& reader, const std::map<std::string, std::string>& settings) {
  const auto found = settings.find("general.alignment");
  if (found == settings.end()) return kGgufAlignment;
  const std::string& text = found->second;
  const bool digits = !text.empty() && text.size() < 9 && text.find_first_not_of("0123456789") == std::string::npos;
  const uint64_t value = digits ? std::stoull(text) : 0;
  if (value < 8 || value > kMaxAlignment || !std::has_single_bit(value))
    reader.Fail("has the alignment " + text.substr(0, 20) + ", it must be a power of two from 8 to 1048576.");
  return value;
}

template <typename T>
void Append(T value, std::string* to) {
  to->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void AppendText(std::string_view text, std::string* to) {
  Append<uint64_t>(text.size(), to);
  to->append(text);
}

void AppendSetting(const GgufSetting& setting, std::string* to) {
  if (const auto* text = std::get_if<std::string>(&setting)) {
    Append<uint32_t>(kText, to);
    AppendText(*text, to);
  } else if (const auto* whole = std::get_if<uint32_t>(&setting)) {
    Append<uint32_t>(kU32, to);
    Append(*whole, to);
  } else {
    Append<uint32_t>(kF32, to);
    Append(std::get<float>(setting), to);
  }
}

}  // namespace

GgufFile::GgufFile(const std::filesystem::path& path) : file_(path) {
  const std::string name = path.string();
  base::RefuseLfsPointer({reinterpret_cast<const char*>(file_.bytes().data()), file_.bytes().size()}, kGgufPlace, name);
  Reader reader(file_.bytes(), name);
  CheckStart(reader);
  constexpr uint64_t kLeastTensor = 24, kLeastSetting = 13;  // bytes of the shortest entries
  const uint64_t tensors = reader.Count("tensors", kLeastTensor), settings = reader.Count("settings", kLeastSetting);
  for (uint64_t i = 0; i < settings; ++i) {
    const std::string key = reader.Text(kMaxName);
    if (!settings_.emplace(key, ReadSetting(reader)).second) reader.Fail("has the setting " + key + " twice.");
  }
  std::vector<Entry> entries;
  for (uint64_t i = 0; i < tensors; ++i) entries.push_back(ReadEntry(reader));
  const uint64_t alignment = AlignmentOf(reader, settings_);
  // A file without tensors may end with its header.
  const uint64_t body_start = std::min<uint64_t>(base::RoundUp(reader.at(), alignment), file_.bytes().size());
  const auto body = file_.bytes().subspan(body_start);
  std::vector<Entry*> order;
  for (Entry& entry : entries) order.push_back(&entry);
  CheckCover(reader, std::move(order), alignment, body.size());
  for (Entry& entry : entries) {
    entry.tensor.bytes = body.subspan(entry.offset, entry.size);
    if (!tensors_.emplace(entry.name, std::move(entry.tensor)).second)
      reader.Fail("has the tensor " + entry.name + " twice.");
  }
}

std::string GgufHeader(std::span<const TensorPlan> plans, const std::map<std::string, GgufSetting>& settings) {
  std::string header(kMagic);
  Append<uint32_t>(kVersion, &header);
  Append<uint64_t>(plans.size(), &header);
  Append<uint64_t>(settings.size(), &header);
  for (const auto& [key, value] : settings) {
    AppendText(key, &header);
    AppendSetting(value, &header);
  }
  uint64_t position = 0;
  for (const auto& plan : plans) {
    const std::optional<uint64_t> size = SizeOf(plan.type, plan.shape);
    DIPTYCH_CHECK(size && plan.shape.size() <= kMaxDimensions, "a tensor that GGUF can hold: " + plan.name);
    AppendText(plan.name, &header);
    Append<uint32_t>(static_cast<uint32_t>(plan.shape.size()), &header);
    for (size_t i = plan.shape.size(); i-- > 0;) Append<uint64_t>(static_cast<uint64_t>(plan.shape[i]), &header);
    const auto* known =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeNumber& t) { return t.type == plan.type; });
    DIPTYCH_CHECK(known != kTypes.end(), "a type that GGUF has: " + plan.name);
    Append<uint32_t>(known->number, &header);
    Append<uint64_t>(position, &header);
    position = base::RoundUp(position + *size, kGgufAlignment);
  }
  header.resize(base::RoundUp(header.size(), kGgufAlignment), '\0');
  return header;
}

}  // namespace diptych::model
