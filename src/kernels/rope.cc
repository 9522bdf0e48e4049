#include "kernels/rope.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rope.cc"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace diptych::kernels {
namespace HWY_NAMESPACE {

// x / rms(x) * weight, in place.
void NormPart(const float* weight, int count, float epsilon, float* x) {
  float squares = 0;
#pragma omp simd reduction(+ : squares)
  for (int i = 0; i < count; ++i) squares += x[i] * x[i];
  const float scale = 1 / std::sqrt(squares / static_cast<float>(count) + epsilon);
#pragma omp simd
  for (int i = 0; i < count; ++i) x[i] *= scale * weight[i];
}

// Rotates pairs (i, i + pairs) by the angles i of the table.
void RotatePart(const float* cos, const float* sin, int pairs, float* x) {
  float* y = x + pairs;
#pragma omp simd
  for (int i = 0; i < pairs; ++i) {
    const float a = x[i], b = y[i];
    x[i] = a * cos[i] - b * sin[i];
    y[i] = b * cos[i] + a * sin[i];
  }
}

void NormAndRotateHead(const float* weight, const float* weight_hw, float epsilon, const float* cos, const float* sin,
                       int head, float* x) {
  NormPart(weight, head / 2, epsilon, x);
  NormPart(weight_hw, head / 2, epsilon, x + head / 2);
  RotatePart(cos, sin, head / 4, x);
  RotatePart(cos + head / 4, sin + head / 4, head / 8, x + head / 2);
  RotatePart(cos + head * 3 / 8, sin + head * 3 / 8, head / 8, x + head * 3 / 4);
}

// Rotates neighbours (2i, 2i + 1).
void RotateNeighbours(const float* cos, const float* sin, int pairs, float* x) {
#pragma omp simd
  for (int i = 0; i < pairs; ++i) {
    const float a = x[2 * i], b = x[2 * i + 1];
    x[2 * i] = a * cos[i] - b * sin[i];
    x[2 * i + 1] = a * sin[i] + b * cos[i];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace diptych::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace diptych::kernels {
namespace {

HWY_EXPORT(NormAndRotateHead);
HWY_EXPORT(RotateNeighbours);

// Angles position * base^(-2i/part) for i in [0, part/2).
void AppendAngles(int position, int part, double base, RopeTable* table) {
  for (int i = 0; i < part / 2; ++i) {
    const double angle = position * std::pow(base, -2.0 * i / part);
    table->cos.push_back(static_cast<float>(std::cos(angle)));
    table->sin.push_back(static_cast<float>(std::sin(angle)));
  }
}

}  // namespace

RopeTable MakeRopeTable(std::span<const Position> positions, int head, const RopeBases& bases) {
  DIPTYCH_CHECK(head % 8 == 0, "a head of three parts");
  RopeTable table;
  table.cos.reserve(positions.size() * static_cast<size_t>(head) / 2);
  table.sin.reserve(positions.size() * static_cast<size_t>(head) / 2);
  for (const auto& position : positions) {
    AppendAngles(position.t, head / 2, bases.t, &table);
    AppendAngles(position.h, head / 4, bases.hw, &table);
    AppendAngles(position.w, head / 4, bases.hw, &table);
  }
  return table;
}

void NormAndRotate(ThreadPool& pool, const HeadRows& rows, const HeadNorms& norms, const RopeTable& table) {
  const HeadLayout& layout = rows.layout;
  const auto width = static_cast<size_t>(layout.width()), half = static_cast<size_t>(layout.head) / 2;
  const size_t count = rows.values.size() / width;
  DIPTYCH_CHECK(table.cos.size() == count * half, "a table of these rows");
  pool.ForRows(static_cast<int>(count), [&](int row, int) {
    const auto index = static_cast<size_t>(row);
    float* head = rows.values.data() + index * width;
    const float* cos = table.cos.data() + index * half;
    const float* sin = table.sin.data() + index * half;
    for (int i = 0; i < layout.query_heads + layout.key_value_heads; ++i, head += layout.head) {
      const bool query = i < layout.query_heads;
      HWY_DYNAMIC_DISPATCH(NormAndRotateHead)
      ((query ? norms.query : norms.key).data(), (query ? norms.query_hw : norms.key_hw).data(), norms.epsilon, cos,
       sin, layout.head, head);
    }
  });
}

PatchRope::PatchRope(const PatchGrid& grid, int width, double base) : grid_(grid), width_(width) {
  DIPTYCH_CHECK(width % 4 == 0, "two halves of pairs");
  RopeTable table;
  for (int i = 0; i < std::max(grid.rows, grid.columns); ++i) AppendAngles(i, width / 2, base, &table);
  cos_ = std::move(table.cos);
  sin_ = std::move(table.sin);
}

void PatchRope::Apply(ThreadPool& pool, std::span<float> x) const {
  DIPTYCH_CHECK(x.size() == static_cast<size_t>(grid_.patches()) * static_cast<size_t>(width_), "patches of the grid");
  const int pairs = width_ / 4;
  pool.ForRows(grid_.patches(), [&](int patch, int) {
    float* row = x.data() + static_cast<size_t>(patch) * static_cast<size_t>(width_);
    const size_t column_angles = static_cast<size_t>(patch % grid_.columns) * static_cast<size_t>(pairs);
    const size_t row_angles = static_cast<size_t>(patch / grid_.columns) * static_cast<size_t>(pairs);
    HWY_DYNAMIC_DISPATCH(RotateNeighbours)(cos_.data() + column_angles, sin_.data() + column_angles, pairs, row);
    HWY_DYNAMIC_DISPATCH(RotateNeighbours)(cos_.data() + row_angles, sin_.data() + row_angles, pairs, row + width_ / 2);
  });
}

}  // namespace diptych::kernels
#endif  // HWY_ONCE
