// Drawings as the endpoints tell of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/json_object.h"
#include "server/served_model.h"

namespace diptych::server {

// One part of an answer, in the order in which they were made.
struct AnswerPart {
  bool is_picture = false;
  std::string_view content;  // the file's bytes, or the text
};
// Of a story its texts and pictures; of any other the picture, then the narrative. Views into the drawing.
std::vector<AnswerPart> PartsOf(const Drawing& drawing);

// The model's skills by their names, and "edit" where it edits its own pictures by their plans.
std::vector<std::string> SkillsOf(const ServedModel& served);

// "data:image/png;base64,...".
std::string PictureUrl(std::string_view file, const DrawOrder& order);

// {"unknown_words", "near": [{"words", "span", "kind"}]}.
record::JsonObject PromptJson(const PromptReading& reading);

// What stands beside the fields of other makers' APIs: "seed", "narrative", "plan", "report" (null where nothing was
// checked), "repair" ([{"action", "failed", "kept"}]), "unknown_words", "near", "warnings".
record::JsonObject OwnFields(const Drawing& drawing, const std::vector<std::string>& warnings);

// What a look found: "foreign"; of a check and of a description that was checked "report"; of an answer "known",
// "guess", "absent", "not_understood".
record::JsonObject LookFields(const LookOrder& order, const LookResult& result);
// The same with "text", but for a check.
record::JsonObject LookJson(const LookOrder& order, const LookResult& result);

struct TokenCounts {
  int input = 0, output = 0;
  TokenCounts& operator+=(const TokenCounts& other);
};
// A picture counts one token for each of its patches, read and written texts theirs.
TokenCounts CountsOf(const Drawing& drawing, const ServedModel& served);

// Seconds since 1970.
int64_t UnixTime();

// A listener that keeps warnings, besides what `listener` hears.
WorkListener Collecting(WorkListener listener, std::vector<std::string>* warnings);

// A picture as a PNG without metadata, of what is not yet finished.
std::string PreviewFile(const base::Image& preview);

// Which steps of a drawing give its `count` partial images, so that these are spread evenly and none is the last step.
bool IsPartialStep(int step, int steps, int count);

}  // namespace diptych::server
