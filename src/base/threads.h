// How many threads a program may use, and telling OpenMP (and so oneDNN) to use them.
#pragma once

namespace diptych::base {

// Cores that this process may run on: its affinity mask, cut to the control group's CPU quota. At least 1.
int AvailableThreads();
// Parallel loops started by this thread use `threads` from now on, whatever OMP_NUM_THREADS says; 0: all available.
// Returns the number in use.
int UseThreads(int threads);

}  // namespace diptych::base
