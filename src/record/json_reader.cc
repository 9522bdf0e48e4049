#include "record/json_reader.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/json_levels.h"

namespace diptych::record {
namespace {

constexpr std::string_view kPlace = "metadata";
constexpr size_t kLongestShown = 60;

// A value as a message shows it: shortened, in ASCII.
std::string Shown(const Json& value) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kLongestShown) text = text.substr(0, kLongestShown) + "...";
  return text;
}

}  // namespace

Json ParseJson(std::string_view text, const std::string& name) {
  std::vector<std::set<std::string>> open;
  std::string repeated;
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    too_deep |= depth > base::kMostJsonLevels;
    if (event == Event::object_start) open.emplace_back();
    if (event == Event::object_end) open.pop_back();
    if (event == Event::key && !open.back().insert(parsed.get<std::string>()).second) repeated = Shown(parsed);
    return true;
  };
  Json value = Json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (value.is_discarded())
    throw base::Error(kPlace, name + " is not valid JSON.", "it may be truncated; copy it again.");
  if (too_deep)
    throw base::Error(kPlace, name + " has more than " + std::to_string(base::kMostJsonLevels) + " levels.");
  if (!value.is_object()) throw base::Error(kPlace, name + " is not a JSON object.");
  if (!repeated.empty()) throw base::Error(kPlace, name + " has the key " + repeated + " twice.");
  return value;
}

bool JsonReader::Has(const std::string& key) const { return object_->contains(key) && !object_->at(key).is_null(); }

const Json& JsonReader::At(const std::string& key) const {
  if (!Has(key)) throw base::Error(kPlace, name_ + " lacks the key " + path_ + key + ".");
  return object_->at(key);
}

void JsonReader::Fail(const std::string& key, const std::string& should_be) const {
  throw base::Error(
      kPlace, path_ + key + " in " + name_ + " is " + Shown(object_->at(key)) + ", it must be " + should_be + ".");
}

int JsonReader::Int(const std::string& key, int low, int high) const {
  const Json& value = At(key);
  const std::string should_be = "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  if (!value.is_number_integer()) Fail(key, should_be);
  // Read as int64_t, what lies beyond it would wrap.
  if (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t{std::numeric_limits<int>::max()})
    Fail(key, should_be);
  const auto number = value.get<int64_t>();
  if (number < low || number > high) Fail(key, should_be);
  return static_cast<int>(number);
}

uint64_t JsonReader::Unsigned(const std::string& key) const {
  if (!At(key).is_number_unsigned()) Fail(key, "a whole number from 0 to 18446744073709551615");
  return At(key).get<uint64_t>();
}

double JsonReader::Number(const std::string& key, Range range) const {
  const Json& value = At(key);
  std::string should_be = std::string("a number ") + (range.above_low ? "above " : "from ") + Shown(range.low);
  should_be += std::isfinite(range.high) ? " to " + Shown(range.high) : range.above_low ? "" : " on";
  if (!value.is_number()) Fail(key, should_be);
  const auto number = value.get<double>();
  const bool above = range.above_low ? number > range.low : number >= range.low;
  if (!std::isfinite(number) || !above || number > range.high) Fail(key, should_be);
  return number;
}

bool JsonReader::Bool(const std::string& key) const {
  if (!At(key).is_boolean()) Fail(key, "true or false");
  return At(key).get<bool>();
}

std::string JsonReader::Text(const std::string& key) const {
  if (!At(key).is_string()) Fail(key, "a text");
  return At(key).get<std::string>();
}

std::string JsonReader::Word(const std::string& key, std::initializer_list<std::string_view> words) const {
  std::string text = Text(key), all;
  if (std::find(words.begin(), words.end(), text) != words.end()) return text;
  for (std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  Fail(key, "one of " + all);
}

std::vector<std::string> JsonReader::Texts(const std::string& key) const {
  const Json& value = At(key);
  const bool good = value.is_array() &&
                    std::all_of(value.begin(), value.end(), [](const Json& element) { return element.is_string(); });
  if (!good) Fail(key, "a list of texts");
  return value.get<std::vector<std::string>>();
}

std::vector<int> JsonReader::Ints(const std::string& key, size_t count) const {
  const Json& value = At(key);
  const auto fits = [](const Json& element) {
    return element.is_number_unsigned() && element.get<uint64_t>() <= uint64_t{std::numeric_limits<int>::max()};
  };
  if (!value.is_array() || value.size() != count || !std::all_of(value.begin(), value.end(), fits))
    Fail(key, "a list of " + std::to_string(count) + " whole numbers from 0 on");
  return value.get<std::vector<int>>();
}

JsonReader JsonReader::Object(const std::string& key) const {
  if (!At(key).is_object()) Fail(key, "an object");
  return JsonReader(At(key), name_, path_ + key + ".");
}

std::vector<JsonReader> JsonReader::Objects(const std::string& key) const {
  const Json& value = At(key);
  const bool good = value.is_array() &&
                    std::all_of(value.begin(), value.end(), [](const Json& element) { return element.is_object(); });
  if (!good) Fail(key, "a list of objects");
  std::vector<JsonReader> readers;
  for (const Json& element : value)
    readers.emplace_back(element, name_, path_ + key + "[" + std::to_string(readers.size()) + "].");
  return readers;
}

}  // namespace diptych::record
