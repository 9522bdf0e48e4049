#include "base/webp.h"

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>

#include "base/error.h"
#include "base/picture_limits.h"

namespace diptych::base {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
struct DeleteMux {
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};

WebPData DataOf(std::string_view bytes) { return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}; }

[[noreturn]] void Fail(std::string_view name) {
  throw Error("picture", std::string(name) + " is not a sound WebP: it is damaged or ends too early.",
              "save or copy the picture again.");
}

// The bytes of the first picture of the file.
std::string FirstFrame(const WebPDemuxer* demuxer, std::string_view name) {
  WebPIterator frame{};
  if (WebPDemuxGetFrame(demuxer, 1, &frame) == 0) Fail(name);
  std::string bytes(reinterpret_cast<const char*>(frame.fragment.bytes), frame.fragment.size);
  const bool complete = frame.complete != 0;
  WebPDemuxReleaseIterator(&frame);
  if (!complete) Fail(name);
  return bytes;
}

std::string XmpOf(const WebPDemuxer* demuxer) {
  WebPChunkIterator chunk{};
  std::string xmp;
  if (WebPDemuxGetChunk(demuxer, "XMP ", 1, &chunk) != 0)
    xmp.assign(reinterpret_cast<const char*>(chunk.chunk.bytes), chunk.chunk.size);
  WebPDemuxReleaseChunkIterator(&chunk);
  return xmp;
}

Image DecodeFrame(std::string_view bytes, std::string_view name) {
  const WebPData data = DataOf(bytes);
  int width = 0, height = 0;
  if (WebPGetInfo(data.bytes, data.size, &width, &height) == 0 || width <= 0 || height <= 0) Fail(name);
  CheckPictureSize(static_cast<uint64_t>(width), static_cast<uint64_t>(height), name);
  const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  std::vector<uint8_t> rgba(pixels * 4);
  if (WebPDecodeRGBAInto(data.bytes, data.size, rgba.data(), rgba.size(), width * 4) == nullptr) Fail(name);
  Image picture{width, height, std::vector<uint8_t>(pixels * 3)};
  OverWhite(rgba, picture.rgb);
  return picture;
}

}  // namespace

PictureFile DecodeWebp(std::string_view bytes, std::string_view name) {
  const WebPData data = DataOf(bytes);
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&data));
  if (demuxer == nullptr) Fail(name);
  CheckPictureSize(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH),
                   WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT), name);
  PictureFile file{DecodeFrame(FirstFrame(demuxer.get(), name), name), {}};
  if (const std::string xmp = XmpOf(demuxer.get()); !xmp.empty()) file.texts.push_back({std::string(kXmpKeyword), xmp});
  return file;
}

std::string EncodeWebp(const Image& picture, std::string_view xmp) {
  uint8_t* encoded = nullptr;
  const size_t size =
      WebPEncodeLosslessRGB(picture.rgb.data(), picture.width, picture.height, picture.width * 3, &encoded);
  const std::unique_ptr<uint8_t, void (*)(void*)> owner(encoded, WebPFree);
  if (size == 0)
    throw Error(
        "picture",
        "libwebp cannot store " + std::to_string(picture.width) + " x " + std::to_string(picture.height) + " pixels.",
        "choose another format.");
  if (xmp.empty()) return {reinterpret_cast<const char*>(encoded), size};
  const std::unique_ptr<WebPMux, DeleteMux> mux(WebPMuxNew());
  const WebPData image{encoded, size}, packet = DataOf(xmp);
  WebPData file{};
  const bool stored = mux != nullptr && WebPMuxSetImage(mux.get(), &image, 0) == WEBP_MUX_OK &&
                      WebPMuxSetChunk(mux.get(), "XMP ", &packet, 0) == WEBP_MUX_OK &&
                      WebPMuxAssemble(mux.get(), &file) == WEBP_MUX_OK;
  DIPTYCH_CHECK(stored, "libwebp puts a picture and a text together");
  std::string bytes(reinterpret_cast<const char*>(file.bytes), file.size);
  WebPDataClear(&file);
  return bytes;
}

}  // namespace diptych::base
