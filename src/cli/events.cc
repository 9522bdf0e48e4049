#include "cli/events.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/error.h"
#include "record/events.h"

namespace diptych::cli {

void PrintResult(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  throw base::Error("output",
                    std::string("cannot write to standard output: ") + std::strerror(errno == 0 ? EIO : errno) + ".");
}

void PrintEvent(std::string_view name, const record::JsonObject& members) {
  PrintResult(record::EventLine(name, members));
}

}  // namespace diptych::cli
