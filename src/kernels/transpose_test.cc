#include "kernels/transpose.h"

#include <gtest/gtest.h>

#include <vector>

namespace diptych::kernels {
namespace {

// Every word arrives, and nothing beside the result is touched.
TEST(Transpose, MovesEveryWordOfAnySize) {
  for (int rows : {1, 2, 15, 16, 17, 64, 70})
    for (int columns : {1, 3, 16, 31, 48}) {
      const int from_stride = columns + 5, to_stride = rows + 3;
      std::vector<uint32_t> from(static_cast<size_t>(rows * from_stride));
      for (size_t i = 0; i < from.size(); ++i) from[i] = static_cast<uint32_t>(i) * 2654435761u;
      constexpr uint32_t kUntouched = 7;
      std::vector<uint32_t> to(static_cast<size_t>(columns * to_stride), kUntouched);
      Transpose({from.data(), from_stride, rows, columns, to.data(), to_stride});
      for (int c = 0; c < columns; ++c)
        for (int r = 0; r < to_stride; ++r)
          ASSERT_EQ(to[static_cast<size_t>(c * to_stride + r)],
                    r < rows ? from[static_cast<size_t>(r * from_stride + c)] : kUntouched)
              << rows << " x " << columns << " at " << r << ", " << c;
    }
}

}  // namespace
}  // namespace diptych::kernels
