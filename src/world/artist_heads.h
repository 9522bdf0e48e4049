// Heads and busts that artists drew, on the jointed figure.
#pragma once

#include <optional>
#include <string_view>

#include "world/figure.h"

namespace diptych::world {

// In the head's coordinates: a head on the neck, a bust on the torso.
void DrawArtistsHead(const Figure& figure);
// What of the body goes with the drawing of a head.
struct ArtistsColours {
  std::optional<Rgb> skin{};  // of a human head: what the hands have
  std::optional<Rgb> body{};  // fur near to the subject's colour; or the clothes of a bust, where no colour is said
};
ArtistsColours ColoursOfHead(const Subject& subject);
// Is it of a person, or of one who looks like a person?
bool IsHuman(std::string_view drawing);
// Whether a drawing marked as a head looks right on a body; one with hands, tools or several people is a picture of its
// own.
bool FitsBody(std::string_view drawing);

}  // namespace diptych::world
