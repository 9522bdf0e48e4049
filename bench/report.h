// A page for people from the program's JSON.
#pragma once

#include <string>

namespace diptych::bench {

// Markdown of what diptych_bench printed.
std::string MarkdownOf(const std::string& json);
// Of what large_bench printed.
std::string LargeMarkdownOf(const std::string& json);

}  // namespace diptych::bench
