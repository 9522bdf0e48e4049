#include "base/error.h"

#include <algorithm>

namespace diptych::base {
namespace {

std::string Compose(std::string_view place, std::string_view message, std::string_view hint) {
  std::string text = "[" + std::string(place) + "] " + std::string(message);
  if (!hint.empty()) text += "\nHint: " + std::string(hint);
  std::replace(text.begin(), text.end(), '\0', ' ');  // what() would end there
  return text;
}

}  // namespace

Error::Error(std::string_view place, std::string_view message, std::string_view hint)
    : std::runtime_error(Compose(place, message, hint)), hint_(hint) {}

void FailCheck(const char* file, int line, const char* condition, std::string_view note) {
  throw std::logic_error(std::string(file) + ":" + std::to_string(line) + ": check failed: " + condition + ": " +
                         std::string(note));
}

}  // namespace diptych::base
