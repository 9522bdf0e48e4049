// What the programs print: JSON, and a page for people from it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "clock.h"

namespace diptych::bench {

nlohmann::ordered_json ToJson(const Spread& spread);
// Markdown of what diptych_bench printed.
std::string MarkdownOf(const std::string& json);
// Of what large_bench printed.
std::string LargeMarkdownOf(const std::string& json);

}  // namespace diptych::bench
