#include "base/png.h"

#include <png.h>

#include <csetjmp>
#include <cstring>

#include "base/error.h"
#include "base/files.h"
#include "base/picture_limits.h"

namespace diptych::base {
namespace {

constexpr png_alloc_size_t kMaxTextBytes = 8 << 20;
constexpr png_uint_32 kMaxTextChunks = 128;
constexpr char kEndsTooEarly[] = "the file ends too early";
constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

// libpng reports a failure by longjmp, which skips destructors; so each C++ object that a call may leave behind lives
// in a struct outside of the function that holds the setjmp, and the message is kept here.
struct Failure {
  char message[200] = {};
  bool text_left_out = false;
};

[[noreturn]] void OnError(png_structp png, png_const_charp message) {
  auto* failure = static_cast<Failure*>(png_get_error_ptr(png));
  std::strncpy(failure->message, message, sizeof(failure->message) - 1);
  png_longjmp(png, 1);
}

// libpng only warns of texts beyond the limits and leaves them out; the warning for a compressed one says "truncated".
void OnWarning(png_structp png, png_const_charp message) {
  const std::string_view warning(message);
  for (const std::string_view sign : {"truncated", "insufficient memory", "no space in chunk cache", "out of memory"})
    if (warning.find(sign) != warning.npos) static_cast<Failure*>(png_get_error_ptr(png))->text_left_out = true;
}

struct Writer {
  Failure failure;
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string bytes;
  std::vector<png_text> texts;
  Writer() {
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &failure, OnError, OnWarning);
    info = png == nullptr ? nullptr : png_create_info_struct(png);
    if (info == nullptr) throw std::bad_alloc();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

void Append(png_structp png, png_bytep data, size_t size) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(data), size);
}

void Flush(png_structp) {}

bool Encode(Writer& writer, const Image& picture) {
  if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
  png_set_write_fn(writer.png, &writer.bytes, Append, Flush);
  png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(picture.width),
               static_cast<png_uint_32>(picture.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(writer.png, writer.info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (!writer.texts.empty()) {
    png_set_text(writer.png, writer.info, writer.texts.data(), static_cast<int>(writer.texts.size()));
  }
  png_write_info(writer.png, writer.info);
  const size_t stride = static_cast<size_t>(picture.width) * 3;
  for (int y = 0; y < picture.height; ++y)
    png_write_row(writer.png, picture.rgb.data() + static_cast<size_t>(y) * stride);
  png_write_end(writer.png, nullptr);
  return true;
}

struct Reader {
  Failure failure;
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string_view rest;
  png_uint_32 width = 0, height = 0;
  std::vector<uint8_t> rgba;
  std::vector<png_bytep> rows;
  Reader() {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, OnError, OnWarning);
    info = png == nullptr ? nullptr : png_create_info_struct(png);
    if (info == nullptr) throw std::bad_alloc();
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

void Take(png_structp png, png_bytep out, size_t size) {
  auto* rest = static_cast<std::string_view*>(png_get_io_ptr(png));
  if (rest->size() < size) png_error(png, kEndsTooEarly);
  std::memcpy(out, rest->data(), size);
  rest->remove_prefix(size);
}

bool DecodeHeader(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_read_fn(reader.png, &reader.rest, Take);
  png_set_user_limits(reader.png, kMaxPictureSide, kMaxPictureSide);
  png_set_chunk_malloc_max(reader.png, kMaxTextBytes);
  png_set_chunk_cache_max(reader.png, kMaxTextChunks);
  png_set_crc_action(reader.png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_read_info(reader.png, reader.info);
  reader.width = png_get_image_width(reader.png, reader.info);
  reader.height = png_get_image_height(reader.png, reader.info);
  return true;
}

// Every colour type and depth becomes 8-bit RGBA.
bool DecodeTransforms(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_scale_16(reader.png);
  png_set_expand(reader.png);
  png_set_gray_to_rgb(reader.png);
  png_set_add_alpha(reader.png, 255, PNG_FILLER_AFTER);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  return png_get_rowbytes(reader.png, reader.info) == size_t{4} * reader.width;
}

bool DecodePixels(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_read_image(reader.png, reader.rows.data());
  png_read_end(reader.png, reader.info);
  return true;
}

[[noreturn]] void Fail(const std::string& reason, std::string_view name) {
  throw Error("picture", std::string(name) + " is not a sound PNG: " + reason + ".", "save or copy the picture again.");
}

[[noreturn]] void Fail(const Reader& reader, std::string_view name) {
  Fail(reader.failure.message[0] == 0 ? "an unknown layout" : reader.failure.message, name);
}

// Every chunk must end inside the file: libpng would allocate the stated length before it finds that the bytes are
// missing.
void CheckChunks(std::string_view bytes, std::string_view name) {
  constexpr size_t kLengthAndName = 8, kChecksum = 4;
  std::string_view rest = bytes.substr(kSignature.size());
  while (rest.size() >= kLengthAndName) {
    const auto byte = [&rest](size_t i) { return uint64_t{static_cast<uint8_t>(rest[i])}; };
    const uint64_t size = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    if (size + kLengthAndName + kChecksum > rest.size()) Fail(kEndsTooEarly, name);
    if (rest.substr(4, 4) == "IEND") return;
    rest.remove_prefix(size + kLengthAndName + kChecksum);
  }
}

// Checks the size before libpng does, which would call a size beyond its limits damage. The header chunk is the first:
// its length and name, eight bytes, then width and height, four bytes each.
void CheckSize(std::string_view bytes, std::string_view name) {
  constexpr size_t kWidth = 16, kHeight = 20, kEnd = 24;
  if (bytes.size() < kEnd || bytes.substr(12, 4) != "IHDR") return;
  const auto number = [&bytes](size_t at) {
    uint64_t value = 0;
    for (size_t i = at; i < at + 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
    return value;
  };
  CheckPictureSize(number(kWidth), number(kHeight), name);
}

void CheckSignature(std::string_view bytes, std::string_view name) {
  if (bytes.substr(0, kSignature.size()) == kSignature) return;
  std::string_view looks;
  if (bytes.empty())
    looks = "it is empty";
  else if (bytes.substr(0, 3) == "\xff\xd8\xff")
    looks = "it is a JPEG";
  else if (bytes.substr(0, 4) == "GIF8")
    looks = "it is a GIF";
  else if (bytes.substr(0, 4) == "RIFF" && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP")
    looks = "it is a WebP";
  else if (bytes.substr(0, 4) == "\x89PNG")
    looks = "its first bytes are damaged, as by a transfer in text mode";
  else
    looks = "it does not start with the PNG signature";
  throw Error("picture", std::string(name) + " is not a PNG: " + std::string(looks) + ".",
              "pictures are read as PNG; convert it first.");
}

Image PictureOf(const Reader& reader) {
  Image picture{static_cast<int>(reader.width), static_cast<int>(reader.height), {}};
  picture.rgb.resize(size_t{reader.width} * reader.height * 3);
  OverWhite(reader.rgba, picture.rgb);
  return picture;
}

// Whether the bytes are UTF-8: no stray or missing bytes, no over-long forms, no surrogates (RFC 3629).
bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const auto first = static_cast<uint8_t>(text[0]);
    const size_t size = first < 0x80   ? 1
                        : first < 0xC2 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
    if (size == 0 || size > text.size()) return false;
    for (size_t i = 1; i < size; ++i)
      if ((static_cast<uint8_t>(text[i]) & 0xC0) != 0x80) return false;
    const auto second = size > 1 ? static_cast<uint8_t>(text[1]) : uint8_t{0};
    const bool forbidden = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                           (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    if (forbidden) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string FromLatin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | byte >> 6);
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return utf8;
}

std::vector<PngText> TextsOf(const Reader& reader) {
  png_textp texts = nullptr;
  int count = 0;
  png_get_text(reader.png, reader.info, &texts, &count);
  std::vector<PngText> out;
  for (int i = 0; i < count; ++i) {
    const png_text& text = texts[i];
    const bool international = text.compression >= PNG_ITXT_COMPRESSION_NONE;
    const size_t length = international ? text.itxt_length : text.text_length;
    const std::string_view bytes = text.text == nullptr ? std::string_view() : std::string_view(text.text, length);
    out.push_back({FromLatin1(text.key), international || IsUtf8(bytes) ? std::string(bytes) : FromLatin1(bytes)});
  }
  return out;
}

}  // namespace

std::string EncodePng(const Image& picture, const std::vector<PngText>& texts) {
  DIPTYCH_CHECK(picture.width > 0 && picture.height > 0, "a picture has pixels");
  DIPTYCH_CHECK(picture.rgb.size() == size_t{3} * picture.width * picture.height, "three bytes a pixel");
  std::vector<PngText> copies = texts;  // libpng takes pointers to changeable text
  Writer writer;
  for (PngText& text : copies) {
    DIPTYCH_CHECK(!text.keyword.empty() && text.keyword.size() <= 79, "the length of a PNG keyword");
    png_text entry{};
    entry.compression = PNG_ITXT_COMPRESSION_NONE;
    entry.key = text.keyword.data();
    entry.text = text.text.data();
    entry.itxt_length = text.text.size();
    writer.texts.push_back(entry);
  }
  DIPTYCH_CHECK(Encode(writer, picture), writer.failure.message);
  return std::move(writer.bytes);
}

void WritePng(const std::filesystem::path& path, const Image& picture, const std::vector<PngText>& texts) {
  WriteFileAtomically(path, EncodePng(picture, texts));
}

PngFile DecodePng(std::string_view bytes, std::string_view name) {
  CheckSignature(bytes, name);
  CheckChunks(bytes, name);
  CheckSize(bytes, name);
  Reader reader;
  reader.rest = bytes;
  if (!DecodeHeader(reader)) Fail(reader, name);
  const uint64_t pixels = uint64_t{reader.width} * reader.height;
  if (!DecodeTransforms(reader)) Fail(reader, name);
  reader.rgba.resize(pixels * 4);
  for (size_t y = 0; y < reader.height; ++y) reader.rows.push_back(reader.rgba.data() + y * reader.width * 4);
  if (!DecodePixels(reader)) Fail(reader, name);
  return {PictureOf(reader), TextsOf(reader), reader.failure.text_left_out};
}

PngFile ReadPng(const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (!failed && size > kMaxPictureFileBytes) {
    throw Error("picture", path.string() + " has " + std::to_string(size) + " bytes, the limit is " +
                               std::to_string(kMaxPictureFileBytes) + ".");
  }
  return DecodePng(ReadFile(path), path.string());
}

void OverWhite(std::span<const uint8_t> rgba, std::span<uint8_t> rgb) {
  DIPTYCH_CHECK(rgba.size() / 4 == rgb.size() / 3, "as many pixels");
  for (size_t i = 0; i < rgb.size() / 3; ++i) {
    const uint32_t alpha = rgba[i * 4 + 3];
    for (size_t c = 0; c < 3; ++c)
      rgb[i * 3 + c] = static_cast<uint8_t>((rgba[i * 4 + c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

const std::string* FindText(const PngFile& file, std::string_view keyword) {
  for (const PngText& text : file.texts) {
    if (text.keyword == keyword) return &text.text;
  }
  return nullptr;
}

}  // namespace diptych::base
