#include "world/artwork.h"

#include <librsvg/rsvg.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "base/error.h"
#include "world/art_pack.h"
#include "world/cairo_pointers.h"
#include "world/recolour.h"
#include "world/rendering_cache.h"
#include "world/svg_paints.h"

namespace diptych::world {
namespace {

constexpr int kMeasuringPixels = 256, kAreaPixels = 128, kLargestSide = 4096;

struct FreeHandle {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
};
struct FreeError {
  void operator()(GError* error) const { g_error_free(error); }
};

// One drawing with what is measured of it.
struct Drawn {
  std::string name, svg;
  ThingColours colours;
  SvgPaints paints;
  InkBox box;
  BodyColour body;
  std::once_flag box_once, body_once;
};

// Which part of the view box, in its units, fills a surface of how many pixels.
struct View {
  double left = 0, top = 0, width = 0, height = 0;
  int pixels_wide = 0, pixels_high = 0;
};

[[noreturn]] void FailDrawing(std::string_view name, const std::string& what) {
  throw base::Error("art", std::string(name) + ": " + what + ".");
}

void DrawSvg(cairo_t* context, const Drawn& drawn, const std::string& svg) {
  GError* raw = nullptr;
  const std::unique_ptr<RsvgHandle, FreeHandle> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &raw));
  const RsvgRectangle viewport = {0, 0, drawn.paints.width, drawn.paints.height};
  if (handle != nullptr) rsvg_handle_render_document(handle.get(), context, &viewport, &raw);
  const std::unique_ptr<GError, FreeError> error(raw);
  if (error != nullptr) FailDrawing(drawn.name, error->message);
}

std::unique_ptr<Rendering> RenderView(const Drawn& drawn, const std::string& svg, const View& view) {
  auto rendering = std::make_unique<Rendering>();
  rendering->width = view.pixels_wide;
  rendering->height = view.pixels_high;
  rendering->argb =
      std::make_unique<uint32_t[]>(static_cast<size_t>(view.pixels_wide) * static_cast<size_t>(view.pixels_high));
  const SurfacePointer surface(
      cairo_image_surface_create_for_data(reinterpret_cast<unsigned char*>(rendering->argb.get()), CAIRO_FORMAT_ARGB32,
                                          view.pixels_wide, view.pixels_high, 4 * view.pixels_wide));
  const ContextPointer context(cairo_create(surface.get()));
  cairo_scale(context.get(), view.pixels_wide / view.width, view.pixels_high / view.height);
  cairo_translate(context.get(), -view.left, -view.top);
  DrawSvg(context.get(), drawn, svg);
  cairo_surface_flush(surface.get());
  return rendering;
}

// The whole view box with so many pixels on its longer side.
View WholeView(const Drawn& drawn, int longer) {
  const double scale = longer / std::max(drawn.paints.width, drawn.paints.height);
  const auto pixels = [&](double side) { return std::max(1, static_cast<int>(std::lround(side * scale))); };
  return {.width = drawn.paints.width,
          .height = drawn.paints.height,
          .pixels_wide = pixels(drawn.paints.width),
          .pixels_high = pixels(drawn.paints.height)};
}

InkBox MeasureBox(const Drawn& drawn) {
  constexpr uint32_t kLeastAlpha = 24;  // weaker is the edge of a shadow
  const auto whole = RenderView(drawn, drawn.svg, WholeView(drawn, kMeasuringPixels));
  int left = whole->width, right = -1, top = whole->height, bottom = -1, painted = 0;
  for (int y = 0; y < whole->height; ++y) {
    for (int x = 0; x < whole->width; ++x) {
      if (whole->argb[static_cast<size_t>(y * whole->width + x)] >> 24 < kLeastAlpha) continue;
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
      ++painted;
    }
  }
  if (painted == 0) FailDrawing(drawn.name, "draws nothing");
  const double width = right + 1 - left, height = bottom + 1 - top;
  return {.left = left / static_cast<double>(whole->width),
          .top = top / static_cast<double>(whole->height),
          .right = (right + 1) / static_cast<double>(whole->width),
          .bottom = (bottom + 1) / static_cast<double>(whole->height),
          .aspect = width / height,
          .covered = painted / (width * height)};
}

BodyColour MeasureBody(const Drawn& drawn) {
  const std::string numbered = WithSiteNumbers(drawn.svg, drawn.paints, drawn.name);
  const auto picture = RenderView(drawn, numbered, WholeView(drawn, kAreaPixels));
  std::vector<int> areas(static_cast<size_t>(drawn.paints.sites));
  const auto pixels = std::span(picture->argb.get(), picture->bytes() / sizeof(uint32_t));
  for (const uint32_t pixel : pixels) {
    const uint32_t number = pixel & 0xffffff;
    if (pixel >> 24 == 255 && number >= 1 && number <= areas.size()) ++areas[number - 1];
  }
  return FindBody(drawn.paints, areas, drawn.colours);
}

void Mirror(Rendering& rendering) {
  const auto width = static_cast<size_t>(rendering.width);
  for (int y = 0; y < rendering.height; ++y) {
    uint32_t* row = rendering.argb.get() + static_cast<size_t>(y) * width;
    std::reverse(row, row + width);
  }
}

std::optional<Colour> ColourOfWord(std::string_view word) {
  const auto found = std::ranges::find(kColourWords, word);
  if (found == kColourWords.end()) return {};
  return static_cast<Colour>(found - kColourWords.begin());
}

void AddColours(ThingColours& colours, const Thing& thing) {
  for (const std::string& word : thing.colours)
    if (const auto colour = ColourOfWord(word)) colours.natural.push_back(*colour);
  colours.afloat |= std::ranges::find(thing.stands, "water") != thing.stands.end() && thing.family == "boat";
  colours.planted |= thing.family == "building" || thing.family == "place";
  colours.glazed |= thing.family == "building" || thing.family == "vehicle";
}

}  // namespace

struct Artwork::State {
  explicit State(size_t cache_bytes) : cache(cache_bytes) {}

  std::vector<std::unique_ptr<Drawn>> drawings;  // sorted by name
  mutable RenderingCache cache;

  Drawn* Find(std::string_view name) const {
    const auto found =
        std::ranges::lower_bound(drawings, name, {}, [](const auto& drawn) -> std::string_view { return drawn->name; });
    return found == drawings.end() || (*found)->name != name ? nullptr : found->get();
  }
  Drawn& Measured(std::string_view name) const {
    Drawn* drawn = Find(name);
    if (drawn == nullptr) FailDrawing(name, "there is no such drawing");
    std::call_once(drawn->box_once, [&] { drawn->box = MeasureBox(*drawn); });
    return *drawn;
  }
  const BodyColour& BodyOf(Drawn& drawn) const {
    std::call_once(drawn.body_once, [&] { drawn.body = MeasureBody(drawn); });
    return drawn.body;
  }
};

Artwork::Artwork(std::unique_ptr<State> state) : state_(std::move(state)) {}
Artwork::Artwork(Artwork&&) noexcept = default;
Artwork& Artwork::operator=(Artwork&&) noexcept = default;
Artwork::~Artwork() = default;

Artwork Artwork::Load(const std::filesystem::path& pack, std::span<const Thing> things, size_t cache_bytes) {
  auto state = std::make_unique<State>(cache_bytes);
  for (auto& [name, svg] : ReadArtPack(pack)) {
    auto drawn = std::make_unique<Drawn>();
    drawn->name = name;
    drawn->svg = std::move(svg);
    drawn->paints = FindPaints(drawn->svg, name);
    state->drawings.push_back(std::move(drawn));
  }
  for (const Thing& thing : things) {
    for (const auto* list : {&thing.drawings, &thing.examiners}) {
      for (const ThingDrawing& drawing : *list) {
        Drawn* drawn = state->Find(NameOf(drawing));
        if (drawn == nullptr)
          FailDrawing(pack.string(), "has no " + NameOf(drawing) + ", which is a drawing of " + thing.kind);
        AddColours(drawn->colours, thing);
      }
    }
  }
  return Artwork(std::move(state));
}

std::vector<std::string> Artwork::names() const {
  std::vector<std::string> names;
  for (const auto& drawn : state_->drawings) names.push_back(drawn->name);
  return names;
}

bool Artwork::Has(std::string_view drawing) const { return state_->Find(drawing) != nullptr; }

InkBox Artwork::BoxOf(std::string_view drawing) const { return state_->Measured(drawing).box; }

double Artwork::RecolouredShare(std::string_view drawing) const {
  return state_->BodyOf(state_->Measured(drawing)).share;
}

std::shared_ptr<const Rendering> Artwork::Render(const ArtworkRequest& request) const {
  if (std::min(request.width, request.height) < 1 || std::max(request.width, request.height) > kLargestSide)
    FailDrawing(request.drawing, std::to_string(request.width) + " x " + std::to_string(request.height) +
                                     " pixels cannot be drawn, a side has 1 to " + std::to_string(kLargestSide));
  Drawn& drawn = state_->Measured(request.drawing);
  const auto place = std::ranges::lower_bound(state_->drawings, request.drawing, {},
                                              [](const auto& one) -> std::string_view { return one->name; });
  const RenderingKey key = {.drawing = static_cast<uint32_t>(place - state_->drawings.begin()),
                            .width = static_cast<uint16_t>(request.width),
                            .height = static_cast<uint16_t>(request.height),
                            .colour = static_cast<int8_t>(request.colour ? static_cast<int>(*request.colour) : -1),
                            .mirrored = request.mirrored};
  if (auto kept = state_->cache.Find(key)) return kept;
  const InkBox& box = drawn.box;
  const View view = {.left = box.left * drawn.paints.width,
                     .top = box.top * drawn.paints.height,
                     .width = (box.right - box.left) * drawn.paints.width,
                     .height = (box.bottom - box.top) * drawn.paints.height,
                     .pixels_wide = request.width,
                     .pixels_high = request.height};
  std::unique_ptr<Rendering> made;
  if (request.colour) {
    const std::vector<uint32_t> rgbs = Recolour(drawn.paints, state_->BodyOf(drawn), *request.colour);
    made = RenderView(drawn, WithPaints(drawn.svg, drawn.paints.paints, rgbs), view);
  } else {
    made = RenderView(drawn, drawn.svg, view);
  }
  if (request.mirrored) Mirror(*made);
  const std::shared_ptr<const Rendering> rendering = std::move(made);
  state_->cache.Keep(key, rendering);
  return rendering;
}

Artwork::CacheUse Artwork::cache_use() const { return state_->cache.use(); }

const Artwork& WorldArtwork() {
  static const Artwork artwork = Artwork::Load(DataFolder() / "art/drawings.tar.xz", CatalogueThings());
  return artwork;
}

std::string NameOf(const ThingDrawing& drawing) { return drawing.set + ":" + drawing.name; }

}  // namespace diptych::world
