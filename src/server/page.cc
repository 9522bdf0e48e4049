#include "server/page.h"

#include <cstddef>

// DIPTYCH_PAGE is the file's path, from CMake. The assembler puts its bytes into the program's constants.
__asm__(
    ".section .rodata\n"
    ".global diptych_page_first\n"
    ".global diptych_page_end\n"
    "diptych_page_first:\n"
    ".incbin \"" DIPTYCH_PAGE
    "\"\n"
    "diptych_page_end:\n"
    ".byte 0\n"
    ".text\n");
extern "C" const char diptych_page_first[], diptych_page_end[];

namespace diptych::server {

std::string_view Page() { return {diptych_page_first, static_cast<size_t>(diptych_page_end - diptych_page_first)}; }

}  // namespace diptych::server
