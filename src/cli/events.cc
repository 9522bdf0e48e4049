#include "cli/events.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/error.h"
#include "record/events.h"
#include "text/printable.h"

namespace diptych::cli {
namespace {

void Write(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  throw base::Error("output",
                    std::string("cannot write to standard output: ") + std::strerror(errno == 0 ? EIO : errno) + ".");
}

}  // namespace

void PrintResult(std::string_view text) { Write(text::Printable(text)); }

void PrintRaw(std::string_view bytes) { Write(bytes); }

void PrintEvent(std::string_view name, const record::JsonObject& members) { Write(record::EventLine(name, members)); }

void PrintMessage(std::string_view message) {
  const std::string line = text::Printable(message) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

}  // namespace diptych::cli
