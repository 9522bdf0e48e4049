#include "world/draw.h"

#include <memory>
#include <string>

#include "base/error.h"
#include "world/backdrop.h"
#include "world/canvas.h"
#include "world/palette.h"
#include "world/sky.h"
#include "world/styles.h"
#include "world/subjects.h"

namespace diptych::world {
namespace {

struct DestroySurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct DestroyContext {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Surface = std::unique_ptr<cairo_surface_t, DestroySurface>;
using Context = std::unique_ptr<cairo_t, DestroyContext>;

base::Image ToImage(cairo_surface_t* surface) {
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

void Paint(cairo_t* context, const Scene& scene) {
  Canvas canvas(context, scene.style == Style::kPaperCut);
  canvas.SetGrade(BackdropGrade(scene.mood));
  DrawBackdrop(canvas, scene);
  DrawIslands(canvas, scene);
  canvas.SetGrade(SubjectGrade(scene.mood));
  // Backwards: the first of two is on, inside or in front of the second.
  for (size_t i = scene.subjects.size(); i > 0; --i) DrawSubject(canvas, scene, scene.subjects[i - 1]);
  if (scene.ground != Ground::kRoom) DrawFallingWeather(canvas, scene);
}

}  // namespace

base::Image Draw(const Scene& scene, int width, int height) {
  if (width < 16 || width > 4096 || height < 16 || height > 4096) {
    throw base::Error(
        "world", "a picture of " + std::to_string(width) + " x " + std::to_string(height) + " pixels cannot be drawn.",
        "each side must have 16 to 4096 pixels");
  }
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  DIPTYCH_CHECK(cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS, "no memory for the picture");
  const Context context(cairo_create(surface.get()));
  cairo_scale(context.get(), width / 100.0, height / 100.0);
  Paint(context.get(), scene);
  base::Image image = ToImage(surface.get());
  ApplyStyle(image, scene.style);
  return image;
}

}  // namespace diptych::world
