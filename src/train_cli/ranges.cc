#include "train_cli/ranges.h"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <system_error>

#include "base/error.h"
#include "train_cli/shipped.h"

namespace diptych::train_cli {
namespace {

// Without trailing zeros: "0.5", "1000000000".
std::string Text(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.12g", value);
  return text;
}

// All of `text` is one number.
template <typename Number>
bool Reads(const std::string& text, Number& value) {
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  return error == std::errc() && end == last;
}

}  // namespace

CLI::Validator FromTo(double first, double last) {
  const auto check = [first, last](const std::string& text) -> std::string {
    double value = 0;
    if (Reads(text, value) && value >= first && value <= last) return "";
    return "\"" + text + "\" is no number from " + Text(first) + " to " + Text(last);
  };
  return CLI::Validator(check, "");
}

CLI::Validator Percent() { return FromTo(0, 100); }

CLI::Validator Seed() {
  const auto check = [](const std::string& text) -> std::string {
    uint64_t value = 0;
    if (Reads(text, value)) return "";
    return "\"" + text + "\" is no whole number from 0 to 18446744073709551615";
  };
  return CLI::Validator(check, "");
}

void AddWordsFlag(CLI::App& app, std::filesystem::path& words) {
  words = Shipped(kWords);
  app.add_option("--words", words, "the world's words and patterns")->capture_default_str();
}

void RequireWords(const std::filesystem::path& words) {
  if (std::filesystem::is_directory(words)) return;
  throw base::Error("words", "there is no folder " + words.string() + " with the world's words.",
                    "name the repository's src/world/words with --words.");
}

}  // namespace diptych::train_cli
