#include "model/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <tuple>

#include "base/error.h"
#include "model/json.h"

namespace diptych {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors holds little-endian numbers");

constexpr const char* kPlace = "safetensors";
constexpr uint64_t kMaxHeader = 100'000'000;  // of the reference implementation
constexpr size_t kLengthBytes = 8;

struct TypeRow {
  DType type;
  const char* name;
  size_t bytes;
};
constexpr std::array kTypes = {TypeRow{DType::kF32, "F32", 4},   TypeRow{DType::kF16, "F16", 2},
                               TypeRow{DType::kBF16, "BF16", 2}, TypeRow{DType::kI64, "I64", 8},
                               TypeRow{DType::kI32, "I32", 4},   TypeRow{DType::kU8, "U8", 1},
                               TypeRow{DType::kBool, "BOOL", 1}};

const TypeRow& RowOf(DType type) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& row) { return row.type == type; });
  DIPTYCH_CHECK(found != kTypes.end(), "a type without a row");
  return *found;
}

// `factor` times `product` unless that passes int64.
std::optional<uint64_t> Times(uint64_t product, uint64_t factor) {
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (factor != 0 && product > kMax / factor) return std::nullopt;
  return product * factor;
}

bool StartsWith(std::span<const std::byte> bytes, std::string_view start) {
  return bytes.size() >= start.size() && std::memcmp(bytes.data(), start.data(), start.size()) == 0;
}

void RefusePickle(std::span<const std::byte> bytes, const std::string& path) {
  // A zip archive is what torch.save writes; 0x80 and a protocol from 2 to 5 open a bare pickle, but may also be the
  // low bytes of a header's length.
  const bool zip = StartsWith(bytes, "PK\x03\x04");
  const bool header = bytes.size() > kLengthBytes && bytes[kLengthBytes] == std::byte{'{'};
  const bool pickle = !header && bytes.size() > 1 && bytes[0] == std::byte{0x80} && bytes[1] >= std::byte{2} &&
                      bytes[1] <= std::byte{5};
  if (zip || pickle)
    throw Error(kPlace, path + " is a pickle, not safetensors.",
                "pickles can run code when they are read and are never opened; convert it to safetensors first.");
}

// The JSON header's text, its length checked against the file.
std::string_view HeaderText(std::span<const std::byte> bytes, const std::string& path) {
  RefusePickle(bytes, path);
  if (bytes.size() < kLengthBytes)
    throw Error(kPlace, path + " has " + std::to_string(bytes.size()) + " bytes, a header length needs 8.",
                "the file is truncated; copy it again.");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeader)
    throw Error(kPlace,
                path + " states a header of " + std::to_string(length) + " bytes, the limit is " +
                    std::to_string(kMaxHeader) + ".",
                "this is no safetensors file.");
  if (length > bytes.size() - kLengthBytes)
    throw Error(kPlace,
                path + " is truncated: the header ends at byte " + std::to_string(length + kLengthBytes) +
                    ", the file has " + std::to_string(bytes.size()) + ".",
                "copy it again.");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
  if (!text.starts_with('{')) throw Error(kPlace, "the header of " + path + " does not start with {.");
  return text;
}

// Where a tensor lies in the bytes after the header.
struct Extent {
  uint64_t begin = 0, end = 0;
  std::string name;
};

struct Entry {
  TensorView tensor;
  Extent extent;
};

// One tensor's entry in the header; its offsets agree with shape and type but are not yet held against the file.
Entry ParseEntry(const std::string& name, const nlohmann::json& value, const std::string& path) {
  const auto fail = [&](const std::string& what) {
    throw Error(kPlace, "tensor " + name + " in " + path + " " + what);
  };
  if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets"))
    fail("must have dtype, shape and data_offsets, and nothing else.");
  Entry entry;
  const auto& type = value.at("dtype");
  const auto* row = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& r) { return type == r.name; });
  if (row == kTypes.end()) fail("has the type " + type.dump(-1, ' ', true) + ", which is not supported.");
  entry.tensor.type = row->type;
  const auto& shape = value.at("shape");
  if (!shape.is_array()) fail("has a shape that is no list.");
  std::optional<uint64_t> size = row->bytes;
  for (const auto& dimension : shape) {
    if (!dimension.is_number_unsigned()) fail("has a dimension that is no unsigned integer.");
    const auto extent = dimension.get<uint64_t>();
    if (extent > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) fail("has a dimension beyond 64 bits.");
    if (size) size = Times(*size, extent);
    entry.tensor.shape.push_back(static_cast<int64_t>(extent));
  }
  if (!size) fail("has more bytes than 64 bits can count.");
  const auto& offsets = value.at("data_offsets");
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned())
    fail("must have two unsigned data_offsets.");
  entry.extent = {offsets[0].get<uint64_t>(), offsets[1].get<uint64_t>(), name};
  if (entry.extent.end < entry.extent.begin) fail("ends before it begins.");
  if (entry.extent.end - entry.extent.begin != *size)
    fail("has " + std::to_string(entry.extent.end - entry.extent.begin) + " bytes, its shape and type need " +
         std::to_string(*size) + ".");
  return entry;
}

// The tensors cover the body exactly: no gap, no overlap, nothing left over, nothing missing.
void CheckCover(std::vector<Extent> extents, uint64_t body, size_t body_start, const std::string& path) {
  std::sort(extents.begin(), extents.end(),
            [](const Extent& a, const Extent& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  uint64_t position = 0;
  for (const auto& extent : extents) {
    if (extent.begin != position)
      throw Error(kPlace, "tensor " + extent.name + " in " + path + " begins at " + std::to_string(extent.begin) +
                              ", the one before it ends at " + std::to_string(position) + ".");
    position = extent.end;
  }
  if (position == body) return;
  const std::string sizes = "the tensors end at byte " + std::to_string(position + body_start) + ", the file has " +
                            std::to_string(body + body_start) + ".";
  if (position > body) throw Error(kPlace, path + " is truncated: " + sizes, "copy it again.");
  throw Error(kPlace, path + " has bytes that belong to no tensor: " + sizes);
}

float FromF16(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 0x1F, fraction = half & 0x3FF;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000 | fraction << 13);
  if (exponent == 0) {
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -value : value;
  }
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

}  // namespace

size_t BytesOf(DType type) { return RowOf(type).bytes; }
const char* NameOf(DType type) { return RowOf(type).name; }

int64_t TensorView::elements() const {
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  return count;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(path), path_(path.string()) {
  const std::span<const std::byte> bytes = file_.bytes();
  const std::string_view text = HeaderText(bytes, path_);
  const size_t body_start = kLengthBytes + text.size();
  const nlohmann::json header = ParseJsonObject(text, kPlace, "the header of " + path_);
  std::map<std::string, Entry> entries;
  std::vector<Extent> extents;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      if (!value.is_object()) throw Error(kPlace, "__metadata__ in " + path_ + " is not an object.");
      for (const auto& [key, item] : value.items()) {
        if (!item.is_string()) throw Error(kPlace, "__metadata__." + key + " in " + path_ + " is not a text.");
        metadata_[key] = item.get<std::string>();
      }
      continue;
    }
    Entry entry = ParseEntry(name, value, path_);
    extents.push_back(entry.extent);
    entries.emplace(name, std::move(entry));
  }
  CheckCover(std::move(extents), bytes.size() - body_start, body_start, path_);
  for (auto& [name, entry] : entries) {
    entry.tensor.bytes = bytes.subspan(body_start + entry.extent.begin, entry.extent.end - entry.extent.begin);
    tensors_.emplace(name, std::move(entry.tensor));
  }
}

const TensorView& SafetensorsFile::Get(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw Error(kPlace, path_ + " has no tensor " + name + ".");
  return found->second;
}

void WriteSafetensors(const std::filesystem::path& path, std::span<const NamedTensor> tensors,
                      const std::map<std::string, std::string>& metadata) {
  // No gaps are allowed between tensors, so wider types go first: then each is aligned.
  std::vector<const NamedTensor*> order;
  for (const auto& named : tensors) order.push_back(&named);
  std::stable_sort(order.begin(), order.end(), [](const NamedTensor* a, const NamedTensor* b) {
    return BytesOf(a->tensor.type) > BytesOf(b->tensor.type);
  });
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  size_t position = 0;
  for (const auto* named : order) {
    const TensorView& tensor = named->tensor;
    DIPTYCH_CHECK(tensor.bytes.size() == static_cast<size_t>(tensor.elements()) * BytesOf(tensor.type), named->name);
    DIPTYCH_CHECK(!header.contains(named->name), "two tensors of one name: " + named->name);
    header[named->name] = {{"dtype", NameOf(tensor.type)},
                           {"shape", tensor.shape},
                           {"data_offsets", {position, position + tensor.bytes.size()}}};
    position += tensor.bytes.size();
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the body starts at a multiple of 8
  const uint64_t length = text.size();
  std::string content(reinterpret_cast<const char*>(&length), kLengthBytes);
  content.reserve(kLengthBytes + length + position);
  content += text;
  for (const auto* named : order)
    content.append(reinterpret_cast<const char*>(named->tensor.bytes.data()), named->tensor.bytes.size());
  WriteFileAtomically(path, content);
}

std::vector<float> ToFloat(const TensorView& tensor) {
  const auto count = static_cast<size_t>(tensor.elements());
  std::vector<float> values(count);
  if (tensor.type == DType::kF32) {
    if (count > 0) std::memcpy(values.data(), tensor.bytes.data(), count * sizeof(float));
    return values;
  }
  if (tensor.type != DType::kF16 && tensor.type != DType::kBF16)
    throw Error(kPlace, std::string("a tensor of type ") + NameOf(tensor.type) + " is not of real numbers.");
  for (size_t i = 0; i < count; ++i) {
    uint16_t bits = 0;
    std::memcpy(&bits, tensor.bytes.data() + i * sizeof(bits), sizeof(bits));
    values[i] = tensor.type == DType::kBF16 ? FromBF16(bits) : FromF16(bits);
  }
  return values;
}

uint16_t ToBF16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return static_cast<uint16_t>(bits >> 16 | 0x40);  // NaN stays NaN
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

float FromBF16(uint16_t value) { return std::bit_cast<float>(static_cast<uint32_t>(value) << 16); }

}  // namespace diptych
