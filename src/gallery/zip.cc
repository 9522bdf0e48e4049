#include "gallery/zip.h"

#include <zlib.h>

#include <limits>

#include "base/error.h"

namespace diptych::gallery {
namespace {

// Little-endian, as all numbers of the format.
void Append16(uint32_t value, std::string* bytes) {
  bytes->push_back(static_cast<char>(value & 0xFF));
  bytes->push_back(static_cast<char>(value >> 8 & 0xFF));
}
void Append32(uint32_t value, std::string* bytes) {
  Append16(value & 0xFFFF, bytes);
  Append16(value >> 16, bytes);
}

// What the local header and the directory say alike: version 2.0, names in UTF-8, stored, 1 January 1980 (the same
// answers give the same bytes), checksum, sizes, length of the name, no extra field.
void AppendDescription(std::string_view name, std::string_view content, std::string* bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(content.data());
  const auto size = static_cast<uint32_t>(content.size());
  Append16(20, bytes);
  Append16(1 << 11, bytes);
  Append16(0, bytes);
  Append16(0, bytes);
  Append16(1 << 5 | 1, bytes);
  Append32(static_cast<uint32_t>(crc32_z(0, data, content.size())), bytes);
  Append32(size, bytes);
  Append32(size, bytes);
  Append16(static_cast<uint32_t>(name.size()), bytes);
  Append16(0, bytes);
}

}  // namespace

void ZipWriter::Add(std::string_view name, std::string_view content) {
  constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max();
  if (count_ == std::numeric_limits<uint16_t>::max() || files_.size() + content.size() + (1 << 16) > kMost)
    throw base::Error("zip", "there are more than 65,535 files or 4 GiB.", "choose fewer answers.");
  const auto start = static_cast<uint32_t>(files_.size());
  Append32(0x04034b50, &files_);
  AppendDescription(name, content, &files_);
  files_.append(name).append(content);
  Append32(0x02014b50, &directory_);
  Append16(20, &directory_);
  AppendDescription(name, content, &directory_);
  Append16(0, &directory_);  // no comment
  Append16(0, &directory_);  // the first disk
  Append16(0, &directory_);  // inner attributes: none
  Append32(0, &directory_);  // outer ones: none
  Append32(start, &directory_);
  directory_.append(name);
  ++count_;
}

std::string ZipWriter::Finish() {
  const auto start = static_cast<uint32_t>(files_.size()), size = static_cast<uint32_t>(directory_.size());
  std::string file = files_ + directory_;
  Append32(0x06054b50, &file);
  Append32(0, &file);  // one disk
  Append16(count_, &file);
  Append16(count_, &file);
  Append32(size, &file);
  Append32(start, &file);
  Append16(0, &file);  // no comment
  return file;
}

}  // namespace diptych::gallery
