// Owners of Cairo's surfaces and contexts.
#pragma once

#include <cairo.h>

#include <memory>

namespace diptych::world {

struct DestroySurface {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct DestroyContext {
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using SurfacePointer = std::unique_ptr<cairo_surface_t, DestroySurface>;
using ContextPointer = std::unique_ptr<cairo_t, DestroyContext>;

}  // namespace diptych::world
