#include "world/draw.h"

#include <string>

#include "base/error.h"
#include "world/backdrop.h"
#include "world/cairo_pointers.h"
#include "world/canvas.h"
#include "world/palette.h"
#include "world/sky.h"
#include "world/styles.h"
#include "world/subjects.h"
#include "world/surface_image.h"

namespace diptych::world {
namespace {

void Paint(cairo_t* context, const Scene& scene) {
  Canvas canvas(context, scene.style == Style::kPaperCut);
  canvas.SetGrade(BackdropGrade(scene.mood));
  DrawBackdrop(canvas, scene);
  DrawIslands(canvas, scene);
  canvas.SetGrade(SubjectGrade(scene.mood));
  // Last to first, since the first of two is on, inside or in front of the second.
  for (size_t i = scene.subjects.size(); i > 0; --i) {
    DrawSubject(canvas, scene, scene.subjects[i - 1]);
    DrawWaterBefore(canvas, scene, i - 1);
  }
  if (HasWeather(scene.ground) && !IsRoom(scene.ground)) DrawFallingWeather(canvas, scene);
}

}  // namespace

base::Image Draw(const Scene& scene, int width, int height) {
  if (width < 16 || width > 4096 || height < 16 || height > 4096) {
    throw base::Error(
        "world", "a picture of " + std::to_string(width) + " x " + std::to_string(height) + " pixels cannot be drawn.",
        "each side must have 16 to 4096 pixels");
  }
  const SurfacePointer surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  DIPTYCH_CHECK(cairo_surface_status(surface.get()) == CAIRO_STATUS_SUCCESS, "no memory for the picture");
  const ContextPointer context(cairo_create(surface.get()));
  cairo_scale(context.get(), width / 100.0, height / 100.0);
  Paint(context.get(), scene);
  base::Image image = ImageOf(surface.get());
  ApplyStyle(image, scene.style);
  return image;
}

}  // namespace diptych::world
