// Pixels from Cairo surfaces and onto them.
#pragma once

#include <cairo.h>

#include "base/image.h"
#include "world/artwork.h"

namespace diptych::world {

// Of a surface of CAIRO_FORMAT_RGB24.
base::Image ImageOf(cairo_surface_t* surface);

// Paints a rendering with its upper left corner at (left, top) of the context.
void Paste(cairo_t* context, const Rendering& rendering, double left, double top);

}  // namespace diptych::world
