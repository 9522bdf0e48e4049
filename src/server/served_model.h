// The model's work for one request, as the command line does it: what is drawn here has the command line's bytes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/picture_file.h"
#include "coherence/answer.h"
#include "coherence/asked.h"
#include "coherence/check_data.h"
#include "coherence/question.h"
#include "coherence/report.h"
#include "engine/generate.h"
#include "engine/model.h"
#include "record/answer_files.h"
#include "record/answer_record.h"

namespace diptych::server {

// A loaded model with what the record of an answer says of it. Const, shared by all workers; the caller owns both
// parts.
struct ServedModel {
  std::string name, version;
  std::string precision, processor;
  std::vector<std::string> adapters;
  // Of the model; what a request may ask for depends on these alone.
  const model::ModelConfig& config;
  const model::GenerationConfig& generation;
  const coherence::CheckData& check_data;
  const engine::Model* model = nullptr;  // null where requests are read and nothing is made
};

// What is known of a prompt before anything is drawn.
struct PromptReading {
  std::vector<std::string> unknown_words{};  // nobody understands them
  std::vector<coherence::NearThing> near{};  // what is drawn as the nearest known kind
};
PromptReading ReadPrompt(const ServedModel& served, std::string_view prompt);

// What is heard of work while it goes on, on the worker's thread; every member may be empty.
struct WorkListener {
  std::function<void(std::string_view stage)> on_stage{};  // "prompt", "plan", "picture", "narrative", "check"
  std::function<void(std::string_view text)> on_plan{}, on_narrative{};  // as they are written, whole characters
  std::function<void(int step, int steps, const base::Image& preview)> on_step{};
  std::function<void(const PromptReading& reading)> on_prompt{};
  std::function<void(const coherence::CheckedClaim& claim)> on_claim{};  // as soon as it has its verdict
  std::function<void(const coherence::Report& report)> on_report{};      // of the first check, before repairs
  coherence::RepairListener on_repair{};
  std::function<void(std::string_view message)> on_warning{};
  std::function<bool()> cancelled{};  // polled at each token and step; true: base::Cancelled is thrown
};

// A picture whose answer is changed by its plan (coherence/plan_edit.h).
struct EditOrder {
  base::Image picture;
  std::optional<record::AnswerRecord> record{};  // absent: nothing is known of the picture
  bool strict = false;                           // refuses words that are not understood
};

struct DrawOrder {
  engine::GenerateRequest request;  // of an edit by its plan: the prompt says what to change; otherwise as it is drawn
  int count = 1;                    // answers, with seeds from the request's on
  bool check = true, boxes = false;
  record::PictureStyle style{};
  std::optional<EditOrder> edit{};
};

struct Drawing {
  record::AnswerRecord record;  // with cost
  PromptReading prompt;
  record::AnswerContent content;  // the files' bytes
  base::Image first;              // the first picture's pixels; empty where there is none
};

// One answer, of the seed `number` behind the order's.
Drawing Draw(const ServedModel& served, const DrawOrder& order, int number, const WorkListener& listener);
// The plan alone.
std::string WritePlan(const ServedModel& served, const DrawOrder& order, const WorkListener& listener);

// One claim of an answer that exists is to be made again (coherence::RepairClaim).
struct RepairOrder {
  record::AnswerRecord record;  // of the answer
  base::Image picture;          // of its options' size
  std::string claim;
  int attempts = 2;
  bool boxes = false;
  record::PictureStyle style{};
};
// The answer as it is then. ApiError "nothing_to_repair".
Drawing Repair(const ServedModel& served, const RepairOrder& order, const WorkListener& listener);

struct LookOrder {
  enum class Task { kDescribe, kAsk, kCheck };
  Task task = Task::kDescribe;
  std::vector<base::Image> pictures;
  std::string text{};  // the question, or the text that is checked
  text::Language language = text::Language::kEnglish;
  bool check = true;  // whether a description is checked
};
struct LookResult {
  bool foreign = false;                       // the picture is none that the model knows: what it says is chance
  coherence::Reply reply{};                   // the description, or the answer; empty of a check
  std::optional<coherence::Report> report{};  // of a check, and of a description
};
// on_narrative hears a description as it is written, and an answer when it has stood the check.
LookResult Look(const ServedModel& served, const LookOrder& order, const WorkListener& listener);

}  // namespace diptych::server
