// Drawings by human artists: read from one file, drawn with librsvg in any size and colour, kept as pixels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "world/catalogue.h"
#include "world/kinds.h"

namespace diptych::world {

// Pixels of one drawing; never changed once made.
struct Rendering {
  int width = 0, height = 0;
  std::unique_ptr<uint32_t[]> argb;  // [height, width], premultiplied, as CAIRO_FORMAT_ARGB32 without padding
  size_t bytes() const { return sizeof(uint32_t) * static_cast<size_t>(width) * static_cast<size_t>(height); }
};

// Where a drawing's ink lies in its view box, in shares of the view box's sides; measured on a rendering of 256 pixels.
struct InkBox {
  double left = 0, top = 0, right = 1, bottom = 1;
  double aspect = 1;   // width / height of the ink
  double covered = 0;  // share of the box that is painted
};

struct ArtworkRequest {
  std::string_view drawing;        // "SET:NAME"
  int width = 0, height = 0;       // pixels that the ink fills, 1 to 4096
  std::optional<Colour> colour{};  // nothing: as the artist coloured it
  bool mirrored = false;
};

// Thread-safe: one for all threads of a program. What is measured of a drawing is measured when it is first asked for
// (about 3 ms).
class Artwork {
 public:
  struct CacheUse {
    size_t bytes = 0, entries = 0, hits = 0, misses = 0;
  };

  // The pack that tools/pack_art makes; `things` tell the natural colours of what is drawn, and every drawing that they
  // name must be there. At most `cache_bytes` of renderings are kept. Error: see ReadArtPack; a drawing that is
  // missing.
  static Artwork Load(const std::filesystem::path& pack, std::span<const Thing> things, size_t cache_bytes = 256 << 20);
  Artwork(Artwork&&) noexcept;
  Artwork& operator=(Artwork&&) noexcept;
  ~Artwork();

  std::vector<std::string> names() const;  // sorted
  bool Has(std::string_view drawing) const;
  // Each of these: Error when there is no such drawing, or when it draws nothing.
  InkBox BoxOf(std::string_view drawing) const;
  // Share of the painted area that takes another colour.
  double RecolouredShare(std::string_view drawing) const;
  std::shared_ptr<const Rendering> Render(const ArtworkRequest& request) const;

  CacheUse cache_use() const;

 private:
  struct State;
  explicit Artwork(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// All drawings of the catalogue in DataFolder(), loaded once.
const Artwork& WorldArtwork();

// "twemoji:fox" of a row's drawing.
std::string NameOf(const ThingDrawing& drawing);

}  // namespace diptych::world
