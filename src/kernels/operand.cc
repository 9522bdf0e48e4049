#include "kernels/operand.h"

#include <algorithm>

#include "base/error.h"
#include "base/round_up.h"
#include "kernels/elementwise.h"
#include "kernels/row_product.h"

namespace diptych::kernels {
namespace {

template <typename T>
void Prepare(int rows, int columns, int stride, AlignedArray<T>* numbers) {
  const size_t size = static_cast<size_t>(base::RoundUp(rows, kRowGranule)) * static_cast<size_t>(stride);
  if (numbers->size() < size) *numbers = AlignedArray<T>(size);
  if (columns == stride) return;
  for (int row = 0; row < rows; ++row)
    std::fill_n(numbers->data() + static_cast<size_t>(row) * static_cast<size_t>(stride) + columns, stride - columns,
                T{});
}

}  // namespace

void Operand::Resize(int rows, int columns) {
  rows_ = rows;
  columns_ = columns;
  stride_ = base::RoundUp(columns, kInnerGranule);
  if (format_ == NumberFormat::kFloat32) Prepare(rows, columns, stride_, &floats_);
  if (format_ == NumberFormat::kBFloat16) Prepare(rows, columns, stride_, &bfloats_);
}

void Operand::SetPart(int row, int first, std::span<const float> values) {
  DIPTYCH_CHECK(row < rows_ && static_cast<size_t>(first) + values.size() <= static_cast<size_t>(columns_),
                "columns of the operand");
  const size_t start = static_cast<size_t>(row) * static_cast<size_t>(stride_) + static_cast<size_t>(first);
  if (format_ == NumberFormat::kFloat32)
    std::copy(values.begin(), values.end(), floats_.data() + start);
  else
    RoundToBFloat16(values, bfloats_.data() + start);
}

void Operand::CopyRow(int row, const Operand& from, int from_row) {
  DIPTYCH_CHECK(from.format_ == format_ && from.columns_ == columns_ && row < rows_ && from_row < from.rows_,
                "rows of one kind");
  const auto stride = static_cast<size_t>(stride_);
  const size_t to_at = static_cast<size_t>(row) * stride, from_at = static_cast<size_t>(from_row) * stride;
  if (format_ == NumberFormat::kFloat32)
    std::copy_n(from.floats_.data() + from_at, stride, floats_.data() + to_at);
  else
    std::copy_n(from.bfloats_.data() + from_at, stride, bfloats_.data() + to_at);
}

void Operand::GetRow(int row, std::span<float> values) const {
  DIPTYCH_CHECK(row < rows_ && values.size() == static_cast<size_t>(columns_), "a row of the operand's size");
  const size_t start = static_cast<size_t>(row) * static_cast<size_t>(stride_);
  if (format_ == NumberFormat::kFloat32)
    std::copy_n(floats_.data() + start, values.size(), values.begin());
  else
    WidenBFloat16({bfloats_.data() + start, values.size()}, values.data());
}

}  // namespace diptych::kernels
