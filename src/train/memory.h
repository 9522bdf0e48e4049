// How the trainer's process holds on to memory.
#pragma once

namespace diptych {

// From now on freed memory stays with the process for the next step: a step frees and takes the same large buffers over
// and over, and each return to the system costs a fault for every page. Call once, before other threads start.
void KeepFreedMemory();

}  // namespace diptych
