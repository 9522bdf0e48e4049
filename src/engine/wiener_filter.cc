#include "engine/wiener_filter.h"

#include <algorithm>

#include "base/cosine_basis.h"
#include "base/round_up.h"
#include "kernels/transpose.h"

namespace diptych::engine {
namespace {

constexpr int kChannels = 3;

std::vector<float> Transposed(const std::vector<float>& square, int side) {
  std::vector<float> transposed(square.size());
  kernels::Transpose({.from = square.data(),
                      .from_stride = side,
                      .rows = side,
                      .columns = side,
                      .to = transposed.data(),
                      .to_stride = side});
  return transposed;
}

}  // namespace

WienerFilter::Cosines::Cosines(int size) {
  const std::vector<float> basis = base::CosineBasis(size);
  const kernels::PackedMatrix::Size square = {size, size, kernels::NumberFormat::kFloat32};
  forth = {basis, square};
  back = {Transposed(basis, size), square};
}

WienerFilter::WienerFilter(const model::ModelConfig& config, const kernels::PatchGrid& tokens)
    : config_(config), across_(tokens.columns * config.token_pixels()), down_(tokens.rows * config.token_pixels()) {}

std::vector<float> WienerFilter::Turn(const std::vector<float>& planes, const kernels::PackedMatrix& matrix,
                                      Workspace& workspace) const {
  const auto columns = static_cast<size_t>(matrix.in()), rows = planes.size() / columns / kChannels;
  const int all = static_cast<int>(rows * kChannels);
  kernels::Operand operand(kernels::NumberFormat::kFloat32);
  operand.Resize(all, matrix.in());
  workspace.pool.ForRows(all, [&](int row, int) {
    operand.SetRow(row, std::span(planes).subspan(static_cast<size_t>(row) * columns, columns));
  });
  std::vector<float> product(planes.size()), turned(planes.size());
  workspace.matmul.Multiply(operand, matrix, product);
  constexpr int kStrip = 16;  // columns of a piece of work
  const int strips = base::CeilDiv(matrix.in(), kStrip);
  workspace.pool.For(kChannels * strips, [&](int piece, int) {
    const int first = piece % strips * kStrip;
    const size_t plane = static_cast<size_t>(piece / strips) * rows * columns, column = static_cast<size_t>(first);
    kernels::Transpose({.from = product.data() + plane + column,
                        .from_stride = matrix.in(),
                        .rows = static_cast<int>(rows),
                        .columns = std::min(kStrip, matrix.in() - first),
                        .to = turned.data() + plane + column * rows,
                        .to_stride = static_cast<int64_t>(rows)});
  });
  return turned;
}

PixelTokens WienerFilter::Apply(const PixelTokens& z, double t, Workspace& workspace) const {
  // [channels, frequencies from top to bottom, frequencies from left to right]
  std::vector<float> waves = Turn(Turn(ToPlanes(z), across_.forth, workspace), down_.forth, workspace);
  const auto width = static_cast<size_t>(z.width()), height = static_cast<size_t>(z.height());
  workspace.pool.ForRows(z.height(), [&](int down, int) {
    for (size_t across = 0; across < width; ++across) {
      const double square = double{1} * down * down + static_cast<double>(across * across);
      const auto gain =
          static_cast<float>(model::WienerGain(t, model::NoiseShare(config_, z.tokens.patches(), square)));
      for (size_t channel = 0; channel < kChannels; ++channel)
        waves[(channel * height + static_cast<size_t>(down)) * width + across] *= gain;
    }
  });
  return FromPlanes(Turn(Turn(waves, across_.back, workspace), down_.back, workspace), z.tokens, z.side);
}

}  // namespace diptych::engine
