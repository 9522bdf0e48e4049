// Rotary position embedding (RoPE, arXiv 2104.09864): three axes within an attention head, two for a picture's patches.
// docs/model-family.md, "Position: three axes in one head".
#pragma once

#include <span>
#include <vector>

#include "kernels/thread_pool.h"

namespace diptych::kernels {

// The position of a token: text has t alone; the tokens of a picture share one t and have row h and column w.
struct Position {
  int t = 0, h = 0, w = 0;
};

// H query heads, G key/value heads, K numbers a head (a multiple of 8).
struct HeadLayout {
  int query_heads = 0, key_value_heads = 0, head = 0;
  int width() const { return (query_heads + 2 * key_value_heads) * head; }
};

// Cosines and sines of each row, [rows, K/2]: K/4 angles of t, then K/8 of h, then K/8 of w.
// Frequencies of a part of n numbers: base^(-2i/n).
struct RopeTable {
  std::vector<float> cos, sin;
};
struct RopeBases {
  double t = 0, hw = 0;
};
RopeTable MakeRopeTable(std::span<const Position> positions, int head, const RopeBases& bases);

// Rows of H query heads, G key heads and G value heads, [rows, layout.width()].
struct HeadRows {
  HeadLayout layout;
  std::span<float> values;
};

// Norms of queries and keys, [K/2] each: of the first half (t) and of the second (h and w).
struct HeadNorms {
  std::span<const float> query, query_hw, key, key_hw;
  float epsilon = 0;
};
// RMSNorm of each query and key head, half by half, then rotation of pairs (i, i + n/2) within each part. In place;
// values stay as they are.
void NormAndRotate(ThreadPool& pool, const HeadRows& rows, const HeadNorms& norms, const RopeTable& table);

// Rotation of a picture's patches, [rows * columns, width] row-major over the grid, in place: the first half of the
// channels by column, the second by row, pairs are neighbours. Width is a multiple of 4.
struct PatchGrid {
  int rows = 0, columns = 0;
  int patches() const { return rows * columns; }
  bool operator==(const PatchGrid&) const = default;
};
class PatchRope {
 public:
  PatchRope(const PatchGrid& grid, int width, double base);
  void Apply(ThreadPool& pool, std::span<float> x) const;

 private:
  PatchGrid grid_;
  int width_;
  std::vector<float> cos_, sin_;  // [max(rows, columns), width / 4]
};

}  // namespace diptych::kernels
