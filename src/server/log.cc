#include "server/log.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

namespace diptych::server {
namespace {

// "2026-01-31T12:00:00.123Z".
std::string Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[64];
  const size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + size, sizeof(text) - size, ".%03dZ", static_cast<int>(milliseconds % 1000));
  return text;
}

}  // namespace

void Log::Line(std::string_view level, std::string_view event, const record::JsonObject& members) {
  if (quiet_ && level == "info") return;
  record::JsonObject line = {{"time", Now()}, {"level", level}, {"event", event}};
  const std::string text = line.AddAll(members).Line() + "\n";
  const std::lock_guard lock(mutex_);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace diptych::server
