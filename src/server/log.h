// The server's log: one JSON object a line on standard error.
#pragma once

#include <mutex>
#include <string_view>

#include "record/json_object.h"

namespace diptych::server {

// Used by any thread.
class Log {
 public:
  explicit Log(bool quiet) : quiet_(quiet) {}
  // {"time", "level", "event", MEMBERS...}. Levels: "info", "warning", "error"; a quiet log drops the first.
  void Line(std::string_view level, std::string_view event, const record::JsonObject& members);

 private:
  std::mutex mutex_;
  const bool quiet_;
};

}  // namespace diptych::server
