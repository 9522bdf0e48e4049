#include "plan/plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/error.h"

namespace diptych::plan {
namespace {

bool HasDigit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// One to three digits without a leading zero, at most 100.
std::optional<int> ParsePercent(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value < 0 || value > 100) return std::nullopt;
  return value;
}

// N numbers separated by single spaces; nothing when there are more or fewer.
template <size_t N>
std::optional<std::array<int, N>> ParseNumbers(std::string_view text) {
  std::array<int, N> numbers{};
  for (size_t i = 0; i < N; ++i) {
    const size_t end = i + 1 < N ? text.find(' ') : text.size();
    if (end == text.npos) return std::nullopt;
    const auto number = ParsePercent(text.substr(0, end));
    if (!number) return std::nullopt;
    numbers[i] = *number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return numbers;
}

// "at X Y", "horizon Y", "look N" or "box L T R B".
bool IsLayout(std::string_view value) {
  if (value.starts_with("at ")) return ParseNumbers<2>(value.substr(3)).has_value();
  if (value.starts_with("look ")) return ParsePercent(value.substr(5)).has_value();
  if (value.starts_with("horizon ")) return ParsePercent(value.substr(8)).has_value();
  return value.starts_with("box ") && ParseBox(value.substr(4)).has_value();
}

// `where`: the line's number, and its file where there is one.
[[noreturn]] void Fail(const std::string& where, std::string_view line, std::string_view why) {
  throw base::Error("plan", where + ": " + std::string(why) + ": \"" + std::string(line) + "\".",
                    "write lines such as \"bus: two, blue, left, box 10 48 52 80\", numbers in percent, 0 to 100.");
}

PlanLine ParseLine(std::string_view line, const std::string& where) {
  const size_t colon = line.find(':');
  if (colon == line.npos) Fail(where, line, "no colon after a key");
  PlanLine result;
  result.key = line.substr(0, colon);
  if (!IsWords(result.key)) Fail(where, line, "the key must be lower-case words");
  std::string_view rest = line.substr(colon + 1);
  while (!rest.empty()) {
    const bool first = result.values.empty();
    if (!first && rest.front() != ',') Fail(where, line, "values are parted by a comma and a space");
    if (!first) rest.remove_prefix(1);
    if (rest.empty() || rest.front() != ' ') Fail(where, line, "a space and a value must follow");
    rest.remove_prefix(1);
    const std::string_view value = rest.substr(0, rest.find(','));
    if (HasDigit(value) ? !IsLayout(value) : !IsWords(value)) {
      Fail(where, line,
           "\"" + std::string(value) + "\" is neither lower-case words nor at, horizon, look or box with numbers");
    }
    result.values.emplace_back(value);
    rest.remove_prefix(value.size());
  }
  if (result.values.empty()) Fail(where, line, "no value after the colon");
  return result;
}

}  // namespace

Plan ParsePlan(std::string_view text, const std::string& file) {
  Plan plan;
  size_t number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string where = (file.empty() ? "" : file + ", ") + "line " + std::to_string(++number);
    const std::string_view line = text.substr(0, end);
    const bool states_nothing = line.empty() ? !file.empty() : line.front() == '#';
    if (!states_nothing) plan.lines.push_back(ParseLine(line, where));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return plan;
}

Plan ParseWellFormedLines(std::string_view text) {
  Plan plan;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    try {
      for (PlanLine& line : ParsePlan(text.substr(0, end)).lines) plan.lines.push_back(std::move(line));
    } catch (const base::Error&) {
      // The model wrote a line that is none; the others still count.
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return plan;
}

std::string WritePlan(const Plan& plan) {
  std::string text;
  for (const PlanLine& line : plan.lines) {
    if (!text.empty()) text += '\n';
    text += line.key + ':';
    for (size_t i = 0; i < line.values.size(); ++i) text += (i == 0 ? " " : ", ") + line.values[i];
  }
  return text;
}

bool IsWords(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.find("  ") != text.npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
}

std::vector<Box> BoxesOf(const PlanLine& line) {
  std::vector<Box> boxes;
  for (std::string_view value : line.values) {
    if (!value.starts_with("box ")) continue;
    if (const auto box = ParseBox(value.substr(4))) boxes.push_back(*box);
  }
  return boxes;
}

std::string WriteBox(const Box& box) {
  return std::to_string(box.left) + ' ' + std::to_string(box.top) + ' ' + std::to_string(box.right) + ' ' +
         std::to_string(box.bottom);
}

std::optional<Box> ParseBox(std::string_view text) {
  const auto numbers = ParseNumbers<4>(text);
  if (!numbers) return std::nullopt;
  const auto [left, top, right, bottom] = *numbers;
  if (left >= right || top >= bottom) return std::nullopt;
  return Box{left, top, right, bottom};
}

}  // namespace diptych::plan
