// The memory allocator of the trainer's process.
#pragma once

namespace diptych::train {

// Freed memory stays with the process for the next step: a step frees and takes the same large buffers over and over.
// glibc's malloc either gives them back, which costs a fault for every page, or looks long through what it kept (an
// eighth of a step); so the trainer is linked with jemalloc, set up in memory.cc. Whether that is in force; true as
// well in a build without jemalloc (DIPTYCH_JEMALLOC, off under sanitizers, which bring an allocator of their own).
bool KeepsFreedMemory();

}  // namespace diptych::train
