#include "cli/events.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace diptych::cli {

void PrintResult(std::string_view text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  throw base::Error("output",
                    std::string("cannot write to standard output: ") + std::strerror(errno == 0 ? EIO : errno) + ".");
}

void PrintEvent(std::string_view name, std::string_view members) {
  const bool is_empty = members == "{}";
  std::string line = "{\"event\":" + Quoted(name) + (is_empty ? "" : ",");
  line.append(members.substr(1));
  PrintResult(line + "\n");
}

std::string Quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Indented(std::string_view json) { return nlohmann::ordered_json::parse(json).dump(2); }

}  // namespace diptych::cli
