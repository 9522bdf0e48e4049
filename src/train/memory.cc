#include "train/memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace diptych {

void KeepFreedMemory() {
#if defined(__GLIBC__)
  // Larger blocks than the highest threshold that malloc takes would be mapped anew each time: none are mapped.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 2147483647);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace diptych
