// A figure's interval in files of results.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "eval/bootstrap.h"

namespace diptych::eval {

// [value, low, high], or null where there is no figure.
inline nlohmann::ordered_json IntervalJson(const std::optional<Interval>& interval) {
  return interval ? nlohmann::ordered_json{interval->value, interval->low, interval->high} : nlohmann::ordered_json();
}

}  // namespace diptych::eval
