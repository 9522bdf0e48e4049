// How much memory this process took and how much it may still take, in bytes.
#pragma once

#include <cstdint>

namespace diptych::base {

// The largest resident size so far.
uint64_t PeakMemory();
// What the system says is free for new work without swapping, cut to what the control group leaves; 0 when unknown.
uint64_t AvailableMemory();

}  // namespace diptych::base
