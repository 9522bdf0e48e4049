// What goes to people and to other programs: results on stdout, as text or with --json one object a line, and messages
// on stderr.
#pragma once

#include <string_view>

#include "record/json_object.h"

namespace diptych::cli {

// Writes to stdout at once; what would steer a terminal is taken out (text/printable.h). Error when writing fails: a
// result that nobody gets is no success.
void PrintResult(std::string_view text);
// The same for bytes as they are: a picture, or a text whose maker took out what steers terminals.
void PrintRaw(std::string_view bytes);
// The same for one of the events of record/events.h.
void PrintEvent(std::string_view name, const record::JsonObject& members);
// Writes a line to stderr, filtered as PrintResult does.
void PrintMessage(std::string_view message);

}  // namespace diptych::cli
