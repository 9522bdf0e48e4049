// A drawing in another colour: which of its paints are the thing's own colour, and what they become. Outlines, eyes,
// whites and parts of other colours (leaves, wheels, windows) stay.
#pragma once

#include <span>
#include <vector>

#include "world/kinds.h"
#include "world/svg_paints.h"

namespace diptych::world {

// The paints that carry the thing's colour, measured together.
struct BodyColour {
  std::vector<bool> turned;                   // by site
  bool grey = false;                          // it has no hue: white, grey or black
  double hue = 0, chroma = 0, lightness = 0;  // means over its area, in OKLab
  double darkest = 0, lightest = 0;           // lightness
  double share = 0;                           // of all that the drawing covers
};

// What is known of the thing that a drawing shows.
struct ThingColours {
  // Those that such things have when nobody asks for another: they decide between the parts of a drawing, as petals and
  // leaves.
  std::vector<Colour> natural{};
  bool afloat = false;   // artists draw water below it
  bool planted = false;  // artists draw grass and trees beside it
  bool glazed = false;   // it has windows
};

// areas[site]: pixels in which one sees it.
BodyColour FindBody(const SvgPaints& found, std::span<const int> areas, const ThingColours& thing);

// The colours of found.paints for the body in another colour: its hue and chroma, its lightness differences kept as far
// as it keeps its name (a light red is a pink).
std::vector<uint32_t> Recolour(const SvgPaints& found, const BodyColour& body, Colour colour);

// The colour of the world that is nearest by lightness, chroma and hue.
Colour NearestColour(uint32_t rgb);

}  // namespace diptych::world
