// How many threads a program may use, and telling OpenMP (and so oneDNN) to use them.
#pragma once

namespace diptych::base {

// Cores that this process may run on: its affinity mask, cut to the control group's CPU quota. At least 1.
int AvailableThreads();
// Parallel loops that this thread starts use `count` threads from now on, a number that UseThreads returned in this
// process.
void SetThreads(int count);
// Parallel loops started by this thread use `threads` from now on, whatever OMP_NUM_THREADS says; 0: all available.
// Returns the number in use, which is lower where the system starts no more; finding that out starts them once, so it
// is asked once a program or model, not for each request.
int UseThreads(int threads);

}  // namespace diptych::base
