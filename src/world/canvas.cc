#include "world/canvas.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "world/cairo_pointers.h"

namespace diptych::world {
namespace {

// Of the shadow that paper casts, in hundredths of the picture's width: two, for a soft edge.
constexpr Spot kShadowOffsets[] = {{0.35, 0.5}, {0.75, 1.05}};

// The Bezier piece of a Catmull-Rom line from b to c with neighbours a and d.
void Piece(cairo_t* context, Spot a, Spot b, Spot c, Spot d) {
  cairo_curve_to(context, b.x + (c.x - a.x) / 6, b.y + (c.y - a.y) / 6, c.x - (d.x - b.x) / 6, c.y - (d.y - b.y) / 6,
                 c.x, c.y);
}

}  // namespace

Canvas& Canvas::Rect(double left, double top, double right, double bottom) {
  cairo_rectangle(context_, left, top, right - left, bottom - top);
  return *this;
}

Canvas& Canvas::RoundRect(double left, double top, double right, double bottom, double radius) {
  constexpr double kQuarter = std::numbers::pi / 2;
  cairo_new_sub_path(context_);
  cairo_arc(context_, right - radius, top + radius, radius, -kQuarter, 0);
  cairo_arc(context_, right - radius, bottom - radius, radius, 0, kQuarter);
  cairo_arc(context_, left + radius, bottom - radius, radius, kQuarter, 2 * kQuarter);
  cairo_arc(context_, left + radius, top + radius, radius, 2 * kQuarter, 3 * kQuarter);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Ellipse(Spot centre, double radius_x, double radius_y) {
  // Distance of a Bezier circle's control points.
  constexpr double kControl = 0.5522847498;
  const double x = centre.x, y = centre.y, cx = radius_x * kControl, cy = radius_y * kControl;
  cairo_move_to(context_, x + radius_x, y);
  cairo_curve_to(context_, x + radius_x, y + cy, x + cx, y + radius_y, x, y + radius_y);
  cairo_curve_to(context_, x - cx, y + radius_y, x - radius_x, y + cy, x - radius_x, y);
  cairo_curve_to(context_, x - radius_x, y - cy, x - cx, y - radius_y, x, y - radius_y);
  cairo_curve_to(context_, x + cx, y - radius_y, x + radius_x, y - cy, x + radius_x, y);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Arc(Spot centre, double radius, double from, double to) {
  cairo_new_sub_path(context_);
  cairo_arc(context_, centre.x, centre.y, radius, from, to);
  return *this;
}

Canvas& Canvas::Polygon(std::span<const Spot> corners) {
  cairo_new_sub_path(context_);
  for (const Spot& corner : corners) cairo_line_to(context_, corner.x, corner.y);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Line(std::initializer_list<Spot> corners) {
  cairo_new_sub_path(context_);
  for (const Spot& corner : corners) cairo_line_to(context_, corner.x, corner.y);
  return *this;
}

Canvas& Canvas::Blob(std::initializer_list<Spot> spots) {
  const Spot* all = spots.begin();
  const size_t n = spots.size();
  cairo_move_to(context_, all[0].x, all[0].y);
  for (size_t i = 0; i < n; ++i) Piece(context_, all[(i + n - 1) % n], all[i], all[(i + 1) % n], all[(i + 2) % n]);
  cairo_close_path(context_);
  return *this;
}

Canvas& Canvas::Curve(std::span<const Spot> spots) {
  const Spot* all = spots.data();
  const size_t n = spots.size();
  cairo_move_to(context_, all[0].x, all[0].y);
  for (size_t i = 0; i + 1 < n; ++i) {
    Piece(context_, all[i == 0 ? 0 : i - 1], all[i], all[i + 1], all[std::min(i + 2, n - 1)]);
  }
  return *this;
}

void Canvas::SetColour(Rgb colour, double opacity) {
  const Rgb graded = grade_.Apply(colour);
  cairo_set_source_rgba(context_, graded.r, graded.g, graded.b, opacity);
}

void Canvas::BeginMeasuring() {
  cairo_identity_matrix(context_);
  extents_.emplace();
}

Extents Canvas::EndMeasuring() {
  const Extents extents = *extents_;
  extents_.reset();
  return extents;
}

void Canvas::Measure(double margin) {
  double left = 0, top = 0, right = 0, bottom = 0;
  cairo_matrix_t matrix;
  cairo_get_matrix(context_, &matrix);
  // The path keeps its place; its extents come in the coordinates of the moment.
  cairo_identity_matrix(context_);
  cairo_path_extents(context_, &left, &top, &right, &bottom);
  cairo_set_matrix(context_, &matrix);
  cairo_new_path(context_);
  extents_->Add(left - margin, top - margin);
  extents_->Add(right + margin, bottom + margin);
}

void Canvas::CastShadow() {
  cairo_path_t* path = cairo_copy_path(context_);
  const double unit = cairo_image_surface_get_width(cairo_get_target(context_)) / 100.0;
  cairo_matrix_t matrix;
  cairo_get_matrix(context_, &matrix);
  for (const Spot& offset : kShadowOffsets) {
    cairo_matrix_t moved = matrix;
    moved.x0 += offset.x * unit;
    moved.y0 += offset.y * unit;
    cairo_set_matrix(context_, &moved);
    cairo_new_path(context_);
    cairo_append_path(context_, path);
    cairo_set_source_rgba(context_, 0.05, 0.03, 0.12, 0.2);
    cairo_fill(context_);
  }
  cairo_set_matrix(context_, &matrix);
  cairo_append_path(context_, path);
  cairo_path_destroy(path);
}

void Canvas::Fill(Rgb colour, double opacity) {
  if (measuring()) return Measure(0);
  if (paper_ && opacity == 1) CastShadow();
  SetColour(colour, opacity);
  cairo_fill(context_);
}

void Canvas::Stroke(Rgb colour, double width, double opacity) {
  if (measuring()) return Measure(width / 2);
  SetColour(colour, opacity);
  cairo_set_line_width(context_, width);
  cairo_stroke(context_);
}

void Canvas::FillAndStroke(Rgb colour, Rgb line, double width) {
  if (measuring()) return Measure(width / 2);
  if (paper_) CastShadow();
  SetColour(colour, 1);
  cairo_fill_preserve(context_);
  Stroke(paper_ ? Mix(colour, {1, 1, 1}, 0.4) : line, width);
}

void Canvas::FillGradient(double top, double bottom, std::initializer_list<Rgb> colours) {
  cairo_pattern_t* gradient = cairo_pattern_create_linear(0, top, 0, bottom);
  const auto count = static_cast<double>(colours.size());
  double index = 0;
  for (const Rgb& plain : colours) {
    const Rgb colour = grade_.Apply(plain);
    const auto stop = [&](double offset) {
      cairo_pattern_add_color_stop_rgb(gradient, offset, colour.r, colour.g, colour.b);
    };
    if (paper_) {
      stop(index / count);
      stop((index + 1) / count);
    } else {
      stop(index / (count - 1));
    }
    ++index;
  }
  cairo_set_source(context_, gradient);
  cairo_fill(context_);
  cairo_pattern_destroy(gradient);
}

void Canvas::Glow(Spot middle, double radius, Rgb colour, double opacity) {
  if (measuring()) return;
  if (paper_) return Circle(middle, radius * 0.62).Fill(colour, opacity * 0.6);
  const Rgb graded = grade_.Apply(colour);
  cairo_pattern_t* gradient = cairo_pattern_create_radial(middle.x, middle.y, 0, middle.x, middle.y, radius);
  cairo_pattern_add_color_stop_rgba(gradient, 0, graded.r, graded.g, graded.b, opacity);
  cairo_pattern_add_color_stop_rgba(gradient, 0.5, graded.r, graded.g, graded.b, opacity * 0.5);
  cairo_pattern_add_color_stop_rgba(gradient, 1, graded.r, graded.g, graded.b, 0);
  Circle(middle, radius);
  cairo_set_source(context_, gradient);
  cairo_fill(context_);
  cairo_pattern_destroy(gradient);
}

Rgb Grade::Apply(Rgb colour) const {
  const double grey = Luma(colour);
  const auto channel = [&](double value, double aim) {
    const double graded = (grey + (value - grey) * saturation) * gain;
    return std::clamp(graded + (aim - graded) * share, 0.0, 1.0);
  };
  return {channel(colour.r, tint.r), channel(colour.g, tint.g), channel(colour.b, tint.b)};
}

void Extents::Add(double x, double y) {
  left = std::min(left, x);
  right = std::max(right, x);
  top = std::min(top, y);
  bottom = std::max(bottom, y);
}

namespace {

// The pixels in another light; premultiplied colours stay below their alpha.
SurfacePointer SurfaceOf(const Rendering& rendering, const std::function<Rgb(Rgb)>& light) {
  SurfacePointer surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, rendering.width, rendering.height));
  auto* rows = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = 0; y < rendering.height; ++y) {
    auto* row = reinterpret_cast<uint32_t*>(rows + static_cast<ptrdiff_t>(y) * stride);
    for (int x = 0; x < rendering.width; ++x) {
      const uint32_t pixel =
          rendering.argb[static_cast<size_t>(y) * static_cast<size_t>(rendering.width) + static_cast<size_t>(x)];
      const double alpha = (pixel >> 24) / 255.0;
      if (alpha == 0) {
        row[x] = 0;
        continue;
      }
      const auto channel = [&](int shift) { return (pixel >> shift & 255) / 255.0 / alpha; };
      const Rgb lit = light({channel(16), channel(8), channel(0)});
      const auto byte = [&](double value) {
        return static_cast<uint32_t>(std::lround(std::clamp(value, 0.0, 1.0) * alpha * 255));
      };
      row[x] = (pixel & 0xff000000) | byte(lit.r) << 16 | byte(lit.g) << 8 | byte(lit.b);
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

}  // namespace

void Canvas::Stick(const Artwork& artwork, const Sticker& sticker) {
  if (measuring()) {
    Rect(sticker.left, sticker.top, sticker.right, sticker.bottom);
    return Measure(0);
  }
  double width = sticker.right - sticker.left, height = sticker.bottom - sticker.top, zero = 0, none = 0;
  cairo_user_to_device_distance(context_, &width, &zero);
  cairo_user_to_device_distance(context_, &none, &height);
  const auto pixels = [](double x, double y) {
    return std::clamp(static_cast<int>(std::lround(std::hypot(x, y))), 1, 4096);
  };
  ArtworkRequest request = sticker.request;
  request.width = pixels(width, zero);
  request.height = pixels(none, height);
  const auto rendering = artwork.Render(request);
  const SurfacePointer surface =
      SurfaceOf(*rendering, [&](Rgb colour) { return grade_.Apply(colour * sticker.light); });
  cairo_save(context_);
  const double unit = cairo_image_surface_get_width(cairo_get_target(context_)) / 100.0;
  cairo_matrix_t matrix;
  cairo_get_matrix(context_, &matrix);
  const auto to_pixels = [&](Spot offset) {
    cairo_matrix_t moved = matrix;
    moved.x0 += offset.x * unit;
    moved.y0 += offset.y * unit;
    cairo_set_matrix(context_, &moved);
    cairo_translate(context_, sticker.left, sticker.top);
    cairo_scale(context_, (sticker.right - sticker.left) / request.width,
                (sticker.bottom - sticker.top) / request.height);
  };
  if (paper_) {
    for (const Spot& offset : kShadowOffsets) {
      to_pixels(offset);
      cairo_set_source_rgba(context_, 0.05, 0.03, 0.12, 0.2);
      cairo_mask_surface(context_, surface.get(), 0, 0);
    }
  }
  to_pixels({0, 0});
  cairo_set_source_surface(context_, surface.get(), 0, 0);
  cairo_paint(context_);
  cairo_restore(context_);
}

}  // namespace diptych::world
