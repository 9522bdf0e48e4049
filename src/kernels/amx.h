// Intel AMX's tiles of bfloat16.
#pragma once

namespace diptych::kernels {

// Whether the processor has them, Linux grants their registers to this process, and ONEDNN_MAX_CPU_ISA, which oneDNN
// reads, does not name an older instruction set. Asked once.
bool AmxUsable();

}  // namespace diptych::kernels
