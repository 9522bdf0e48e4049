// How many threads a program may use, and telling OpenMP (and so oneDNN) to use them.
#pragma once

namespace diptych::base {

// Cores that this process may run on: its affinity mask, cut to the control group's CPU quota. At least 1.
int AvailableThreads();
// Parallel loops that this thread starts use `count` threads from now on. `count`: what UseThreads returned in this
// process.
void SetThreads(int count);
// Parallel loops that this thread starts use `threads` from now on, whatever OMP_NUM_THREADS says; 0: all available.
// Returns the number in use, which is smaller where the system refuses to start as many. It finds that out by starting
// them, so call it once for a program or a model, not for each request.
int UseThreads(int threads);

}  // namespace diptych::base
