#include "model/json.h"

#include <cmath>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/json_levels.h"
#include "base/lfs_pointer.h"

namespace diptych::model {
namespace {

constexpr size_t kLongestShown = 60;

// A value as a message shows it: cut, and free of bytes that are no text.
std::string Shown(const nlohmann::json& value) {
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > kLongestShown) text = text.substr(0, kLongestShown) + "...";
  return text;
}

}  // namespace

nlohmann::json ParseJsonObject(std::string_view text, std::string_view place, const std::string& file) {
  base::RefuseLfsPointer(text, place, file);
  std::vector<std::set<std::string>> open;
  std::string repeated;
  bool deep = false;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) open.emplace_back();
    if (event == Event::object_end) open.pop_back();
    if (event == Event::key && !open.back().insert(parsed.get<std::string>()).second) repeated = Shown(parsed);
    deep = deep || depth > base::kMostJsonLevels;
    return !deep;
  };
  nlohmann::json value = nlohmann::json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (deep)
    throw base::Error(place, file + " has lists or objects within each other more than " +
                                 std::to_string(base::kMostJsonLevels) + " deep.");
  if (value.is_discarded())
    throw base::Error(place, file + " is not valid JSON.", "it may be truncated; copy it again.");
  if (!value.is_object()) throw base::Error(place, file + " is not a JSON object.");
  if (!repeated.empty()) throw base::Error(place, file + " has the key " + repeated + " twice.");
  return value;
}

bool JsonSection::Has(const std::string& key) const { return object_.contains(key) && !object_.at(key).is_null(); }

const nlohmann::json& JsonSection::At(const std::string& key) const {
  if (!Has(key)) throw base::Error(place_, file_ + " lacks the key " + path_ + key + ".");
  return object_.at(key);
}

void JsonSection::Fail(const std::string& key, const std::string& should_be, std::string_view hint) const {
  throw base::Error(place_,
                    path_ + key + " in " + file_ + " is " + (Has(key) ? Shown(At(key)) : "absent") + ", it must be " +
                        should_be + ".",
                    hint);
}

int JsonSection::Int(const std::string& key, int low, int high) const {
  const auto& value = At(key);
  const std::string should_be = "an integer from " + std::to_string(low) + " to " + std::to_string(high);
  if (!value.is_number_integer()) Fail(key, should_be);
  if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int>::max()))
    Fail(key, should_be);
  const auto number = value.get<int64_t>();
  if (number < low || number > high) Fail(key, should_be);
  return static_cast<int>(number);
}

int JsonSection::Int(const std::string& key, int low, int high, int fallback) const {
  return Has(key) ? Int(key, low, high) : fallback;
}

double JsonSection::Number(const std::string& key, Range range) const {
  const auto& value = At(key);
  std::string should_be = "a number " + std::string(range.low_itself ? "from " : "above ") + Shown(range.low);
  if (std::isfinite(range.high)) should_be += " up to " + Shown(range.high);
  if (!value.is_number()) Fail(key, should_be);
  const auto number = value.get<double>();
  const bool above = range.low_itself ? number >= range.low : number > range.low;
  if (!std::isfinite(number) || !above || number > range.high) Fail(key, should_be);
  return number;
}

double JsonSection::Number(const std::string& key, Range range, double fallback) const {
  return Has(key) ? Number(key, range) : fallback;
}

bool JsonSection::Bool(const std::string& key) const {
  if (!At(key).is_boolean()) Fail(key, "true or false");
  return At(key).get<bool>();
}

bool JsonSection::Bool(const std::string& key, bool fallback) const { return Has(key) ? Bool(key) : fallback; }

std::string JsonSection::Text(const std::string& key) const {
  if (!At(key).is_string()) Fail(key, "a text");
  return At(key).get<std::string>();
}

std::string JsonSection::Text(const std::string& key, std::string_view fallback) const {
  return Has(key) ? Text(key) : std::string(fallback);
}

JsonSection JsonSection::Object(const std::string& key) const {
  if (!At(key).is_object()) Fail(key, "an object");
  return JsonSection(At(key), place_, file_, path_ + key + ".");
}

}  // namespace diptych::model
