// The memory allocator of the trainer's process.
#pragma once

namespace diptych::train {

// Whether freed memory stays with the process for the next step, which frees and takes the same large buffers again.
// glibc's malloc either returns them, which costs a page fault for every page, or searches long in what it kept (an
// eighth of a step). So the trainer is linked with jemalloc, configured in memory.cc. Also true in a build without
// jemalloc (DIPTYCH_JEMALLOC, off under sanitizers, which bring an allocator of their own).
bool KeepsFreedMemory();

}  // namespace diptych::train
