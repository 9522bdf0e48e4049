// Results on stdout: text, or with --json one object a line.
#pragma once

#include <string>
#include <string_view>

namespace diptych::cli {

// Writes to stdout at once. Error when that fails: a result that nobody gets is no success.
void PrintResult(std::string_view text);
// Prints {"event": NAME, MEMBERS...}; `members` is the text of a JSON object on one line.
void PrintEvent(std::string_view name, std::string_view members);
// A JSON string with its quotes; invalid UTF-8 is replaced.
std::string Quoted(std::string_view text);
// The same JSON over several lines, for people.
std::string Indented(std::string_view json);

}  // namespace diptych::cli
