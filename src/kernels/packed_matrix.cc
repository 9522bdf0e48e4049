#include "kernels/packed_matrix.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/round_up.h"
#include "kernels/elementwise.h"
#include "kernels/panel.h"

namespace diptych::kernels {
namespace {

template <typename T>
AlignedArray<T> MakeArray(size_t size, PageArena* arena) {
  return arena == nullptr ? AlignedArray<T>(size) : AlignedArray<T>(size, *arena);
}

}  // namespace

PackedMatrix::PackedMatrix(std::span<const float> weights, const Size& size) : PackedMatrix(weights, size, nullptr) {}
PackedMatrix::PackedMatrix(std::span<const float> weights, const Size& size, PageArena& arena)
    : PackedMatrix(weights, size, &arena) {}

PackedMatrix::PackedMatrix(std::span<const float> weights, const Size& size, PageArena* arena)
    : out_(size.out), in_(size.in), inner_(base::RoundUp(size.in, kInnerGranule)), format_(size.format) {
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
  bfloats_ = MakeArray<uint16_t>(static_cast<size_t>(base::RoundUp(out_, kPackedColumns)) * inner, arena);
  std::vector<uint16_t> tile(kTileColumns * inner);  // the rows of a tile, zeros behind each
  for (int first = 0; first < out_; first += kTileColumns) {
    const int count = std::min(kTileColumns, out_ - first);
    for (int n = 0; n < count; ++n)
      RoundToBFloat16(weights.subspan(static_cast<size_t>(first + n) * columns, columns),
                      tile.data() + static_cast<size_t>(n) * inner);
    uint16_t* panel = bfloats_.data() + static_cast<size_t>(first / kPackedColumns * kPackedColumns) * inner;
    PackPanel(tile.data(), inner_, count, inner_, first % kPackedColumns, panel);
  }
}

PackedMatrix::PackedMatrix(std::vector<BlockRows> parts) : parts_(std::move(parts)) {
  DIPTYCH_CHECK(!parts_.empty() && parts_[0].in % kInnerGranule == 0, "parts of whole granules");
  in_ = inner_ = parts_[0].in;
  for (const BlockRows& part : parts_) {
    DIPTYCH_CHECK(part.in == in_ && numbers::IsQuantised(part.type), "quantised parts of one width");
    out_ += part.rows;
  }
}

}  // namespace diptych::kernels
