#include "world/catalogue_sheet.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "world/cairo_pointers.h"
#include "world/surface_image.h"

namespace diptych::world {
namespace {

constexpr int kMostDrawings = 8, kGap = 4, kLabelHeight = 12, kNameWidth = 110;

void Write(cairo_t* context, double x, double y, const std::string& text) {
  cairo_set_source_rgb(context, 0.1, 0.1, 0.2);
  cairo_move_to(context, x, y);
  cairo_show_text(context, text.c_str());
}

class SheetPainter {
 public:
  SheetPainter(const Artwork& artwork, const CatalogueSheetOptions& options) : artwork_(artwork), options_(options) {
    cell_ = options.side + kGap;
    const int width = kNameWidth + 2 * kMostDrawings * cell_, height = options.rows * (cell_ + kLabelHeight);
    surface_.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
    DIPTYCH_CHECK(cairo_surface_status(surface_.get()) == CAIRO_STATUS_SUCCESS, "no memory for the sheet");
    context_.reset(cairo_create(surface_.get()));
    cairo_set_source_rgb(context_.get(), 0.86, 0.91, 0.85);
    cairo_paint(context_.get());
    cairo_select_font_face(context_.get(), "sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(context_.get(), 10);
  }

  void DrawRow(int row, const Thing& thing, int colour) {
    top_ = row * (cell_ + kLabelHeight);
    Write(context_.get(), 2, top_ + 14, thing.kind);
    Write(context_.get(), 2, top_ + 28, thing.family + (thing.recolourable ? "" : ", as it is"));
    const size_t count = std::min<size_t>(thing.drawings.size(), kMostDrawings);
    for (size_t i = 0; i < count; ++i) {
      const std::string name = NameOf(thing.drawings[i]);
      const int column = 2 * static_cast<int>(i);
      Place(column, {.drawing = name}, thing.drawings[i].set);
      if (!thing.recolourable) continue;
      const auto aim = static_cast<Colour>((colour + static_cast<int>(i)) % kColours);
      const long percent = std::lround(100 * artwork_.RecolouredShare(name));
      Place(column + 1, {.drawing = name, .colour = aim},
            std::string(kColourWords[static_cast<size_t>(aim)]) + " " + std::to_string(percent));
    }
  }
  base::Image image() const { return ImageOf(surface_.get()); }

 private:
  void Place(int column, ArtworkRequest request, const std::string& label) {
    const InkBox box = artwork_.BoxOf(request.drawing);
    const double side = options_.side;
    const auto pixels = [](double value) { return std::max(1, static_cast<int>(std::lround(value))); };
    request.width = pixels(box.aspect >= 1 ? side : side * box.aspect);
    request.height = pixels(box.aspect >= 1 ? side / box.aspect : side);
    const double left = kNameWidth + column * cell_;
    Paste(context_.get(), *artwork_.Render(request), left, top_ + (side - request.height) / 2.0);
    Write(context_.get(), left, top_ + cell_ + kLabelHeight - 5, label);
  }

  const Artwork& artwork_;
  const CatalogueSheetOptions& options_;
  int cell_ = 0, top_ = 0;
  SurfacePointer surface_;
  ContextPointer context_;
};

}  // namespace

void DrawCatalogueSheets(std::span<const Thing> things, const Artwork& artwork, const CatalogueSheetOptions& options,
                         const std::function<void(const base::Image&)>& on_sheet) {
  const auto rows = static_cast<size_t>(options.rows);
  for (size_t first = 0; first < things.size(); first += rows) {
    SheetPainter painter(artwork, options);
    for (size_t i = first; i < std::min(first + rows, things.size()); ++i)
      painter.DrawRow(static_cast<int>(i - first), things[i], options.colour + static_cast<int>(i));
    on_sheet(painter.image());
  }
}

}  // namespace diptych::world
