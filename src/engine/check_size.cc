#include <cmath>

#include "base/error.h"
#include "engine/generate.h"

namespace diptych::engine {
namespace {

constexpr int kMaxPictureTokens = 1 << 16;  // a square number

}  // namespace

void CheckSize(const model::ModelConfig& config, const model::GenerationConfig& options) {
  const int side = config.token_pixels(), width = options.width, height = options.height;
  const auto refuse = [&](const std::string& must_be) {
    throw base::Error("options", "the picture's size is " + std::to_string(width) + " x " + std::to_string(height) +
                                     ", it must be " + must_be + ".");
  };
  if (width <= 0 || height <= 0 || width % side != 0 || height % side != 0)
    refuse("of multiples of " + std::to_string(side));
  const int square = static_cast<int>(std::sqrt(kMaxPictureTokens)) * side;
  if (static_cast<double>(width / side) * (height / side) > kMaxPictureTokens)
    refuse("of at most " + std::to_string(kMaxPictureTokens) + " tokens, " + std::to_string(square) + " x " +
           std::to_string(square) + " pixels in all");
}

}  // namespace diptych::engine
