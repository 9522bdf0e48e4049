// Passes over all weights at once, for the optimiser on the CPU: plain pointers, OpenMP's threads, results that do not
// depend on how many there are.
#pragma once

#include <cstdint>
#include <span>

#include "train_kernels/shapes.h"

namespace diptych::train_kernels {

struct FloatRun {
  const float* data = nullptr;
  int64_t count = 0;
};
// sums[i] = the sum of squares of runs[i].
void SumsOfSquares(std::span<const FloatRun> runs, std::span<double> sums);

// Rounds `count` numbers, and back.
void Narrow(const float* in, int64_t count, BF16* out);
void Widen(const BF16* in, int64_t count, float* out);

// AdamW without decay. With g = gradient * scale: first = beta1 * first + (1 - beta1) * g, second the same of g^2;
// weight -= rate * first / (sqrt(second * inverse_correction2) + epsilon), `rate` is the learning rate divided by 1 -
// beta1^step; then ema += (weight - ema) * ema_step.
struct AdamRun {
  const float* gradient = nullptr;
  float scale = 1;
  float *weight = nullptr, *first_moment = nullptr, *second_moment = nullptr, *ema = nullptr;
  int64_t count = 0;
};
struct AdamNumbers {
  float beta1 = 0, beta2 = 0, rate = 0, inverse_correction2 = 1, epsilon = 0, ema_step = 0;
};
void AdamPass(std::span<const AdamRun> runs, const AdamNumbers& numbers);

// momentum = beta * momentum + (1 - beta) * g, mixed = (1 - beta) * g + beta * momentum, with g = gradient * scale.
struct MomentumRun {
  const float* gradient = nullptr;
  float scale = 1;
  float* momentum = nullptr;
  BF16* mixed = nullptr;
  int64_t count = 0;
};
void MomentumPass(std::span<const MomentumRun> runs, float beta);

// Each of `matrices` runs of `count` numbers divided by its Euclidean norm + 1e-7, in place.
void NormaliseEach(int64_t matrices, int64_t count, BF16* values);

// weight = weight * keep - direction * rate; then the EMA as above.
struct DescentRun {
  const BF16* direction = nullptr;
  float *weight = nullptr, *ema = nullptr;
  int64_t count = 0;
};
struct DescentNumbers {
  float keep = 1, rate = 0, ema_step = 0;
};
void DescentPass(std::span<const DescentRun> runs, const DescentNumbers& numbers);

}  // namespace diptych::train_kernels
