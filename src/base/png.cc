#include "base/png.h"

#include <png.h>

#include <csetjmp>
#include <cstring>

#include "base/error.h"
#include "base/files.h"

namespace diptych::base {
namespace {

constexpr png_uint_32 kMaxSide = 16384;
constexpr uint64_t kMaxPixels = 32'000'000;
constexpr size_t kMaxFileBytes = size_t{256} << 20;
constexpr png_alloc_size_t kMaxTextBytes = 8 << 20;
constexpr png_uint_32 kMaxTextChunks = 128;
constexpr char kEndsTooEarly[] = "the file ends too early";
constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";

// libpng reports a failure by longjmp, which skips destructors; so each C++ object that a call may leave behind lives
// in a struct outside of the function that holds the setjmp, and the message is kept here.
struct Failure {
  char message[200] = {};
};

[[noreturn]] void OnError(png_structp png, png_const_charp message) {
  auto* failure = static_cast<Failure*>(png_get_error_ptr(png));
  std::strncpy(failure->message, message, sizeof(failure->message) - 1);
  png_longjmp(png, 1);
}

void OnWarning(png_structp, png_const_charp) {}

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
  png_set_user_limits(reader.png, kMaxSide, kMaxSide);
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

// Every chunk must end inside the file: libpng takes a chunk's memory before it misses the bytes.
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

Image OverWhite(const Reader& reader) {
  Image picture{static_cast<int>(reader.width), static_cast<int>(reader.height), {}};
  const size_t pixels = size_t{reader.width} * reader.height;
  picture.rgb.resize(pixels * 3);
  for (size_t i = 0; i < pixels; ++i) {
    const uint32_t alpha = reader.rgba[i * 4 + 3];
    for (size_t c = 0; c < 3; ++c) {
      picture.rgb[i * 3 + c] = static_cast<uint8_t>((reader.rgba[i * 4 + c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  return picture;
}

std::vector<PngText> TextsOf(const Reader& reader) {
  png_textp texts = nullptr;
  int count = 0;
  png_get_text(reader.png, reader.info, &texts, &count);
  std::vector<PngText> out;
  for (int i = 0; i < count; ++i) {
    const png_text& text = texts[i];
    const size_t length = text.compression >= PNG_ITXT_COMPRESSION_NONE ? text.itxt_length : text.text_length;
    out.push_back({text.key, text.text == nullptr ? std::string() : std::string(text.text, length)});
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
  Reader reader;
  reader.rest = bytes;
  if (!DecodeHeader(reader)) Fail(reader, name);
  const uint64_t pixels = uint64_t{reader.width} * reader.height;
  if (pixels > kMaxPixels) {
    throw Error("picture",
                std::string(name) + " has " + std::to_string(reader.width) + " x " + std::to_string(reader.height) +
                    " pixels, the limit is " + std::to_string(kMaxPixels) + " in all.",
                "make it smaller first.");
  }
  if (!DecodeTransforms(reader)) Fail(reader, name);
  reader.rgba.resize(pixels * 4);
  for (size_t y = 0; y < reader.height; ++y) reader.rows.push_back(reader.rgba.data() + y * reader.width * 4);
  if (!DecodePixels(reader)) Fail(reader, name);
  return {OverWhite(reader), TextsOf(reader)};
}

PngFile ReadPng(const std::filesystem::path& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  if (!failed && size > kMaxFileBytes) {
    throw Error("picture", path.string() + " has " + std::to_string(size) + " bytes, the limit is " +
                               std::to_string(kMaxFileBytes) + ".");
  }
  return DecodePng(ReadFile(path), path.string());
}

const std::string* FindText(const PngFile& file, std::string_view keyword) {
  for (const PngText& text : file.texts) {
    if (text.keyword == keyword) return &text.text;
  }
  return nullptr;
}

}  // namespace diptych::base
