// Heads and busts that artists drew, on the jointed figure.
#pragma once

#include <string_view>

#include "world/figure.h"

namespace diptych::world {

// In the head's coordinates: a head on the neck, a bust on the torso.
void DrawArtistsHead(const Figure& figure);
// Of the hands, by the drawing's name.
Rgb ArtistsSkin(std::string_view drawing);
// Whether a drawing marked as a head looks right on a body; else it is a picture of its own.
bool FitsBody(std::string_view drawing);

}  // namespace diptych::world
