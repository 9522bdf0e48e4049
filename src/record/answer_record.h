// The record of an answer: its request, options and results, as JSON and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/repair_step.h"
#include "coherence/report.h"
#include "engine/generate.h"
#include "record/json_object.h"

namespace diptych::record {

struct AnswerCost {
  engine::Timings timings;
  double check_s = 0, repair_s = 0, total_s = 0;
  uint64_t peak_memory = 0;  // bytes, of the process
};

struct AnswerRecord {
  engine::GenerateRequest request;           // `plan` is set when a user gave the plan; without the pictures of an edit
  std::string plan;                          // that was followed; empty when there was none
  std::string narrative;                     // of a story: all its text
  std::string model;                         // its name
  std::string version;                       // of the program
  std::vector<std::string> adapters{};       // the names of their files, in their order
  std::string precision{};                   // of matrix products: "float32", "bfloat16"; empty: unknown
  std::string processor{};                   // its instruction set, which the low bits depend on; empty: unknown
  bool prompt_given = true;                  // false: only a plan was given, and the prompt was made of it
  std::vector<std::string> panels{};         // of a story: the text before its first picture, then after each picture
  std::vector<std::string> panel_plans{};    // of a story told by plans: those of the pictures after the first
  int edited_pictures = 0;                   // of an edit: how many pictures its prompt speaks of
  std::vector<std::string> unknown_words{};  // of the prompt: nobody understands them
  std::vector<coherence::RepairStep> repair{};  // what was made again
  std::optional<coherence::Report> report{};    // absent: it was not checked
  std::optional<AnswerCost> cost{};             // differs each time
};

// Request, plan and texts of a record; the rest is the caller's to fill in.
AnswerRecord RecordOf(const engine::GenerateRequest& request, const engine::Answer& answer);

// {"prompt", "language", "seed", "plan", "plan_given", "narrative", "model", "version", "options", "report"}; of a
// story also "parts", its texts and the numbers of its pictures in their order, with "plan" those of further pictures
// that have one of their own; of an edit also "edited_pictures", how
// many; with adapters also "adapters"; where they are known "precision" and "processor"; "prompt_given" where it is
// false; where the narrative is not in the language that was asked for, "language" is the narrative's and
// "requested_language" the other; "unknown_words" where there are some; where something was made again "repair":
// [{"action", "failed", "kept"}], with "requested" true where a user asked for it later. The same for the same seed:
// without cost, and no path.
JsonObject RecordJson(const AnswerRecord& record);
// The same with "cost": seconds, tokens and steps of each part, "total_s", "check_s", "repair_s", and "peak_memory" in
// bytes.
JsonObject RecordJsonWithCost(const AnswerRecord& record);
// One of "repair", and all.
JsonObject RepairStepJson(const coherence::RepairStep& step);
std::vector<JsonObject> RepairJson(const std::vector<coherence::RepairStep>& steps);
// Reads what either wrote; `name` stands in messages ("the record of bus.png"). Keys that it does not know are passed
// over. Error names the key that is missing or wrong, what it is and what it must be.
AnswerRecord ParseRecord(std::string_view json, const std::string& name);

// The request that makes the answer again. Error: an edit's, for the pictures are not in its record.
engine::GenerateRequest RequestToRepeat(const AnswerRecord& record);

// Whether two records, as JSON with cost, are of the same answer. False when either is not JSON.
bool IsSameAnswer(std::string_view json, std::string_view other);

}  // namespace diptych::record
