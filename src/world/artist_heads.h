// Heads and busts that artists drew, on the jointed figure.
#pragma once

#include <optional>
#include <string_view>

#include "world/figure.h"

namespace diptych::world {

// Draws the artist's head (on the neck) or bust (on the torso) of the subject's look. In the head's coordinates.
void DrawArtistsHead(const Figure& figure);
// Colours of the body that match the drawing of its head.
struct ArtistsColours {
  std::optional<Rgb> skin{};  // of a human head: what the hands have
  std::optional<Rgb> body{};  // fur near to the subject's colour; or the clothes of a bust, where no colour is said
};
ArtistsColours ColoursOfHead(const Subject& subject);
// Whether the drawing shows a person, or somebody who looks like one.
bool IsHuman(std::string_view drawing);
// Whether a drawing marked as a head looks right on a body; one with hands, tools or several people is a picture of its
// own.
bool FitsBody(std::string_view drawing);

}  // namespace diptych::world
