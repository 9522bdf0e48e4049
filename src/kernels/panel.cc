#include "kernels/panel.h"

#include <algorithm>

#include "kernels/transpose.h"

namespace diptych::kernels {

void PackPanel(const uint16_t* rows, int64_t stride, int count, int inner, int first, uint16_t* panel) {
  for (int n = 0; n < count; n += kTileColumns)
    for (int k = 0; k < inner; k += kTileInner) {
      uint16_t* tile = panel + k * kPackedColumns + (first + n) / kTileColumns * kTileNumbers;
      const int columns = std::min(kTileColumns, count - n);
      if (columns < kTileColumns) std::fill_n(tile, kTileNumbers, uint16_t{0});
      Transpose({.from = rows + n * stride + k,
                 .from_stride = stride / 2,
                 .rows = columns,
                 .columns = kTileInner / 2,
                 .to = tile,
                 .to_stride = kTileColumns});
    }
}

}  // namespace diptych::kernels
