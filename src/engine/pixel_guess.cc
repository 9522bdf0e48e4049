#include "engine/pixel_guess.h"

#include "base/cosines.h"

namespace diptych {
namespace {

constexpr int kChannels = 3;

PackedMatrix Forth(int size) { return {CosineBasis(size), {size, size, NumberFormat::kFloat32}}; }

PackedMatrix Back(int size) {
  const std::vector<float> basis = CosineBasis(size);
  std::vector<float> transposed(basis.size());
  const auto side = static_cast<size_t>(size);
  for (size_t i = 0; i < basis.size(); ++i) transposed[i % side * side + i / side] = basis[i];
  return {transposed, {size, size, NumberFormat::kFloat32}};
}

}  // namespace

PixelGuess::PixelGuess(const ModelConfig& config, const PatchGrid& tokens)
    : config_(config),
      across_(Forth(tokens.columns * config.token_pixels())),
      down_(Forth(tokens.rows * config.token_pixels())),
      across_back_(Back(tokens.columns * config.token_pixels())),
      down_back_(Back(tokens.rows * config.token_pixels())) {}

std::vector<float> PixelGuess::Turn(const std::vector<float>& planes, const PackedMatrix& matrix,
                                    Workspace& workspace) const {
  const auto columns = static_cast<size_t>(matrix.in()), all = planes.size() / columns, rows = all / kChannels;
  Operand operand(NumberFormat::kFloat32);
  operand.Resize(static_cast<int>(all), matrix.in());
  for (size_t row = 0; row < all; ++row)
    operand.SetRow(static_cast<int>(row), std::span(planes).subspan(row * columns, columns));
  std::vector<float> product(planes.size()), turned(planes.size());
  workspace.matmul.Multiply(operand, matrix, product);
  for (size_t row = 0; row < all; ++row)
    for (size_t column = 0; column < columns; ++column)
      turned[(row / rows * columns + column) * rows + row % rows] = product[row * columns + column];
  return turned;
}

PixelTokens PixelGuess::Of(const PixelTokens& z, double t, Workspace& workspace) const {
  // [channels, frequencies from top to bottom, frequencies from left to right]
  std::vector<float> waves = Turn(Turn(ToPlanes(z), across_, workspace), down_, workspace);
  const auto width = static_cast<size_t>(z.width()), height = static_cast<size_t>(z.height());
  workspace.team.ForRows(z.height(), [&](int down, int) {
    for (size_t across = 0; across < width; ++across) {
      const double square = double{1} * down * down + static_cast<double>(across * across);
      const auto gain = static_cast<float>(PixelGain(config_, z.tokens.patches(), t, square));
      for (size_t channel = 0; channel < kChannels; ++channel)
        waves[(channel * height + static_cast<size_t>(down)) * width + across] *= gain;
    }
  });
  return FromPlanes(Turn(Turn(waves, across_back_, workspace), down_back_, workspace), z.tokens, z.side);
}

}  // namespace diptych
