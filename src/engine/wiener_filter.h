// What a head that sees pixels is shown of a picture on its way.
#pragma once

#include "engine/forward.h"
#include "engine/pixel_tokens.h"

namespace diptych::engine {

// The best linear guess at a clean picture from a noisy one: each coefficient of its cosine transform times WienerGain.
// Made once for pictures of one size.
class WienerFilter {
 public:
  WienerFilter(const model::ModelConfig& config, const kernels::PatchGrid& tokens);
  // z at time t.
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
