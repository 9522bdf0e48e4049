#include "world/pen.h"

#include <array>

namespace diptych::world {
namespace {

constexpr std::array<Rgb, kColours> kPaint = {{
    {0.87, 0.12, 0.14},  // red
    {0.98, 0.51, 0.06},  // orange
    {0.99, 0.85, 0.13},  // yellow
    {0.16, 0.62, 0.24},  // green
    {0.12, 0.36, 0.86},  // blue
    {0.55, 0.22, 0.74},  // purple
    {0.97, 0.97, 0.97},  // white
    {0.11, 0.11, 0.14},  // black
    {1.00, 0.58, 0.74},  // pink
    {0.54, 0.32, 0.16},  // brown
    {0.58, 0.59, 0.62},  // grey
    {0.12, 0.78, 0.76},  // turquoise
}};

// A colour that stands out from another and keeps its hue.
Rgb Contrast(Rgb colour) {
  return Luma(colour) > 0.5 ? Mix(colour, {0.16, 0.10, 0.18}, 0.55) : Mix(colour, {1, 1, 1}, 0.62);
}

constexpr double kPeriod = 13;

void Stripes(Canvas& canvas, const Extents& area, bool bands) {
  if (bands) {
    for (double y = area.top + kPeriod / 2; y < area.bottom; y += kPeriod)
      canvas.Rect(area.left, y, area.right, y + kPeriod / 2);
  } else {
    for (double x = area.left + kPeriod / 2; x < area.right; x += kPeriod)
      canvas.Rect(x, area.top, x + kPeriod / 2, area.bottom);
  }
}

void Spots(Canvas& canvas, const Extents& area) {
  bool odd = false;
  for (double y = area.top + kPeriod / 2; y < area.bottom + kPeriod; y += kPeriod * 0.85, odd = !odd) {
    for (double x = area.left + (odd ? kPeriod : kPeriod / 2); x < area.right + kPeriod; x += kPeriod)
      canvas.Circle({x, y}, kPeriod * 0.27);
  }
}

// The gaps between planks and a few lines of grain.
void Planks(Canvas& canvas, const Extents& area) {
  bool odd = false;
  for (double y = area.top + kPeriod * 0.8; y < area.bottom; y += kPeriod * 0.8, odd = !odd) {
    canvas.Rect(area.left, y, area.right, y + 1.5);
    for (double x = area.left + (odd ? 6 : 19); x < area.right; x += 27)
      canvas.Rect(x, y - 5, x + 11, y - 4).Rect(x + 16, y - 9, x + 17.4, y);
  }
}

}  // namespace

void Pen::Body() const {
  if (subject.pattern == Pattern::kPlain || canvas.measuring()) return Shape(body);
  const bool wooden = subject.pattern == Pattern::kWooden;
  Extents area;
  cairo_path_extents(canvas.context(), &area.left, &area.top, &area.right, &area.bottom);
  cairo_path_t* path = cairo_copy_path(canvas.context());
  canvas.FillAndStroke(wooden ? Mix(body, Wood(), 0.25) : body, line, width);
  cairo_save(canvas.context());
  cairo_append_path(canvas.context(), path);
  cairo_clip(canvas.context());
  if (subject.pattern == Pattern::kStriped) Stripes(canvas, area, bands);
  if (subject.pattern == Pattern::kSpotted) Spots(canvas, area);
  if (wooden) Planks(canvas, area);
  // Not quite opaque, so that paper casts no shadow here.
  canvas.Fill(wooden ? Mix(Contrast(body), Wood() * Rgb{0.6, 0.6, 0.6}, 0.6) : Contrast(body), 0.99);
  cairo_restore(canvas.context());
  cairo_append_path(canvas.context(), path);
  cairo_path_destroy(path);
  canvas.Stroke(line, width);
}

void Pen::Limb(std::initializer_list<Spot> spots, Rgb colour, double thickness) const {
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_ROUND);
  canvas.Curve(spots).Stroke(line, thickness);
  canvas.Curve(spots).Stroke(colour, thickness - 2 * width);
  cairo_set_line_cap(canvas.context(), CAIRO_LINE_CAP_BUTT);
}

Rgb PaintOf(Colour colour) { return kPaint[static_cast<size_t>(colour)]; }

Pen MakePen(Canvas& canvas, const Scene& scene, const Subject& subject) {
  Pen pen = {.canvas = canvas, .subject = subject, .line = {0.10, 0.09, 0.16}};
  pen.night = IsNight(scene.hour) && !IsRoom(scene.ground) && !IsEnclosed(scene.ground);
  const Rgb paint = PaintOf(subject.colour == Colour::kNone ? Colour::kGrey : subject.colour);
  const bool black = subject.colour == Colour::kBlack;
  pen.body = black ? paint : pen.Lit(paint);
  pen.shade = black ? Rgb{0.34, 0.34, 0.40} : Mix(pen.body, {0.10, 0.08, 0.20}, 0.28);
  if (black && !IsJointed(subject)) pen.line = {0.50, 0.51, 0.58};
  if (black && IsJointed(subject)) pen.line = {0.36, 0.37, 0.44};
  pen.bands = IsJointed(subject) || subject.kind == Kind::kLighthouse || subject.kind == Kind::kTower;
  const bool floats = RowOf(subject.kind).realm == Realm::kWater;
  const bool swims = subject.action == Action::kSwimming && scene.ground != Ground::kUnderwater;
  pen.afloat = (floats && !IsRoom(scene.ground)) || swims;
  pen.hollow = scene.relation == Relation::kInside && &subject == &scene.subjects.back();
  return pen;
}

}  // namespace diptych::world
