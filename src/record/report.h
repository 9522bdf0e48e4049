// How a report is written: as JSON, and as text for people.
#pragma once

#include <string>
#include <vector>

#include "coherence/report.h"
#include "record/json_object.h"

namespace diptych::record {

class JsonReader;

// {"followed": {"holding", "count", "share"}, "told": {...}, "planned": {...}, "not_understood": [...], "not_planned":
// [...], "near": [{"words", "span", "kind"}], "failed": [...], "claims": [{"text", "sources", "words", "facts",
// "probability", "holds", "box"}]}. Spans and words are bytes of prompt or text; absent things are null, and so is
// "holds" where there is no verdict. A claim of a nearest kind has also "near", one of a story "picture".
JsonObject ReportJson(const coherence::Report& report);
// The same without "claims".
JsonObject ReportSummaryJson(const coherence::Report& report);
// A list as under "near".
std::vector<JsonObject> NearJson(const std::vector<coherence::NearThing>& near);
// One of "claims".
JsonObject ClaimJson(const coherence::CheckedClaim& claim);
// The claims, what was not understood and what was drawn as its nearest kind; the rest follows from them. Of a claim's
// facts the JSON has their texts alone.
coherence::Report ParseReport(const JsonReader& json);

struct ReportStyle {
  bool colour = false;  // ANSI colours
};
// One claim a line with a tick, a cross or a question mark, its probability and its sources; then what was not
// understood, not planned or drawn as another kind; then the three figures. Ends with a newline.
std::string ReportText(const coherence::Report& report, const ReportStyle& style);
// The lines after the claims.
std::string FigureLines(const coherence::Report& report);

}  // namespace diptych::record
