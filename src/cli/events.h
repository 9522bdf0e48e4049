// Results on stdout: text, or with --json one object a line.
#pragma once

#include <string_view>

#include "record/json_object.h"

namespace diptych::cli {

// Writes to stdout at once. Error when that fails: a result that nobody gets is no success.
void PrintResult(std::string_view text);
// The same for one of the events of record/events.h.
void PrintEvent(std::string_view name, const record::JsonObject& members);

}  // namespace diptych::cli
