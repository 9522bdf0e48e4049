#include "train_kernels/patches.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/patches.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/scalars-inl.h"

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

// The normal distribution function of x, absolute error below 1e-7 (Abramowitz and Stegun, 7.1.26), and its density.
struct Normal {
  float integral, density;
};
DIPTYCH_INLINE Normal NormalAt(float x) {
  const float z = std::fabs(x) * 0.707106781f, t = 1 / (1 + 0.3275911f * z), e = Exp(-z * z);
  const float tail =
      t * (0.127414796f + t * (-0.142248368f + t * (0.710706871f + t * (-0.7265760135f + t * 0.5307027145f)))) * e;
  return {x < 0 ? tail : 1 - tail, e * 0.398942280f};
}

constexpr int kLargestPatchWidth = 1024;

// One patch: GELU, then neighbouring pairs rotated; channel i goes to out[i * stride].
void PatchRow(int width, const float* cos, const float* sin, const BF16* x, BF16* out, int stride) {
  float seen[kLargestPatchWidth];
#pragma omp simd
  for (int i = 0; i < width; ++i) seen[i] = FromBF16(x[i]) * NormalAt(FromBF16(x[i])).integral;
  for (int i = 0; i < width / 2; ++i) {
    const float a = seen[2 * i], b = seen[2 * i + 1];
    out[2 * i * stride] = FiniteToBF16(a * cos[i] - b * sin[i]);
    out[(2 * i + 1) * stride] = FiniteToBF16(a * sin[i] + b * cos[i]);
  }
}

void PatchRowBackward(int width, const float* cos, const float* sin, const BF16* x, const BF16* dy, int stride,
                      BF16* dx) {
  float d_seen[kLargestPatchWidth];
  for (int i = 0; i < width / 2; ++i) {
    const float a = FromBF16(dy[2 * i * stride]), b = FromBF16(dy[(2 * i + 1) * stride]);
    d_seen[2 * i] = a * cos[i] + b * sin[i];
    d_seen[2 * i + 1] = b * cos[i] - a * sin[i];
  }
#pragma omp simd
  for (int i = 0; i < width; ++i) {
    const float value = FromBF16(x[i]);
    const Normal normal = NormalAt(value);
    dx[i] = FiniteToBF16(d_seen[i] * (normal.integral + value * normal.density));
  }
}

}  // namespace

void PatchesForward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, BF16* y) {
  const int64_t half = shape.width / 2, row = int64_t{shape.width} * shape.merged;
#pragma omp parallel for schedule(static)
  for (int64_t token = 0; token < shape.pictures * shape.tokens; ++token)
    for (int p = 0; p < shape.merged; ++p) {
      const int64_t turn = (token % shape.tokens * shape.merged + p) * half;
      PatchRow(shape.width, cos + turn, sin + turn, x + token * row + int64_t{p} * shape.width, y + token * row + p,
               shape.merged);
    }
}

void PatchesBackward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, const BF16* dy,
                     BF16* dx) {
  const int64_t half = shape.width / 2, row = int64_t{shape.width} * shape.merged;
#pragma omp parallel for schedule(static)
  for (int64_t token = 0; token < shape.pictures * shape.tokens; ++token)
    for (int p = 0; p < shape.merged; ++p) {
      const int64_t turn = (token % shape.tokens * shape.merged + p) * half,
                    at = token * row + int64_t{p} * shape.width;
      PatchRowBackward(shape.width, cos + turn, sin + turn, x + at, dy + token * row + p, shape.merged, dx + at);
    }
}

void CutPatches(const PictureShape& shape, const float* pictures, const int64_t* index, const ChannelScale& scale,
                BF16* patches) {
  const int cell = shape.patch * shape.merge, wide = shape.width / cell, patch = shape.patch;
  const int64_t plane = int64_t{shape.height} * shape.width, tokens = int64_t{wide} * (shape.height / cell);
#pragma omp parallel for schedule(static)
  for (int64_t token = 0; token < shape.count * tokens; ++token) {
    const int64_t picture = index == nullptr ? token / tokens : index[token / tokens];
    const int64_t row = token % tokens / wide * cell, column = token % tokens % wide * cell;
    BF16* out = patches + token * 3 * cell * cell;
    for (int inner = 0; inner < shape.merge * shape.merge; ++inner)
      for (int channel = 0; channel < 3; ++channel)
        for (int y = 0; y < patch; ++y, out += patch) {
          const float* in = pictures + (picture * 3 + channel) * plane +
                            (row + inner / shape.merge * patch + y) * shape.width + column +
                            inner % shape.merge * patch;
          for (int x = 0; x < patch; ++x) out[x] = FiniteToBF16((in[x] - scale.mean[channel]) * scale.factor[channel]);
        }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(PatchesForward);
void PatchesForward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, BF16* y) {
  HWY_DYNAMIC_DISPATCH(PatchesForward)(shape, cos, sin, x, y);
}

HWY_EXPORT(PatchesBackward);
void PatchesBackward(const PatchShape& shape, const float* cos, const float* sin, const BF16* x, const BF16* dy,
                     BF16* dx) {
  HWY_DYNAMIC_DISPATCH(PatchesBackward)(shape, cos, sin, x, dy, dx);
}

HWY_EXPORT(CutPatches);
void CutPatches(const PictureShape& shape, const float* pictures, const int64_t* index, const ChannelScale& scale,
                BF16* patches) {
  HWY_DYNAMIC_DISPATCH(CutPatches)(shape, pictures, index, scale, patches);
}

}  // namespace diptych::train_kernels
#endif
