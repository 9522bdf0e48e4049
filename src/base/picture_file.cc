#include "base/picture_file.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/files.h"
#include "base/jpeg.h"
#include "base/picture_limits.h"
#include "base/webp.h"

namespace diptych::base {
namespace {

std::string LookOf(std::string_view bytes) {
  if (bytes.empty()) return "it is empty";
  if (bytes.starts_with("GIF8")) return "it is a GIF";
  if (bytes.starts_with("BM")) return "it looks like a BMP";
  if (bytes.starts_with("II*") || bytes.starts_with("MM")) return "it looks like a TIFF";
  if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp") return "it looks like AVIF, HEIC or a video";
  if (bytes.starts_with("\x89PNG")) return "its first bytes are damaged, as by a transfer in text mode";
  return "it starts as none of them";
}

const std::string* XmpIn(const std::vector<PngText>& texts) {
  for (const PngText& text : texts)
    if (text.keyword == kXmpKeyword) return &text.text;
  return nullptr;
}

}  // namespace

std::string_view ExtensionOf(PictureFormat format) {
  return format == PictureFormat::kPng ? "png" : format == PictureFormat::kJpeg ? "jpg" : "webp";
}

std::optional<PictureFormat> FormatOfName(const std::filesystem::path& path) {
  std::string end = path.extension().string();
  for (char& c : end) c = AsciiLower(c);
  if (end == ".png") return PictureFormat::kPng;
  if (end == ".jpg" || end == ".jpeg") return PictureFormat::kJpeg;
  if (end == ".webp") return PictureFormat::kWebp;
  return std::nullopt;
}

PictureFile DecodePicture(std::string_view bytes, std::string_view name) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return DecodePng(bytes, name);
  if (bytes.starts_with("\xff\xd8\xff")) return DecodeJpeg(bytes, name);
  if (bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") return DecodeWebp(bytes, name);
  throw Error("picture", std::string(name) + " is not a PNG, JPEG or WebP: " + LookOf(bytes) + ".",
              "convert it to one of them first.");
}

PictureFile ReadPicture(const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (!failed && size > kMaxPictureFileBytes)
    throw Error("picture", path.string() + " has " + std::to_string(size) + " bytes, the limit is " +
                               std::to_string(kMaxPictureFileBytes) + ".");
  return DecodePicture(ReadFile(path), path.string());
}

std::string EncodePicture(const Image& picture, const std::vector<PngText>& texts, PictureFormat format) {
  if (format == PictureFormat::kPng) return EncodePng(picture, texts);
  const std::string* xmp = XmpIn(texts);
  const std::string_view packet = xmp == nullptr ? std::string_view() : *xmp;
  return format == PictureFormat::kJpeg ? EncodeJpeg(picture, packet) : EncodeWebp(picture, packet);
}

bool HasRoomForXmp(PictureFormat format, size_t bytes) {
  return format != PictureFormat::kJpeg || bytes <= kMaxJpegXmpBytes;
}

}  // namespace diptych::base
