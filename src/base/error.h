// The one exception type for bad input, and the check for our own mistakes.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace diptych::base {

// Bad input: a prompt, file, flag, request or weights that cannot be used. Caught in the program's main.
// what() is "[place] message" and, when a hint is given, a second line "Hint: ...".
class Error : public std::runtime_error {
 public:
  Error(std::string_view place, std::string_view message, std::string_view hint = {});
  const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

// Thrown when the user asked to stop (Ctrl-C, a closed connection). Not a failure of ours or of the input.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("cancelled") {}
};

[[noreturn]] void FailCheck(const char* file, int line, const char* condition, std::string_view note);

// A bug of ours when it fails: throws std::logic_error. Never reachable from a file, flag or request.
#define DIPTYCH_CHECK(condition, note) \
  (static_cast<bool>(condition) ? void(0) : ::diptych::base::FailCheck(__FILE__, __LINE__, #condition, note))

}  // namespace diptych::base
