#include "train/memory.h"

#ifdef DIPTYCH_JEMALLOC
#include <jemalloc/jemalloc.h>
#include <sys/types.h>

#include <cstddef>

extern "C" {
// jemalloc reads this name when the process starts (jemalloc(3), "TUNING").
const char* malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1,narenas:4,thp:always";
}
#endif

namespace diptych::train {

bool KeepsFreedMemory() {
#ifdef DIPTYCH_JEMALLOC
  ssize_t decay = 0;
  size_t size = sizeof(decay);
  return mallctl("opt.dirty_decay_ms", &decay, &size, nullptr, 0) == 0 && decay == -1;
#else
  return true;
#endif
}

}  // namespace diptych::train
