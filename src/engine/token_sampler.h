// Chooses the next token from logits.
#pragma once

#include <cstdint>
#include <span>

#include "base/random.h"

namespace diptych::engine {

struct SamplingOptions {
  double temperature = 0;  // 0: greedy, always the most likely token
  double top_p = 1;        // nucleus sampling, arXiv 1904.09751: the likeliest tokens of this probability together
};

// An index into logits, at least one. Ties go to the smaller. `random` is untouched at temperature 0.
int32_t SampleToken(std::span<const float> logits, const SamplingOptions& options, base::Random& random);

}  // namespace diptych::engine
