// The colours in an SVG file of the strict form that tools/pack_art writes (clean_svg.py): where they stand, and the
// same file with other colours.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::world {

// One "#rrggbb" of the file.
struct SvgPaint {
  size_t offset = 0;  // of the first of its six digits
  uint32_t rgb = 0;   // 0xrrggbb
  // What is coloured as one: a shape's fill, its stroke, or a gradient with all its stops. Numbered from 0.
  int site = 0;
  bool stroke = false;
};

struct SvgPaints {
  double width = 0, height = 0;  // of the view box
  std::vector<SvgPaint> paints;  // in the order of the file
  int sites = 0;
};

// Colours within masks and patterns are left out: they are no colours of the picture or lie side by side. `name` stands
// in messages. Error: not the strict form.
SvgPaints FindPaints(std::string_view svg, std::string_view name);

// rgbs[i], 0xrrggbb, in the place of paints[i].
std::string WithPaints(std::string_view svg, std::span<const SvgPaint> paints, std::span<const uint32_t> rgbs);

// A picture from which areas can be counted: every site drawn opaque, without smooth edges, in the colour site + 1.
// Shapes and gradients that are more than four tenths transparent are left out.
std::string WithSiteNumbers(std::string_view svg, const SvgPaints& found, std::string_view name);

}  // namespace diptych::world
