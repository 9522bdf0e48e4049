#include "world/surface_image.h"

#include <cstdint>
#include <vector>

#include "world/cairo_pointers.h"

namespace diptych::world {

base::Image ImageOf(cairo_surface_t* surface) {
  cairo_surface_flush(surface);
  const int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  const unsigned char* data = cairo_image_surface_get_data(surface);
  base::Image image = {.width = width, .height = height, .rgb = std::vector<uint8_t>(size_t{3} * width * height)};
  uint8_t* out = image.rgb.data();
  for (int y = 0; y < height; ++y) {
    const auto* row = reinterpret_cast<const uint32_t*>(data + static_cast<ptrdiff_t>(y) * stride);
    for (int x = 0; x < width; ++x) {
      *out++ = static_cast<uint8_t>(row[x] >> 16);
      *out++ = static_cast<uint8_t>(row[x] >> 8);
      *out++ = static_cast<uint8_t>(row[x]);
    }
  }
  return image;
}

void Paste(cairo_t* context, const Rendering& rendering, double left, double top) {
  // A surface of this thread's own over the shared pixels: Cairo counts references to a source's image without locks.
  const SurfacePointer surface(
      cairo_image_surface_create_for_data(reinterpret_cast<unsigned char*>(rendering.argb.get()), CAIRO_FORMAT_ARGB32,
                                          rendering.width, rendering.height, 4 * rendering.width));
  cairo_set_source_surface(context, surface.get(), left, top);
  cairo_paint(context);
  // The context would keep the surface, whose pixels it does not own.
  cairo_set_source_rgb(context, 0, 0, 0);
}

}  // namespace diptych::world
