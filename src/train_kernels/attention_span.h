// Which rows attend to which, in packed rows.
#pragma once

#include <cstdint>

namespace diptych::train_kernels {

// A run of query rows that attend to all rows of a prefix and to rows of their own run: to all of them or, if `causal`,
// to themselves and those before.
struct AttentionSpan {
  int64_t first = 0, count = 0;                // own rows: in the understanding buffer, or in the generation buffer
  int64_t prefix_first = 0, prefix_count = 0;  // rows of the understanding buffer
  bool generation = false;                     // which buffer the own rows are in
  bool causal = false;
};

}  // namespace diptych::train_kernels
