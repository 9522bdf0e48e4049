// How a report is written: as JSON, and as text for people.
#pragma once

#include <string>

#include "coherence/report.h"
#include "record/json_object.h"

namespace diptych::record {

class JsonReader;

// {"agreement": 0.9, "holding": 9, "count": 10, "failed": [...], "claims": [{"text", "sources", "words", "probability",
// "holds", "box"}]}; absent things are null. A claim of a story has also "picture".
JsonObject ReportJson(const coherence::Report& report);
// The claims; the rest follows from them. Their subjects are not in the JSON.
coherence::Report ParseReport(const JsonReader& json);

struct ReportStyle {
  bool colour = false;  // ANSI colours
};
// One claim a line with a tick or a cross, its probability and its sources, then the agreement. Ends with a newline.
std::string ReportText(const coherence::Report& report, const ReportStyle& style);

}  // namespace diptych::record
