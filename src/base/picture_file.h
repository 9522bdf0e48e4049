// Picture files of every format that is read and written: PNG, JPEG (ITU-T T.81, JFIF) and WebP (RFC 9649).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "base/png.h"

namespace diptych::base {

enum class PictureFormat { kPng, kJpeg, kWebp };
// The extension of a file name: "png", "jpg", "webp".
std::string_view ExtensionOf(PictureFormat format);
// The format that a file's name ends in (.png, .jpg, .jpeg, .webp in any case); nothing for any other end.
std::optional<PictureFormat> FormatOfName(const std::filesystem::path& path);

// The texts of JPEG and WebP are their XMP packet under kXmpKeyword and, of JPEG, its comments under "Comment".
using PictureFile = PngFile;
// Keyword of the XMP packet in PNG (Adobe XMP part 3, section 1.1.5).
inline constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";

// Decodes any PNG, JPEG or WebP to RGB: transparent parts over white, turned upright as the camera's orientation says,
// the first picture of an animation. Error: none of the three (says what it looks like), damaged or truncated, too
// large (picture_limits.h). `name` stands in messages.
PictureFile DecodePicture(std::string_view bytes, std::string_view name);
PictureFile ReadPicture(const std::filesystem::path& path);

// The bytes of a file. JPEG has quality 95 and full colour resolution; WebP is lossless. Of the texts, JPEG and WebP
// store the XMP packet alone, and JPEG leaves it out when it is larger than 65,502 bytes. The same input gives the same
// bytes with one version of the libraries.
std::string EncodePicture(const Image& picture, const std::vector<PngText>& texts, PictureFormat format);
// Whether EncodePicture stores an XMP packet of this size.
bool HasRoomForXmp(PictureFormat format, size_t bytes);

}  // namespace diptych::base
