// What is stored of an answer: as JSON beside the picture, and as texts inside the PNG.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/png.h"
#include "cli/flags.h"
#include "coherence/report.h"
#include "engine/generate.h"

namespace diptych::cli {

// Keywords of the PNG's texts: the readable settings, our JSON, and the XMP packet (Adobe XMP part 3, section 1.1.5).
inline constexpr std::string_view kParametersKey = "parameters", kRecordKey = "diptych", kXmpKey = "XML:com.adobe.xmp";

// Everything that makes and describes an answer; the same for the same seed, so without times and paths.
struct AnswerRecord {
  engine::GenerateRequest request;  // request.plan is set when a user gave the plan
  std::string plan;
  std::string narrative;  // of a story: all its text
  std::string model;
  std::vector<std::string> adapters{};  // the names of their files, in their order
  std::vector<std::string> panels{};    // of a story: the text before its first picture, then after each picture
  std::optional<coherence::Report> report{};
};

// {"prompt", "language", "seed", "plan", "plan_given", "narrative", "model", "version", "options", "report"} on one
// line; of a story also "parts", its texts and the numbers of its pictures in their order; of an
// edit also "edited_pictures", how many; with adapters also "adapters".
std::string RecordJson(const AnswerRecord& record);
// What the JSON says of the request. Error when it is not ours, or an edit's, whose pictures are not in it.
engine::GenerateRequest ParseRequest(std::string_view record_json);
// The adapters that the JSON names. Error as there.
std::vector<std::string> ParseAdapters(std::string_view record_json);

// The texts of a PNG, of a story's `picture`-th. kLabel marks the picture as made by a model and says nothing else;
// kNone gives none.
std::vector<base::PngText> MetadataTexts(const AnswerRecord& record, MetadataLevel level, int picture = 1);

}  // namespace diptych::cli
