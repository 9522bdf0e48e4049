#include "kernels/matmul.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "kernels/bfloat_pairs.h"
#include "kernels/elementwise.h"
#include "kernels/panel_product.h"
#include "kernels/row_product.h"

namespace diptych {
namespace {

using dnnl::memory;

// A block of a float32 result that one thread computes: large enough that oneDNN's cost of a call is small, small
// enough that the block is still in the first-level cache (32 KiB) when it is moved to its place. oneDNN 2.6 has fast
// products for dense results only, so every block is computed apart from the result.
constexpr int kBlockRows = 64, kBlockColumns = 128;
// Rows that pass over a bfloat16 panel of 64 columns: whole groups of 6 and of 32, as the products take them, and a
// block of them stays in the second-level cache (at an inner dimension of 4096, 768 KiB) while the panels go by.
constexpr int kPanelBlockRows = 96;

// Rows of activations up to which quantised weights are multiplied as they are: unpacking a block costs about as much
// as ten products with it.
constexpr int kFewRows = 8;
// Inner numbers of a panel that is unpacked at a time, a multiple of every block: 512 KiB, in the second-level cache.
// Shorter panels stay there with more ease, but each of them reads and writes all results again.
constexpr int kUnpackedInner = 4096;
// Columns that are unpacked to float32 at a time.
constexpr int kUnpackedColumns = 512;

int RoundedUp(int value, int granule) { return (value + granule - 1) / granule * granule; }
int Blocks(int value, int granule) { return (value + granule - 1) / granule; }

// While alive, oneDNN compiles for one thread and runs on the calling one alone: its blocking, and so the order of its
// sums, is then always the same.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { omp_set_num_threads(before_); }

 private:
  int before_;
};

// What a float32 product is compiled for.
struct Shape {
  int rows = 0, columns = 0, inner = 0;
  auto operator<=>(const Shape&) const = default;
};

// One thread's handles on the memory of one product.
struct Arguments {
  memory source, weights, target, scratch;
  AlignedArray<std::byte> scratch_bytes;
  std::unordered_map<int, memory> by_role;
};

struct Product {
  dnnl::matmul primitive;
  memory::desc source, weights, target, scratch;
  std::vector<Arguments> of_thread;
};

memory::desc Floats(int rows, int columns, const memory::dims& strides) {
  return memory::desc({rows, columns}, memory::data_type::f32, strides);
}

Product Compile(const dnnl::engine& engine, const Shape& shape) {
  const OneThread one_thread;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  Product product;
  product.source = Floats(shape.rows, shape.inner, {shape.inner, 1});
  product.weights = Floats(shape.inner, shape.columns, {1, shape.inner});
  product.target = Floats(shape.rows, shape.columns, {shape.columns, 1});
  const dnnl::matmul::desc description(product.source, product.weights, product.target);
  const dnnl::matmul::primitive_desc compiled(description, attributes, engine);
  product.scratch = compiled.scratchpad_desc();
  product.primitive = dnnl::matmul(compiled);
  return product;
}

Arguments MakeArguments(const dnnl::engine& engine, const Product& product) {
  Arguments a;
  a.source = memory(product.source, engine, nullptr);
  a.weights = memory(product.weights, engine, nullptr);
  a.target = memory(product.target, engine, nullptr);
  a.scratch_bytes = AlignedArray<std::byte>(product.scratch.get_size());
  a.scratch = memory(product.scratch, engine, a.scratch_bytes.data());
  a.by_role = {{DNNL_ARG_SRC, a.source},
               {DNNL_ARG_WEIGHTS, a.weights},
               {DNNL_ARG_DST, a.target},
               {DNNL_ARG_SCRATCHPAD, a.scratch}};
  return a;
}

// A thread's stream, room for a block of the result whose edges the product would overstep, and for unpacked weights.
struct Lane {
  dnnl::stream stream;
  AlignedArray<float> block;
  AlignedArray<uint16_t> panel;
};

template <typename T>
AlignedArray<T> MakeArray(size_t size, PageArena* arena) {
  return arena == nullptr ? AlignedArray<T>(size) : AlignedArray<T>(size, *arena);
}

}  // namespace

PackedMatrix::PackedMatrix(std::span<const float> weights, const Size& size) : PackedMatrix(weights, size, nullptr) {}
PackedMatrix::PackedMatrix(std::span<const float> weights, const Size& size, PageArena& arena)
    : PackedMatrix(weights, size, &arena) {}

PackedMatrix::PackedMatrix(std::span<const float> weights, const Size& size, PageArena* arena)
    : out_(size.out), in_(size.in), inner_(RoundedUp(size.in, kInnerGranule)), format_(size.format) {
  const auto rows = static_cast<size_t>(out_), columns = static_cast<size_t>(in_), inner = static_cast<size_t>(inner_);
  DIPTYCH_CHECK(weights.size() == rows * columns, "out x in weights");
  if (format_ == NumberFormat::kFloat32) {
    floats_ = MakeArray<float>(rows * inner, arena);
    for (int n = 0; n < out_; ++n) {
      const auto row = static_cast<size_t>(n);
      std::copy_n(weights.data() + row * columns, columns, floats_.data() + row * inner);
    }
    return;
  }
  bfloats_ = MakeArray<uint16_t>(static_cast<size_t>(RoundedUp(out_, kPackedColumns)) * inner, arena);
  // Sixteen rows at a time fill whole lines of memory.
  constexpr size_t kRows = 16, kColumns = kPackedColumns;
  std::vector<uint32_t> pairs(kRows * inner / 2);  // bfloat16 in twos, zeros behind each row
  auto* packed = reinterpret_cast<uint32_t*>(bfloats_.data());
  for (size_t first = 0; first < rows; first += kRows) {
    const size_t count = std::min(kRows, rows - first);
    for (size_t n = 0; n < count; ++n)
      RoundToBFloat16(weights.subspan((first + n) * columns, columns),
                      reinterpret_cast<uint16_t*>(pairs.data() + n * inner / 2));
    uint32_t* to = packed + first / kColumns * kColumns * inner / 2 + first % kColumns;
    for (size_t k = 0; k < inner / 2; ++k, to += kColumns)
      for (size_t n = 0; n < count; ++n) to[n] = pairs[n * inner / 2 + k];
  }
}

PackedMatrix::PackedMatrix(std::vector<BlockRows> parts) : parts_(std::move(parts)) {
  DIPTYCH_CHECK(!parts_.empty() && parts_[0].in % kInnerGranule == 0, "parts of whole granules");
  in_ = inner_ = parts_[0].in;
  for (const BlockRows& part : parts_) {
    DIPTYCH_CHECK(part.in == in_ && IsQuantised(part.type), "quantised parts of one width");
    out_ += part.rows;
  }
}

struct Matmul::State {
  explicit State(Team& of) : team(of) {}

  Team& team;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  std::map<Shape, Product> products;
  std::vector<Lane> lanes;                    // of each thread
  AlignedArray<float> widened;                // the left side of a product of one row, as float32
  std::array<RowOfBytes, kFewRows> few_rows;  // the left side of a product of few rows with blocks

  struct Block {
    int row = 0, rows = 0, column = 0, columns = 0;
    Product* product = nullptr;
  };

  Product* Find(const Shape& shape);
  // Where results go, and whether they are added to what is there.
  struct Target {
    float* values = nullptr;
    bool add = false;
  };

  Block MakeBlock(const Operand& x, const PackedMatrix& w, int row, int column);
  void Run(const Operand& x, const PackedMatrix& w, const Block& block, Target y, int thread);
  void MultiplyRow(const Operand& x, const PackedMatrix& w, Target y);
  void MultiplyPanels(const Operand& x, const PackedMatrix& w, Target y);
  // Quantised weights: pieces of at most kPackedColumns rows of one part.
  struct Piece {
    BlockRows rows;
    int column = 0;  // of the result
  };
  static std::vector<Piece> PiecesOf(const PackedMatrix& w, int columns);
  void MultiplyFewByBlocks(const Operand& x, const PackedMatrix& w, Target y);
  void MultiplyBlockPanels(const Operand& x, const PackedMatrix& w, Target y);
  void MultiplyUnpacked(const Operand& x, const PackedMatrix& w, Target y);
  void MultiplyBlocks(const Operand& x, const PackedMatrix& w, Target y);
  void PrepareLanes();
  void Multiply(const Operand& x, const PackedMatrix& w, bool add, std::span<float> y);
};

Product* Matmul::State::Find(const Shape& shape) {
  auto found = products.find(shape);
  if (found == products.end()) found = products.emplace(shape, Compile(engine, shape)).first;
  auto& arguments = found->second.of_thread;
  while (arguments.size() < lanes.size()) arguments.push_back(MakeArguments(engine, found->second));
  return &found->second;
}

Matmul::State::Block Matmul::State::MakeBlock(const Operand& x, const PackedMatrix& w, int row, int column) {
  Block block{.row = row,
              .rows = std::min(kBlockRows, x.rows() - row),
              .column = column,
              .columns = std::min(kBlockColumns, w.out() - column)};
  const Shape shape{.rows = RoundedUp(block.rows, kRowGranule), .columns = block.columns, .inner = w.inner_};
  block.product = Find(shape);
  return block;
}

void Matmul::State::Run(const Operand& x, const PackedMatrix& w, const Block& block, Target y, int thread) {
  Lane& lane = lanes[static_cast<size_t>(thread)];
  Arguments& arguments = block.product->of_thread[static_cast<size_t>(thread)];
  const auto first = static_cast<size_t>(block.row) * static_cast<size_t>(x.stride());
  const auto column = static_cast<size_t>(block.column) * static_cast<size_t>(w.inner_);
  const auto stride = static_cast<size_t>(w.out());
  float* target = y.values + static_cast<size_t>(block.row) * stride + block.column;
  arguments.source.set_data_handle(static_cast<float*>(x.data()) + first, lane.stream);
  arguments.weights.set_data_handle(w.floats_.data() + column, lane.stream);
  arguments.target.set_data_handle(lane.block.data(), lane.stream);
  block.product->primitive.execute(lane.stream, arguments.by_role);
  for (int row = 0; row < block.rows; ++row) {
    const float* from = lane.block.data() + row * block.columns;
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
  const int blocks = Blocks(w.out_, kPackedColumns);
  team.For(blocks, [&](int block, int) {
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
  const int panels = Blocks(w.out_, kPackedColumns);
  team.For(panels * Blocks(x.rows(), kPanelBlockRows), [&](int piece, int) {
    const int first_row = piece / panels * kPanelBlockRows, first_column = piece % panels * kPackedColumns;
    const auto row = static_cast<size_t>(first_row), column = static_cast<size_t>(first_column);
    MultiplyPanel({.x = x.bfloats() + row * static_cast<size_t>(x.stride()),
                   .x_stride = x.stride(),
                   .weights = w.bfloats_.data() + column * static_cast<size_t>(w.inner_),
                   .inner = w.inner_,
                   .y = y.values + row * static_cast<size_t>(w.out_) + column,
                   .y_stride = w.out_,
                   .rows = std::min(kPanelBlockRows, x.rows() - first_row),
                   .columns = std::min(kPackedColumns, w.out_ - first_column),
                   .add = y.add});
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
  team.For(static_cast<int>(pieces.size()), [&](int i, int) {
    const Piece& piece = pieces[static_cast<size_t>(i)];
    alignas(64) float sums[kPackedColumns];
    for (int row = 0; row < x.rows(); ++row) {
      RowTimesBlocks(few_rows[static_cast<size_t>(row)], piece.rows, sums);
      float* to = y.values + static_cast<size_t>(row) * static_cast<size_t>(w.out_) + piece.column;
      for (int n = 0; n < piece.rows.rows; ++n) to[n] = y.add ? to[n] + sums[n] : sums[n];
    }
  });
}

void Matmul::State::MultiplyBlockPanels(const Operand& x, const PackedMatrix& w, Target y) {
  PrepareLanes();
  const std::vector<Piece> pieces = PiecesOf(w, kPackedColumns);
  team.For(static_cast<int>(pieces.size()), [&](int i, int thread) {
    const Piece& piece = pieces[static_cast<size_t>(i)];
    const AlignedArray<uint16_t>& panel = lanes[static_cast<size_t>(thread)].panel;
    for (int first = 0; first < w.in_; first += kUnpackedInner) {
      const int inner = std::min(kUnpackedInner, w.in_ - first);
      UnpackPanel(piece.rows, first, inner, panel.data());
      for (int row = 0; row < x.rows(); row += kPanelBlockRows)
        MultiplyPanel({.x = x.bfloats() + static_cast<size_t>(row) * static_cast<size_t>(x.stride()) + first,
                       .x_stride = x.stride(),
                       .weights = panel.data(),
                       .inner = inner,
                       .y = y.values + static_cast<size_t>(row) * static_cast<size_t>(w.out_) + piece.column,
                       .y_stride = w.out_,
                       .rows = std::min(kPanelBlockRows, x.rows() - row),
                       .columns = piece.rows.rows,
                       .add = y.add || first > 0});
    }
  });
}

// Float32 weights of a block of columns at a time.
void Matmul::State::MultiplyUnpacked(const Operand& x, const PackedMatrix& w, Target y) {
  const auto in = static_cast<size_t>(w.in_);
  std::vector<float> numbers;
  for (const Piece& piece : PiecesOf(w, kUnpackedColumns)) {
    numbers.resize(static_cast<size_t>(piece.rows.rows) * in);
    team.For(piece.rows.rows, [&](int row, int) {
      const BlockRows one = piece.rows.Part(row, 1);
      Dequantise(one.type, {one.data, one.row_bytes()}, std::span(numbers).subspan(static_cast<size_t>(row) * in, in));
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
  if (x.rows() <= kFewRows) return MultiplyFewByBlocks(x, w, y);
  if (x.format() == NumberFormat::kBFloat16) return MultiplyBlockPanels(x, w, y);
  MultiplyUnpacked(x, w, y);
}

void Matmul::State::PrepareLanes() {
  while (lanes.size() < static_cast<size_t>(team.threads()))
    lanes.push_back({dnnl::stream(engine), AlignedArray<float>(kBlockRows * kBlockColumns),
                     AlignedArray<uint16_t>(kUnpackedInner * kPackedColumns)});
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
  team.For(static_cast<int>(blocks.size()), [&](int i, int thread) {
    Run(x, w, blocks[static_cast<size_t>(i)], {y.data(), add}, thread);
  });
}

Matmul::Matmul(Team& team) : state_(std::make_unique<State>(team)) {}
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

}  // namespace diptych
