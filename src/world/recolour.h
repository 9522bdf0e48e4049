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

// areas[site]: pixels in which one sees it. `natural` are the colours that such things have when nobody asks for
// another: they decide between the parts of a drawing, as petals and leaves.
BodyColour FindBody(const SvgPaints& found, std::span<const int> areas, std::span<const Colour> natural);

// The colours of found.paints for the body in another colour: its hue and chroma, its lightness differences kept as far
// as it keeps its name (a light red is a pink).
std::vector<uint32_t> Recolour(const SvgPaints& found, const BodyColour& body, Colour colour);

// What a child would call a colour: the nearest of the world's.
Colour NearestColour(uint32_t rgb);

}  // namespace diptych::world
