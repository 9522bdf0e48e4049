#include "cli/preview.h"

#include <algorithm>
#include <cmath>

namespace diptych::cli {
namespace {

constexpr int kMaxLines = 20;

// The nearest colour of the 6 x 6 x 6 cube of xterm's 256 colours, whose levels are 0, 95, 135, 175, 215, 255.
int CubeIndex(const uint8_t* rgb) {
  const auto level = [](int value) { return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40; };
  return 16 + 36 * level(rgb[0]) + 6 * level(rgb[1]) + level(rgb[2]);
}

// `layer` is 38 for the foreground, 48 for the background.
std::string ColourCode(const uint8_t* rgb, Colours colours, int layer) {
  std::string code = "\x1b[" + std::to_string(layer);
  if (colours == Colours::k256) return code + ";5;" + std::to_string(CubeIndex(rgb)) + "m";
  return code + ";2;" + std::to_string(rgb[0]) + ";" + std::to_string(rgb[1]) + ";" + std::to_string(rgb[2]) + "m";
}

}  // namespace

Preview DrawPreview(const base::Image& picture, Colours colours, int columns) {
  Preview preview;
  if ((colours != Colours::k256 && colours != Colours::kTrue) || picture.width <= 0 || picture.height <= 0)
    return preview;
  const double shape = static_cast<double>(picture.height) / picture.width;
  preview.lines = std::clamp(static_cast<int>(std::lround(columns * shape / 2)), 1, kMaxLines);
  const int width = std::clamp(static_cast<int>(std::lround(2 * preview.lines / shape)), 1, std::max(1, columns));
  preview.columns = width;
  const base::Image small = base::Resize(picture, width, 2 * preview.lines);
  for (int line = 0; line < preview.lines; ++line) {
    for (int x = 0; x < width; ++x) {
      const uint8_t* upper = small.rgb.data() + (static_cast<size_t>(2 * line) * width + x) * 3;
      const uint8_t* lower = upper + static_cast<size_t>(width) * 3;
      preview.text += ColourCode(upper, colours, 38) + ColourCode(lower, colours, 48) + "▀";
    }
    preview.text += "\x1b[0m\n";
  }
  return preview;
}

}  // namespace diptych::cli
