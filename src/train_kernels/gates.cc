#include "train_kernels/gates.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/gates.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/scalars-inl.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

void SwiGluRow(int64_t width, const BF16* gate_up, BF16* y) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float gate = FromBF16(gate_up[i]), up = FromBF16(gate_up[width + i]);
    y[i] = FiniteToBF16(gate / (1 + Exp(-gate)) * up);
  }
}

void SwiGluRowBackward(int64_t width, const BF16* gate_up, const BF16* dy, BF16* d) {
#pragma omp simd
  for (int64_t i = 0; i < width; ++i) {
    const float gate = FromBF16(gate_up[i]), up = FromBF16(gate_up[width + i]), g = FromBF16(dy[i]);
    const float sigmoid = 1 / (1 + Exp(-gate));
    d[i] = FiniteToBF16(g * up * sigmoid * (1 + gate * (1 - sigmoid)));
    d[width + i] = FiniteToBF16(g * gate * sigmoid);
  }
}

}  // namespace

void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < rows; ++i) SwiGluRow(width, gate_up + i * 2 * width, y + i * width);
}

void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < rows; ++i)
    SwiGluRowBackward(width, gate_up + i * 2 * width, dy + i * width, d_gate_up + i * 2 * width);
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(SwiGluForward);
void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y) {
  HWY_DYNAMIC_DISPATCH(SwiGluForward)(rows, width, gate_up, y);
}

HWY_EXPORT(SwiGluBackward);
void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up) {
  HWY_DYNAMIC_DISPATCH(SwiGluBackward)(rows, width, gate_up, dy, d_gate_up);
}

}  // namespace diptych::train_kernels
#endif
