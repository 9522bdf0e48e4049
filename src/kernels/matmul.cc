#include "kernels/matmul.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "base/round_up.h"
#include "kernels/amx.h"
#include "kernels/bfloat_pairs.h"
#include "kernels/float_product.h"
#include "kernels/panel.h"
#include "kernels/panel_product.h"
#include "kernels/row_product.h"
#include "kernels/transpose.h"

namespace diptych::kernels {
namespace {

// A block of a float32 result that one thread computes: large enough that the cost of a oneDNN call is small, small
// enough that the block is still in the first-level cache (32 KiB) when it is copied to its place. oneDNN 2.6 has fast
// products for dense results only, so every block is computed in a buffer of its own.
constexpr int kBlockRows = 64, kBlockColumns = 128;
// Rows of activations in a block that is multiplied with one bfloat16 panel of 64 columns after the other. A multiple
// of the 6 and 32 rows that the inner loops take, and few enough that the block stays in the second-level cache (768
// KiB at an inner dimension of 4096).
constexpr int kPanelBlockRows = 96;
// Longer inner dimensions are cut into parts of this many numbers, so that the block still fits there.
constexpr int kPanelInner = 4096;

// Up to this many rows of activations, quantised weights are multiplied as they are; for more rows they are unpacked to
// bfloat16 first. Unpacking a block costs about as much as multiplying it with ten rows, or with five where AMX unpacks
// into tiles.
constexpr int kFewRows = 8;
int FewRows() { return AmxUsable() ? kFewRows / 2 : kFewRows; }

// Rows and inner numbers of quantised weights that are unpacked to bfloat16 at a time: 512 KiB, which stay in the
// second-level cache. The inner number is a multiple of every block size. The activations are streamed past them from
// the third-level cache, so more rows mean less traffic. Fewer rows are taken where a thread would get no part
// otherwise.
constexpr int kUnpackedRows = 256, kUnpackedInner = 1024;
// Rows of activations that use unpacked weights; for each further group of this many rows the weights are unpacked
// again.
constexpr int kMostRows = 1024;
// Inner numbers of a panel of activations that are packed at a time.
constexpr int kPackedInner = 512;
// Columns that are unpacked to float32 at a time.
constexpr int kUnpackedColumns = 512;

// A thread's scratch memory: a block of the result, and unpacked weights.
struct Lane {
  AlignedArray<float> block;
  AlignedArray<uint16_t> unpacked;
};

// Prefetches [rows, columns] of a result that is written some microseconds later.
void FetchToWrite(const float* y, int64_t stride, int rows, int columns) {
  constexpr int kLine = 16;  // numbers in a line of memory
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; column += kLine) __builtin_prefetch(y + row * stride + column, 1);
}

}  // namespace

struct Matmul::State {
  explicit State(ThreadPool& of) : pool(of) {}

  ThreadPool& pool;
  FloatProducts products;
  std::vector<Lane> lanes;                    // of each thread
  AlignedArray<float> widened;                // the left side of a product of one row, as float32
  std::array<RowOfBytes, kFewRows> few_rows;  // the left side of a product of few rows with blocks
  AlignedArray<uint16_t> packed;              // the left side of one of many rows, in panels

  struct Block {
    int row = 0, rows = 0, column = 0, columns = 0;
    FloatProducts::Compiled* product = nullptr;
  };

  // Where results go, and whether they are added to the numbers there.
  struct Target {
    float* values = nullptr;
    bool add = false;
  };

  Block MakeBlock(const Operand& x, const PackedMatrix& w, int row, int column);
  void Run(const Operand& x, const PackedMatrix& w, const Block& block, Target y, int thread);
  void MultiplyRow(const Operand& x, const PackedMatrix& w, Target y);
  void MultiplyPanels(const Operand& x, const PackedMatrix& w, Target y);
  // Quantised weights: pieces of at most `columns` rows of one part.
  struct Piece {
    BlockRows rows;
    int column = 0;  // of the result
  };
  static std::vector<Piece> PiecesOf(const PackedMatrix& w, int columns);
  void MultiplyFewByBlocks(const Operand& x, const PackedMatrix& w, Target y);
  void MultiplyAsBFloat16(const Operand& x, const PackedMatrix& w, Target y);
  void PackRows(const Operand& x, int first, int rows);
  void MultiplyAsFloat32(const Operand& x, const PackedMatrix& w, Target y);
  void MultiplyBlocks(const Operand& x, const PackedMatrix& w, Target y);
  void PrepareLanes();
  void Multiply(const Operand& x, const PackedMatrix& w, bool add, std::span<float> y);
};

Matmul::State::Block Matmul::State::MakeBlock(const Operand& x, const PackedMatrix& w, int row, int column) {
  Block block{.row = row,
              .rows = std::min(kBlockRows, x.rows() - row),
              .column = column,
              .columns = std::min(kBlockColumns, w.out() - column)};
  block.product = products.Find(
      {.rows = base::RoundUp(block.rows, kRowGranule), .columns = block.columns, .inner = w.inner_}, pool.threads());
  return block;
}

void Matmul::State::Run(const Operand& x, const PackedMatrix& w, const Block& block, Target y, int thread) {
  float* results = lanes[static_cast<size_t>(thread)].block.data();
  const auto first = static_cast<size_t>(block.row) * static_cast<size_t>(x.stride());
  const auto column = static_cast<size_t>(block.column) * static_cast<size_t>(w.inner_);
  const auto stride = static_cast<size_t>(w.out());
  float* target = y.values + static_cast<size_t>(block.row) * stride + block.column;
  products.Run(*block.product,
               {.x = static_cast<float*>(x.data()) + first, .weights = w.floats_.data() + column, .result = results},
               thread);
  for (int row = 0; row < block.rows; ++row) {
    const float* from = results + row * block.columns;
    float* to = target + static_cast<size_t>(row) * stride;
    for (int i = 0; i < block.columns; ++i) to[i] = y.add ? to[i] + from[i] : from[i];
  }
}

void Matmul::State::MultiplyRow(const Operand& x, const PackedMatrix& w, Target y) {
  if (widened.size() < static_cast<size_t>(w.inner_)) widened = AlignedArray<float>(static_cast<size_t>(w.inner_));
  const float* numbers = x.floats();
  if (x.format() == NumberFormat::kBFloat16) {
    WidenBFloat16({x.bfloats(), static_cast<size_t>(w.inner_)}, widened.data());
    numbers = widened.data();
  }
  const int blocks = base::CeilDiv(w.out_, kPackedColumns);
  pool.For(blocks, [&](int block, int) {
    const int first = block * kPackedColumns;
    const int columns = std::min(kPackedColumns, w.out_ - first);
    const size_t at = static_cast<size_t>(first) * static_cast<size_t>(w.inner_);
    alignas(64) float sums[kPackedColumns];
    if (w.format_ == NumberFormat::kBFloat16)
      RowTimesPacked(numbers, w.bfloats_.data() + at, w.inner_, sums);
    else
      RowTimesRows({numbers, static_cast<size_t>(w.inner_)}, w.floats_.data() + at, columns, sums);
    for (int i = 0; i < columns; ++i) y.values[first + i] = y.add ? y.values[first + i] + sums[i] : sums[i];
  });
}

void Matmul::State::MultiplyPanels(const Operand& x, const PackedMatrix& w, Target y) {
  const int panels = base::CeilDiv(w.out_, kPackedColumns);
  for (int first = 0; first < w.inner_; first += kPanelInner)
    pool.For(panels * base::CeilDiv(x.rows(), kPanelBlockRows), [&](int piece, int) {
      const int first_row = piece / panels * kPanelBlockRows, first_column = piece % panels * kPackedColumns;
      const auto row = static_cast<size_t>(first_row), column = static_cast<size_t>(first_column);
      MultiplyPanel({.x = x.bfloats() + row * static_cast<size_t>(x.stride()) + first,
                     .x_stride = x.stride(),
                     .weights = w.bfloats_.data() + column * static_cast<size_t>(w.inner_) +
                                static_cast<size_t>(first) * kPackedColumns,
                     .inner = std::min(kPanelInner, w.inner_ - first),
                     .y = y.values + row * static_cast<size_t>(w.out_) + column,
                     .y_stride = w.out_,
                     .rows = std::min(kPanelBlockRows, x.rows() - first_row),
                     .columns = std::min(kPackedColumns, w.out_ - first_column),
                     .add = y.add || first > 0});
    });
}

std::vector<Matmul::State::Piece> Matmul::State::PiecesOf(const PackedMatrix& w, int columns) {
  std::vector<Piece> pieces;
  int column = 0;
  for (const BlockRows& part : w.parts_) {
    for (int first = 0; first < part.rows; first += columns)
      pieces.push_back({part.Part(first, std::min(columns, part.rows - first)), column + first});
    column += part.rows;
  }
  return pieces;
}

void Matmul::State::MultiplyFewByBlocks(const Operand& x, const PackedMatrix& w, Target y) {
  const auto in = static_cast<size_t>(w.in_);
  if (widened.size() < in) widened = AlignedArray<float>(in);
  for (int row = 0; row < x.rows(); ++row) {
    x.GetRow(row, widened.span().first(in));
    few_rows[static_cast<size_t>(row)].Set(widened.span().first(in));
  }
  const std::vector<Piece> pieces = PiecesOf(w, kPackedColumns);
  pool.For(static_cast<int>(pieces.size()), [&](int i, int) {
    const Piece& piece = pieces[static_cast<size_t>(i)];
    alignas(64) float sums[kPackedColumns];
    for (int row = 0; row < x.rows(); ++row) {
      RowTimesBlocks(few_rows[static_cast<size_t>(row)], piece.rows, sums);
      float* to = y.values + static_cast<size_t>(row) * static_cast<size_t>(w.out_) + piece.column;
      for (int n = 0; n < piece.rows.rows; ++n) to[n] = y.add ? to[n] + sums[n] : sums[n];
    }
  });
}

// Panels of the rows [first, first + rows).
void Matmul::State::PackRows(const Operand& x, int first, int rows) {
  const int panels = base::CeilDiv(rows, kPackedColumns);
  const auto stride = static_cast<size_t>(x.stride()), panel = stride * kPackedColumns;
  if (packed.size() < static_cast<size_t>(panels) * panel)
    packed = AlignedArray<uint16_t>(static_cast<size_t>(panels) * panel);
  const int pieces = base::CeilDiv(x.stride(), kPackedInner);
  pool.For(panels * pieces, [&](int i, int) {
    const int row = i / pieces * kPackedColumns, k = i % pieces * kPackedInner;
    PackPanel(x.bfloats() + static_cast<size_t>(first + row) * stride + k, x.stride(),
              std::min(kPackedColumns, rows - row), std::min(kPackedInner, x.stride() - k), 0,
              packed.data() + static_cast<size_t>(row) * stride + static_cast<size_t>(k) * kPackedColumns);
  });
}

// Quantised blocks run along the rows of the weights. So here the weights are the left side of the product and the
// activations, packed in panels, the right side, and the result comes out transposed.
void Matmul::State::MultiplyAsBFloat16(const Operand& x, const PackedMatrix& w, Target y) {
  PrepareLanes();
  int unpacked_rows = kUnpackedRows;
  while (unpacked_rows > kPackedColumns && w.out_ < 2 * pool.threads() * unpacked_rows) unpacked_rows /= 2;
  const std::vector<Piece> pieces = PiecesOf(w, unpacked_rows);
  for (int first_row = 0; first_row < x.rows(); first_row += kMostRows) {
    const int rows = std::min(kMostRows, x.rows() - first_row);
    PackRows(x, first_row, rows);
    pool.For(static_cast<int>(pieces.size()), [&](int i, int thread) {
      const Piece& piece = pieces[static_cast<size_t>(i)];
      const Lane& lane = lanes[static_cast<size_t>(thread)];
      const int count = piece.rows.rows;
      // For each panel of activations [count][64].
      const auto results = [&](int row) { return lane.block.data() + row * count; };
      const auto target = [&](int row) {
        return y.values + static_cast<size_t>(first_row + row) * static_cast<size_t>(w.out_) + piece.column;
      };
      for (int first = 0; first < w.in_; first += kUnpackedInner) {
        const int inner = std::min(kUnpackedInner, w.in_ - first);
        UnpackTiles(piece.rows, first, inner, lane.unpacked.data());
        for (int row = 0; row < rows; row += kPackedColumns) {
          const int columns = std::min(kPackedColumns, rows - row);
          if (y.add && first == 0) Transpose({target(row), w.out_, columns, count, results(row), kPackedColumns});
          if (first + inner == w.in_) FetchToWrite(target(row), w.out_, columns, count);
          MultiplyPanel({.x = lane.unpacked.data(),
                         .x_stride = inner,
                         .x_tiles = true,
                         .weights = packed.data() + static_cast<size_t>(row) * static_cast<size_t>(w.in_) +
                                    static_cast<size_t>(first) * kPackedColumns,
                         .inner = inner,
                         .y = results(row),
                         .y_stride = kPackedColumns,
                         .rows = count,
                         .columns = columns,
                         .add = y.add || first > 0});
          if (first + inner == w.in_) Transpose({results(row), kPackedColumns, count, columns, target(row), w.out_});
        }
      }
    });
  }
}

// Float32 weights of a block of columns at a time.
void Matmul::State::MultiplyAsFloat32(const Operand& x, const PackedMatrix& w, Target y) {
  const auto in = static_cast<size_t>(w.in_);
  std::vector<float> numbers;
  for (const Piece& piece : PiecesOf(w, kUnpackedColumns)) {
    numbers.resize(static_cast<size_t>(piece.rows.rows) * in);
    pool.For(piece.rows.rows, [&](int row, int) {
      const BlockRows one = piece.rows.Part(row, 1);
      numbers::Dequantise(one.type, {one.data, one.row_bytes()},
                          std::span(numbers).subspan(static_cast<size_t>(row) * in, in));
    });
    const PackedMatrix unpacked(numbers, {piece.rows.rows, w.in_, NumberFormat::kFloat32});
    std::vector<float> result(static_cast<size_t>(x.rows()) * static_cast<size_t>(piece.rows.rows));
    Multiply(x, unpacked, /*add=*/false, result);
    const float* from = result.data();
    for (int row = 0; row < x.rows(); ++row) {
      float* to = y.values + static_cast<size_t>(row) * static_cast<size_t>(w.out_) + piece.column;
      for (int n = 0; n < piece.rows.rows; ++n, ++from) to[n] = y.add ? to[n] + *from : *from;
    }
  }
}

void Matmul::State::MultiplyBlocks(const Operand& x, const PackedMatrix& w, Target y) {
  if (x.rows() <= FewRows()) return MultiplyFewByBlocks(x, w, y);
  if (x.format() == NumberFormat::kBFloat16) return MultiplyAsBFloat16(x, w, y);
  MultiplyAsFloat32(x, w, y);
}

void Matmul::State::PrepareLanes() {
  while (lanes.size() < static_cast<size_t>(pool.threads()))
    lanes.push_back({AlignedArray<float>(std::max(kBlockRows * kBlockColumns, kMostRows * kUnpackedRows)),
                     AlignedArray<uint16_t>(kUnpackedRows * kUnpackedInner)});
}

void Matmul::State::Multiply(const Operand& x, const PackedMatrix& w, bool add, std::span<float> y) {
  DIPTYCH_CHECK(x.columns() == w.in() && (!w.parts_.empty() || x.format() == w.format()),
                "an operand that fits the weights");
  DIPTYCH_CHECK(y.size() == static_cast<size_t>(x.rows()) * static_cast<size_t>(w.out()), "rows x out results");
  if (!w.parts_.empty()) return MultiplyBlocks(x, w, {y.data(), add});
  if (x.rows() == 1) return MultiplyRow(x, w, {y.data(), add});
  if (x.format() == NumberFormat::kBFloat16) return MultiplyPanels(x, w, {y.data(), add});
  PrepareLanes();
  // Blocks that share weights follow one another.
  std::vector<Block> blocks;
  for (int column = 0; column < w.out(); column += kBlockColumns)
    for (int first = 0; first < x.rows(); first += kBlockRows) blocks.push_back(MakeBlock(x, w, first, column));
  const OneThread one_thread;
  pool.For(static_cast<int>(blocks.size()), [&](int i, int thread) {
    Run(x, w, blocks[static_cast<size_t>(i)], {y.data(), add}, thread);
  });
}

Matmul::Matmul(ThreadPool& pool) : state_(std::make_unique<State>(pool)) {}
Matmul::~Matmul() = default;

void Matmul::Multiply(const Operand& x, const PackedMatrix& weights, std::span<float> y) {
  state_->Multiply(x, weights, /*add=*/false, y);
}

void Matmul::MultiplyAdd(const Operand& x, const PackedMatrix& weights, std::span<float> y) {
  state_->Multiply(x, weights, /*add=*/true, y);
}

void Matmul::Multiply(const Operand& x, const PackedMatrix& weights, std::span<const float> bias, std::span<float> y) {
  DIPTYCH_CHECK(bias.size() == static_cast<size_t>(weights.out()), "a bias for each result");
  for (size_t row = 0; row < y.size(); row += bias.size())
    std::copy(bias.begin(), bias.end(), y.begin() + static_cast<std::ptrdiff_t>(row));
  state_->Multiply(x, weights, /*add=*/true, y);
}

NumberFormat FastestFormat() { return HasPairProducts() ? NumberFormat::kBFloat16 : NumberFormat::kFloat32; }

}  // namespace diptych::kernels
