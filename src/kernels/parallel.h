// Loops over fixed pieces of work on OpenMP's threads.
#pragma once

#include <omp.h>

namespace diptych {

// Runs body(i) for every i in [0, count). The caller fixes the pieces, never from the number of threads, and each piece
// writes its own results: so these are the same for any number of threads. `body` must not throw.
template <typename Body>
void ParallelFor(int count, const Body& body) {
#pragma omp parallel for schedule(dynamic, 1)
  for (int i = 0; i < count; ++i) body(i);
}

// The same when a piece is small: on the calling thread alone when there are fewer than `worth` pieces.
template <typename Body>
void ParallelForIfWorth(int count, int worth, const Body& body) {
#pragma omp parallel for schedule(static) if (count >= worth)
  for (int i = 0; i < count; ++i) body(i);
}

}  // namespace diptych
