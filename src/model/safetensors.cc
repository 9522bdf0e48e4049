#include "model/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/lfs_pointer.h"
#include "base/round_up.h"
#include "model/json.h"

namespace diptych::model {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors holds little-endian numbers");

constexpr const char* kSafetensorsPlace = "safetensors";
constexpr uint64_t kMaxHeader = 100'000'000;  // of the reference implementation
constexpr size_t kLengthBytes = 8;

// Types that the format knows and this program reads.
constexpr std::array kTypes = {numbers::DType::kF32, numbers::DType::kF16, numbers::DType::kBF16,
                               numbers::DType::kF64, numbers::DType::kI64, numbers::DType::kI32,
                               numbers::DType::kU8,  numbers::DType::kBool};

// product * factor; nothing when it exceeds int64.
std::optional<uint64_t> Times(uint64_t product, uint64_t factor) {
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (factor != 0 && product > kMax / factor) return std::nullopt;
  return product * factor;
}

bool StartsWith(std::span<const std::byte> bytes, std::string_view start) {
  return bytes.size() >= start.size() && std::memcmp(bytes.data(), start.data(), start.size()) == 0;
}

void RefusePickle(std::span<const std::byte> bytes, const std::string& path) {
  // A zip archive is what torch.save writes. 0x80 and a protocol number from 2 to 5 begin a bare pickle, but may also
  // be the low bytes of a header's length.
  const bool zip = StartsWith(bytes, "PK\x03\x04");
  const bool header = bytes.size() > kLengthBytes && bytes[kLengthBytes] == std::byte{'{'};
  const bool pickle = !header && bytes.size() > 1 && bytes[0] == std::byte{0x80} && bytes[1] >= std::byte{2} &&
                      bytes[1] <= std::byte{5};
  if (zip || pickle)
    throw base::Error(kSafetensorsPlace, path + " is a pickle, not safetensors.",
                      "pickles can run code when they are read and are never opened; convert it to safetensors first.");
}

// The JSON header's text, its length checked against the file.
std::string_view HeaderText(std::span<const std::byte> bytes, const std::string& path) {
  RefusePickle(bytes, path);
  base::RefuseLfsPointer({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, kSafetensorsPlace, path);
  if (bytes.size() < kLengthBytes)
    throw base::Error(kSafetensorsPlace,
                      path + " has " + std::to_string(bytes.size()) + " bytes, a header length needs 8.",
                      "the file is truncated; copy it again.");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeader)
    throw base::Error(kSafetensorsPlace,
                      path + " states a header of " + std::to_string(length) + " bytes, the limit is " +
                          std::to_string(kMaxHeader) + ".",
                      "this is no safetensors file.");
  if (length > bytes.size() - kLengthBytes)
    throw base::Error(kSafetensorsPlace,
                      path + " is truncated: the header ends at byte " + std::to_string(length + kLengthBytes) +
                          ", the file has " + std::to_string(bytes.size()) + ".",
                      "copy it again.");
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
  if (!text.starts_with('{')) throw base::Error(kSafetensorsPlace, "the header of " + path + " does not start with {.");
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

// One tensor's entry in the header; its offsets agree with shape and type but are not yet checked against the file's
// size.
Entry ParseEntry(const std::string& name, const nlohmann::json& value, const std::string& path) {
  const auto fail = [&](const std::string& what) {
    throw base::Error(kSafetensorsPlace, "tensor " + name + " in " + path + " " + what);
  };
  if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets"))
    fail("must have dtype, shape and data_offsets, and nothing else.");
  Entry entry;
  const auto& type = value.at("dtype");
  const auto* known =
      std::find_if(kTypes.begin(), kTypes.end(), [&](numbers::DType t) { return type == numbers::NameOf(t); });
  if (known == kTypes.end()) fail("has the type " + type.dump(-1, ' ', true) + ", which is not supported.");
  entry.tensor.type = *known;
  const auto& shape = value.at("shape");
  if (!shape.is_array()) fail("has a shape that is no list.");
  for (const auto& dimension : shape) {
    if (!dimension.is_number_unsigned()) fail("has a dimension that is no unsigned integer.");
    const auto extent = dimension.get<uint64_t>();
    if (extent > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) fail("has a dimension beyond 64 bits.");
    entry.tensor.shape.push_back(static_cast<int64_t>(extent));
  }
  const std::optional<uint64_t> size = SizeOf(entry.tensor.type, entry.tensor.shape);
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
      throw base::Error(kSafetensorsPlace, "tensor " + extent.name + " in " + path + " begins at " +
                                               std::to_string(extent.begin) + ", the one before it ends at " +
                                               std::to_string(position) + ".");
    position = extent.end;
  }
  if (position == body) return;
  const std::string sizes = "the tensors end at byte " + std::to_string(position + body_start) + ", the file has " +
                            std::to_string(body + body_start) + ".";
  if (position > body) throw base::Error(kSafetensorsPlace, path + " is truncated: " + sizes, "copy it again.");
  throw base::Error(kSafetensorsPlace, path + " has bytes that belong to no tensor: " + sizes,
                    "something was written behind them; copy it again.");
}

}  // namespace

int64_t TensorView::elements() const {
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  return count;
}

std::optional<uint64_t> SizeOf(numbers::DType type, std::span<const int64_t> shape) {
  const auto block = static_cast<uint64_t>(numbers::BlockOf(type));
  if (block > 1 && (shape.empty() || static_cast<uint64_t>(shape.back()) % block != 0)) return std::nullopt;
  std::optional<uint64_t> size = numbers::BytesOf(type);
  for (size_t i = 0; i < shape.size() && size; ++i) {
    const auto extent = static_cast<uint64_t>(shape[i]);
    size = Times(*size, i + 1 == shape.size() ? extent / block : extent);
  }
  // Every count of elements must fit as well.
  return size && *size / numbers::BytesOf(type) <= std::numeric_limits<int64_t>::max() / block ? size : std::nullopt;
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(path), path_(path.string()) {
  const std::span<const std::byte> bytes = file_.bytes();
  const std::string_view text = HeaderText(bytes, path_);
  const size_t body_start = kLengthBytes + text.size();
  const nlohmann::json header = ParseJsonObject(text, kSafetensorsPlace, "the header of " + path_);
  std::map<std::string, Entry> entries;
  std::vector<Extent> extents;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      if (!value.is_object()) throw base::Error(kSafetensorsPlace, "__metadata__ in " + path_ + " is not an object.");
      for (const auto& [key, item] : value.items()) {
        if (!item.is_string())
          throw base::Error(kSafetensorsPlace, "__metadata__." + key + " in " + path_ + " is not a text.");
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
  if (found == tensors_.end()) throw base::Error(kSafetensorsPlace, path_ + " has no tensor " + name + ".");
  return found->second;
}

std::string SafetensorsHeader(std::span<const TensorPlan> plans, const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t position = 0;
  std::set<std::string> names;
  for (const auto& plan : plans) {
    const std::optional<uint64_t> size = SizeOf(plan.type, plan.shape);
    DIPTYCH_CHECK(size && !numbers::IsQuantised(plan.type), "a plain tensor: " + plan.name);
    DIPTYCH_CHECK(names.insert(plan.name).second, "two tensors of one name: " + plan.name);
    header.push_back({plan.name,
                      {{"dtype", numbers::NameOf(plan.type)},
                       {"shape", plan.shape},
                       {"data_offsets", {position, position + *size}}}});
    position += *size;
  }
  std::string text = header.dump();
  text.resize(base::RoundUp(text.size(), 8), ' ');  // the body starts at a multiple of 8
  const uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), kLengthBytes) + text;
}

void WriteSafetensors(const std::filesystem::path& path, std::span<const NamedTensor> tensors,
                      const std::map<std::string, std::string>& metadata) {
  // No gaps are allowed between tensors, so wider types go first: then each is aligned.
  std::vector<const NamedTensor*> order;
  for (const auto& named : tensors) order.push_back(&named);
  std::stable_sort(order.begin(), order.end(), [](const NamedTensor* a, const NamedTensor* b) {
    return numbers::BytesOf(a->tensor.type) > numbers::BytesOf(b->tensor.type);
  });
  std::vector<TensorPlan> plans;
  for (const auto* named : order) plans.push_back({named->name, named->tensor.type, named->tensor.shape});
  base::AtomicFile file(path);
  file.Write(SafetensorsHeader(plans, metadata));
  for (const auto* named : order) {
    DIPTYCH_CHECK(named->tensor.bytes.size() == *SizeOf(named->tensor.type, named->tensor.shape), named->name);
    file.Write(named->tensor.bytes);
  }
  file.Commit();
}

std::vector<float> ToFloat(const TensorView& tensor) {
  if (!numbers::IsReal(tensor.type))
    throw base::Error(kSafetensorsPlace,
                      std::string("a tensor of type ") + numbers::NameOf(tensor.type) + " is not of real numbers.");
  const auto count = static_cast<size_t>(tensor.elements());
  std::vector<float> values(count);
  numbers::Dequantise(tensor.type, tensor.bytes, values);
  return values;
}

}  // namespace diptych::model
