#include "train_kernels/batch_norm.h"

#include <algorithm>
#include <vector>

#include "base/round_up.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train_kernels/batch_norm.cc"
// Compiled for SSE2, AVX2 and AVX-512; the best one is chosen at run time.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include "train_kernels/scalars-inl.h"

#ifndef DIPTYCH_BATCH_NORM_ONCE
#define DIPTYCH_BATCH_NORM_ONCE
namespace diptych::train_kernels {
namespace {

// Rows in each partial sum: a constant, so that sums do not depend on the number of threads.
constexpr int64_t kRowsPerPart = 512;

int64_t Parts(int64_t rows) { return base::CeilDiv(rows, kRowsPerPart); }

// Two sums for each column, over one part of the rows and over all.
struct ColumnSums {
  explicit ColumnSums(const BatchNormShape& shape)
      : width(shape.width), values(static_cast<size_t>(2 * Parts(shape.rows) * shape.width)) {}
  float* First(int64_t part) { return &values[static_cast<size_t>(2 * part * width)]; }
  float* Second(int64_t part) { return First(part) + width; }
  // The sums over all parts, in order.
  double Total(int64_t column) const {
    double sum = 0;
    for (size_t at = static_cast<size_t>(column); at < values.size(); at += static_cast<size_t>(2 * width))
      sum += values[at];
    return sum;
  }
  int64_t width;
  std::vector<float> values;
};

}  // namespace
}  // namespace diptych::train_kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace diptych::train_kernels {
namespace HWY_NAMESPACE {
namespace {

template <typename Work>
void ForParts(const BatchNormShape& shape, Work work) {
  const int64_t parts = Parts(shape.rows);
#pragma omp parallel for schedule(static)
  for (int64_t part = 0; part < parts; ++part)
    work(part, part * kRowsPerPart, std::min(shape.rows, (part + 1) * kRowsPerPart));
}

void AddMoments(int64_t width, const BF16* x, float* sums, float* squares) {
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) {
    const float value = FromBF16(x[c]);
    sums[c] += value;
    squares[c] += value * value;
  }
}

void ColumnSumsOf(const BatchNormShape& shape, const BF16* x, ColumnSums& sums) {
  ForParts(shape, [&](int64_t part, int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      AddMoments(shape.width, x + row * shape.width, sums.First(part), sums.Second(part));
  });
}

// slope = inverse * scale, offset = shift - mean * slope.
void ForwardRow(int64_t width, const float* slope, const float* offset, const BF16* x, BF16* y) {
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) y[c] = FiniteToBF16(std::max(0.0f, FromBF16(x[c]) * slope[c] + offset[c]));
}

void ForwardResidualRow(int64_t width, const float* slope, const float* offset, const BF16* x, const BF16* residual,
                        BF16* y) {
#pragma omp simd
  for (int64_t c = 0; c < width; ++c)
    y[c] = FiniteToBF16(std::max(0.0f, FromBF16(x[c]) * slope[c] + offset[c] + FromBF16(residual[c])));
}

void Forward(const BatchNormShape& shape, const float* slope, const float* offset, const BF16* x, const BF16* residual,
             BF16* y) {
  ForParts(shape, [&](int64_t, int64_t first, int64_t last) {
    for (int64_t at = first * shape.width; at < last * shape.width; at += shape.width) {
      if (residual == nullptr)
        ForwardRow(shape.width, slope, offset, x + at, y + at);
      else
        ForwardResidualRow(shape.width, slope, offset, x + at, residual + at, y + at);
    }
  });
}

// The gradient of the ReLU's input, its sums, and the sums of its products with the normalised x.
void GateRow(int64_t width, const float* mean, const float* inverse, const BF16* x, const BF16* y, const BF16* dy,
             BF16* gated, float* sums, float* products) {
#pragma omp simd
  for (int64_t c = 0; c < width; ++c) {
    const BF16 kept = y[c] != 0 ? dy[c] : BF16{0};
    gated[c] = kept;
    const float g = FromBF16(kept);
    sums[c] += g;
    products[c] += g * (FromBF16(x[c]) - mean[c]) * inverse[c];
  }
}

void Gate(const BatchNormShape& shape, const BatchNormColumns& columns, const BatchNormGradients& all, BF16* gated,
          ColumnSums& sums) {
  ForParts(shape, [&](int64_t part, int64_t first, int64_t last) {
    for (int64_t at = first * shape.width; at < last * shape.width; at += shape.width)
      GateRow(shape.width, columns.mean, columns.inverse, all.x + at, all.y + at, all.dy + at, gated + at,
              sums.First(part), sums.Second(part));
  });
}

// dx = slope * (g - (by_x * x + constant)).
void BackwardRow(int64_t width, const float* slope, const float* by_x, const float* constant, const BF16* x,
                 const BF16* gated, BF16* dx) {
#pragma omp simd
  for (int64_t c = 0; c < width; ++c)
    dx[c] = FiniteToBF16(slope[c] * (FromBF16(gated[c]) - (by_x[c] * FromBF16(x[c]) + constant[c])));
}

void Backward(const BatchNormShape& shape, const float* slope, const float* by_x, const float* constant, const BF16* x,
              const BF16* gated, BF16* dx) {
  ForParts(shape, [&](int64_t, int64_t first, int64_t last) {
    for (int64_t at = first * shape.width; at < last * shape.width; at += shape.width)
      BackwardRow(shape.width, slope, by_x, constant, x + at, gated + at, dx + at);
  });
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace diptych::train_kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::train_kernels {

HWY_EXPORT(ColumnSumsOf);
HWY_EXPORT(Forward);
HWY_EXPORT(Gate);
HWY_EXPORT(Backward);

void ColumnMoments(const BatchNormShape& shape, const BF16* x, float* mean, float* variance) {
  ColumnSums sums(shape);
  HWY_DYNAMIC_DISPATCH(ColumnSumsOf)(shape, x, sums);
  const auto rows = static_cast<double>(shape.rows);
  for (int64_t c = 0; c < shape.width; ++c) {
    const double middle = sums.Total(c) / rows;
    mean[c] = static_cast<float>(middle);
    variance[c] = static_cast<float>(std::max(0.0, sums.Total(shape.width + c) / rows - middle * middle));
  }
}

void BatchNormReluForward(const BatchNormShape& shape, const BatchNormColumns& columns, const BF16* x,
                          const BF16* residual, BF16* y) {
  std::vector<float> slope(static_cast<size_t>(shape.width)), offset(slope);
  for (size_t c = 0; c < slope.size(); ++c) {
    slope[c] = columns.inverse[c] * columns.scale[c];
    offset[c] = columns.shift[c] - columns.mean[c] * slope[c];
  }
  HWY_DYNAMIC_DISPATCH(Forward)(shape, slope.data(), offset.data(), x, residual, y);
}

void BatchNormReluBackward(const BatchNormShape& shape, const BatchNormColumns& columns,
                           const BatchNormGradients& all) {
  ColumnSums sums(shape);
  BF16* gated = all.d_residual != nullptr ? all.d_residual : all.dx;
  HWY_DYNAMIC_DISPATCH(Gate)(shape, columns, all, gated, sums);
  std::vector<float> slope(static_cast<size_t>(shape.width)), by_x(slope), constant(slope);
  for (size_t c = 0; c < slope.size(); ++c) {
    const auto column = static_cast<int64_t>(c);
    all.d_shift[c] = static_cast<float>(sums.Total(column));
    all.d_scale[c] = static_cast<float>(sums.Total(shape.width + column));
    const auto rows = static_cast<float>(shape.rows);
    slope[c] = columns.inverse[c] * columns.scale[c];
    by_x[c] = all.d_scale[c] / rows * columns.inverse[c];
    constant[c] = all.d_shift[c] / rows - by_x[c] * columns.mean[c];
  }
  HWY_DYNAMIC_DISPATCH(Backward)(shape, slope.data(), by_x.data(), constant.data(), all.x, gated, all.dx);
}

}  // namespace diptych::train_kernels
#endif
