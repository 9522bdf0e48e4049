#include "base/jpeg.h"

// jpeglib.h needs size_t and FILE declared before it.
#include <jpeglib.h>

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/error.h"
#include "base/picture_limits.h"

namespace diptych::base {
namespace {

constexpr int kQuality = 95;
constexpr int kComment = JPEG_COM, kApp1 = JPEG_APP0 + 1;
constexpr unsigned kWholeSegment = 0xFFFF;
constexpr std::string_view kXmpMark("http://ns.adobe.com/xap/1.0/\0", 29), kExifMark("Exif\0\0", 6);

// libjpeg reports a failure by a callback that must not return: longjmp, which skips destructors. So each C++ object
// that a call may leave behind lives in a struct outside of the function that holds the setjmp.
struct Failure {
  jpeg_error_mgr manager{};
  std::jmp_buf back{};
  char message[JMSG_LENGTH_MAX] = {};
};

[[noreturn]] void OnError(j_common_ptr codec) {
  auto* failure = reinterpret_cast<Failure*>(codec->err);  // the manager is its first member
  (*codec->err->format_message)(codec, failure->message);
  std::longjmp(failure->back, 1);
}

void OnMessage(j_common_ptr) {}

jpeg_error_mgr* Prepare(Failure& failure) {
  jpeg_std_error(&failure.manager);
  failure.manager.error_exit = OnError;
  failure.manager.output_message = OnMessage;
  return &failure.manager;
}

struct Reader {
  Failure failure;
  jpeg_decompress_struct codec{};
  std::vector<uint8_t> row;
  PictureFile file;
  int orientation = 1;  // of Exif: 1 is upright
  Reader() { codec.err = Prepare(failure); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { jpeg_destroy_decompress(&codec); }
};

bool DecodeHeader(Reader& reader, std::string_view bytes) {
  if (setjmp(reader.failure.back) != 0) return false;
  jpeg_create_decompress(&reader.codec);
  jpeg_mem_src(&reader.codec, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_save_markers(&reader.codec, kComment, kWholeSegment);
  jpeg_save_markers(&reader.codec, kApp1, kWholeSegment);
  jpeg_read_header(&reader.codec, TRUE);
  return true;
}

// CMYK is not converted here: four bytes a pixel, which Adobe's programs store inverted.
bool DecodePixels(Reader& reader) {
  if (setjmp(reader.failure.back) != 0) return false;
  const bool inks = reader.codec.jpeg_color_space == JCS_CMYK || reader.codec.jpeg_color_space == JCS_YCCK;
  reader.codec.out_color_space = inks ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&reader.codec);
  while (reader.codec.output_scanline < reader.codec.output_height) {
    JSAMPROW row = reader.row.data();
    uint8_t* out =
        reader.file.picture.rgb.data() + size_t{reader.codec.output_scanline} * reader.codec.output_width * 3;
    jpeg_read_scanlines(&reader.codec, &row, 1);
    for (size_t x = 0; x < reader.codec.output_width; ++x) {
      for (size_t c = 0; c < 3; ++c) {
        const unsigned black = inks ? row[x * 4 + 3] : 255;
        const unsigned value = inks ? row[x * 4 + c] : row[x * 3 + c];
        const bool inverted = !inks || reader.codec.saw_Adobe_marker != 0;
        out[x * 3 + c] = static_cast<uint8_t>(inverted ? value * black / 255 : (255 - value) * (255 - black) / 255);
      }
    }
  }
  jpeg_finish_decompress(&reader.codec);
  return true;
}

// The orientation that an Exif segment states (Exif 2.32, tag 0x0112 of the first directory); 1 when it states none.
int OrientationIn(std::string_view tiff) {
  constexpr uint64_t kOrientation = 0x0112, kShort = 3, kEntryBytes = 12;
  if (tiff.size() < 8) return 1;
  const bool little = tiff.starts_with("II");
  const auto number = [&](uint64_t at, uint64_t bytes) {
    uint64_t value = 0;
    for (uint64_t i = 0; i < bytes && at + bytes <= tiff.size(); ++i)
      value = value << 8 | static_cast<uint8_t>(tiff[at + (little ? bytes - 1 - i : i)]);
    return value;
  };
  const uint64_t directory = number(4, 4), entries = number(directory, 2);
  for (uint64_t i = 0; i < entries; ++i) {
    const uint64_t entry = directory + 2 + i * kEntryBytes;
    if (entry + kEntryBytes > tiff.size()) return 1;
    if (number(entry, 2) != kOrientation || number(entry + 2, 2) != kShort) continue;
    const uint64_t value = number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

void TakeSegments(Reader& reader) {
  for (jpeg_saved_marker_ptr at = reader.codec.marker_list; at != nullptr; at = at->next) {
    std::string_view data(reinterpret_cast<const char*>(at->data), at->data_length);
    if (at->marker == kComment)
      reader.file.texts.push_back({"Comment", std::string(data)});
    else if (data.starts_with(kXmpMark))
      reader.file.texts.push_back({std::string(kXmpKeyword), std::string(data.substr(kXmpMark.size()))});
    else if (data.starts_with(kExifMark))
      reader.orientation = OrientationIn(data.substr(kExifMark.size()));
  }
}

// The picture turned upright. Exif's orientations: 2 mirrored, 3 turned by 180 degrees, 4 both, 5 mirrored along the
// diagonal, 6 to be turned clockwise, 7 mirrored along the other diagonal, 8 to be turned counter-clockwise.
Image Upright(const Image& picture, int orientation) {
  if (orientation == 1) return picture;
  const int w = picture.width, h = picture.height;
  const bool sideways = orientation >= 5;
  Image out{sideways ? h : w, sideways ? w : h, std::vector<uint8_t>(picture.rgb.size())};
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const int along = sideways ? y : x, down = sideways ? x : y;
      const bool mirrored_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
      const bool mirrored_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
      const int from_x = mirrored_x ? w - 1 - along : along, from_y = mirrored_y ? h - 1 - down : down;
      std::memcpy(out.rgb.data() + (static_cast<size_t>(y) * out.width + x) * 3,
                  picture.rgb.data() + (static_cast<size_t>(from_y) * w + from_x) * 3, 3);
    }
  }
  return out;
}

[[noreturn]] void Fail(const std::string& reason, std::string_view name) {
  throw Error("picture", std::string(name) + " is not a sound JPEG: " + reason + ".",
              "save or copy the picture again.");
}

struct Writer {
  Failure failure;
  jpeg_compress_struct codec{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // libjpeg's type
  Writer() { codec.err = Prepare(failure); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    jpeg_destroy_compress(&codec);
    std::free(bytes);
  }
};

bool Encode(Writer& writer, const Image& picture, const std::string& segment) {
  if (setjmp(writer.failure.back) != 0) return false;
  jpeg_create_compress(&writer.codec);
  jpeg_mem_dest(&writer.codec, &writer.bytes, &writer.size);
  writer.codec.image_width = static_cast<JDIMENSION>(picture.width);
  writer.codec.image_height = static_cast<JDIMENSION>(picture.height);
  writer.codec.input_components = 3;
  writer.codec.in_color_space = JCS_RGB;
  jpeg_set_defaults(&writer.codec);
  jpeg_set_quality(&writer.codec, kQuality, TRUE);
  writer.codec.comp_info[0].h_samp_factor = writer.codec.comp_info[0].v_samp_factor = 1;  // no subsampling of colour
  writer.codec.optimize_coding = TRUE;
  jpeg_start_compress(&writer.codec, TRUE);
  if (!segment.empty())
    jpeg_write_marker(&writer.codec, kApp1, reinterpret_cast<const JOCTET*>(segment.data()),
                      static_cast<unsigned>(segment.size()));
  while (writer.codec.next_scanline < writer.codec.image_height) {
    // libjpeg takes a pointer to changeable rows, which it only reads.
    auto* row = const_cast<JSAMPROW>(picture.rgb.data() + size_t{writer.codec.next_scanline} * picture.width * 3);
    jpeg_write_scanlines(&writer.codec, &row, 1);
  }
  jpeg_finish_compress(&writer.codec);
  return true;
}

}  // namespace

PictureFile DecodeJpeg(std::string_view bytes, std::string_view name) {
  Reader reader;
  if (!DecodeHeader(reader, bytes)) Fail(reader.failure.message, name);
  const size_t width = reader.codec.image_width, height = reader.codec.image_height;
  CheckPictureSize(width, height, name);
  TakeSegments(reader);
  reader.row.resize(width * 4);
  reader.file.picture = {static_cast<int>(width), static_cast<int>(height), std::vector<uint8_t>(width * height * 3)};
  if (!DecodePixels(reader)) Fail(reader.failure.message, name);
  // For a file that ends too early, or whose numbers are damaged, libjpeg only warns and fills the rest with grey.
  if (reader.failure.manager.num_warnings > 0) Fail("it is damaged or ends too early", name);
  reader.file.picture = Upright(reader.file.picture, reader.orientation);
  return std::move(reader.file);
}

std::string EncodeJpeg(const Image& picture, std::string_view xmp) {
  const std::string segment =
      xmp.empty() || xmp.size() > kMaxJpegXmpBytes ? "" : std::string(kXmpMark) + std::string(xmp);
  Writer writer;
  DIPTYCH_CHECK(Encode(writer, picture, segment), writer.failure.message);
  return {reinterpret_cast<const char*>(writer.bytes), writer.size};
}

}  // namespace diptych::base
