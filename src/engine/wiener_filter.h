// The Wiener filter of a noisy picture: the input of a head that sees pixels, at each denoising step.
#pragma once

#include "engine/forward.h"
#include "engine/pixel_tokens.h"

namespace diptych::engine {

// The best linear estimate of the clean picture from the noisy one: each coefficient of its two-dimensional cosine
// transform (DCT-II) times model::WienerGain. Made once for pictures of one size.
class WienerFilter {
 public:
  WienerFilter(const model::ModelConfig& config, const kernels::PatchGrid& tokens);
  // The estimate from the noisy picture z at time t (0: noise, 1: the picture).
  PixelTokens Apply(const PixelTokens& z, double t, Workspace& workspace) const;

 private:
  struct Cosines {
    explicit Cosines(int size);
    kernels::PackedMatrix forth, back;  // of rows of `size` numbers
  };
  // Planes [count, rows, columns], each transformed along its columns by `matrix` and transposed: [count, columns,
  // rows].
  std::vector<float> Turn(const std::vector<float>& planes, const kernels::PackedMatrix& matrix,
                          Workspace& workspace) const;

  const model::ModelConfig& config_;
  Cosines across_, down_;
};

}  // namespace diptych::engine
