// Contact sheets of the catalogue: every kind with its drawings, as their artists coloured them and recoloured.
#pragma once

#include <functional>
#include <span>

#include "base/image.h"
#include "world/artwork.h"
#include "world/catalogue.h"

namespace diptych::world {

struct CatalogueSheetOptions {
  int rows = 12;  // kinds a sheet
  int side = 80;  // pixels of a drawing's longer side
  int colour =
      0;  // what the first drawing is recoloured to, an index of Colour; each next drawing gets the next colour
};

// Calls on_sheet for each sheet, in the order of `things`. A row shows up to eight drawings; beside each of a kind that
// may be recoloured stands the recoloured one, with its colour and the percentage of it that changed.
void DrawCatalogueSheets(std::span<const Thing> things, const Artwork& artwork, const CatalogueSheetOptions& options,
                         const std::function<void(const base::Image&)>& on_sheet);

}  // namespace diptych::world
