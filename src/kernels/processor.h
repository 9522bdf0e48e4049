// A name for what the low bits of results depend on besides the inputs: the instruction sets that products use here.
#pragma once

#include <string>

namespace diptych::kernels {

// "AVX3_ZEN4", "AVX3_SPR+AMX", "AVX2": the best set that Highway finds, and hardware for bfloat16 where it is used.
// Machines of different names differ in the low bits of their results.
std::string ProcessorName();

}  // namespace diptych::kernels
