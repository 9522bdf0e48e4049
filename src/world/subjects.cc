#include "world/subjects.h"

#include <array>

#include "world/drawings.h"
#include "world/figure.h"
#include "world/sample_subject.h"

namespace diptych::world {
namespace {

Drawing DrawingOf(const Subject& subject) {
  // In the order of Kind, up to the first character.
  static constexpr std::array<Drawing, static_cast<size_t>(Kind::kCat)> kDrawings = {
      DrawCircle, DrawSquare, DrawTriangle, DrawStar,        DrawHeart,  DrawBus,       DrawCar,
      DrawTruck,  DrawTrain,  DrawBicycle,  DrawSailingBoat, DrawShip,   DrawAeroplane, DrawHotAirBalloon,
      DrawRocket, DrawHouse,  DrawCastle,   DrawLighthouse,  DrawTower,  DrawTent,      DrawWindmill,
      DrawTree,   DrawPalm,   DrawFir,      DrawFlower,      DrawCactus, DrawMushroom};
  return IsJointed(subject) ? DrawFigure : kDrawings[static_cast<size_t>(subject.kind)];
}

// What the drawing covers in its own units, outlines of the pen's width included.
Extents Measure(const Pen& pen, Drawing draw) {
  cairo_save(pen.canvas.context());
  pen.canvas.BeginMeasuring();
  draw(pen);
  const Extents extents = pen.canvas.EndMeasuring();
  cairo_restore(pen.canvas.context());
  return extents;
}

void DrawSticker(const Pen& pen, const plan::Box& box) {
  const Look& look = LookOf(pen.subject);
  const bool drawn_left = look.faces == ThingDrawing::Faces::kLeft;
  Canvas::Sticker sticker = {
      .request = {.drawing = look.drawing, .mirrored = IsDirected(pen.subject) && pen.subject.faces_left != drawn_left},
      .left = static_cast<double>(box.left),
      .top = static_cast<double>(box.top),
      .right = static_cast<double>(box.right),
      .bottom = static_cast<double>(box.bottom),
      .light = pen.Lit({1, 1, 1})};
  if (pen.subject.colour != Colour::kNone) sticker.request.colour = pen.subject.colour;
  pen.canvas.Stick(WorldArtwork(), sticker);
}

}  // namespace

void DrawSubject(Canvas& canvas, const Scene& scene, const Subject& subject) {
  Pen pen = MakePen(canvas, scene, subject);
  if (LookOf(subject).hand == Look::Hand::kArtist) {
    for (const plan::Box& box : subject.boxes) DrawSticker(pen, box);
    return;
  }
  const Drawing draw = DrawingOf(subject);
  cairo_t* context = canvas.context();
  for (const plan::Box& box : subject.boxes) {
    const double width = box.right - box.left, height = box.bottom - box.top;
    cairo_save(context);
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
    // Outlines of 0.8 to 1.1 percent of the picture; thinner where a figure is small.
    pen.scale = IsJointed(subject) ? 100 * width / UnitsOf(subject).width : width;
    pen.width = (IsJointed(subject) ? 35 + 1.08 * pen.scale : 65 + 0.8 * pen.scale) / pen.scale;
    const Extents extents = Measure(pen, draw);
    cairo_translate(context, subject.faces_left ? box.right : box.left, box.top);
    cairo_scale(context, (subject.faces_left ? -width : width) / (extents.right - extents.left),
                height / (extents.bottom - extents.top));
    cairo_translate(context, -extents.left, -extents.top);
    draw(pen);
    cairo_restore(context);
  }
}

}  // namespace diptych::world
