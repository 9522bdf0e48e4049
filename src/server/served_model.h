// The model's work for one request, as the command line does it: what is drawn here has the command line's bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/picture_file.h"
#include "coherence/check_data.h"
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
  const engine::Model& model;
  const coherence::CheckData& check_data;
};

// What is heard of work while it goes on, on the worker's thread; every member may be empty.
struct WorkListener {
  std::function<void(std::string_view stage)> on_stage{};  // "prompt", "plan", "picture", "narrative", "check"
  std::function<void(std::string_view text)> on_plan{}, on_narrative{};  // as they are written, whole characters
  std::function<void(int step, int steps, const base::Image& preview)> on_step{};
  std::function<void(const coherence::CheckedClaim& claim)> on_claim{};  // as soon as it has its verdict
  std::function<void(std::string_view message)> on_warning{};
  std::function<bool()> cancelled{};  // polled at each token and step; true: base::Cancelled is thrown
};

struct DrawOrder {
  engine::GenerateRequest request;
  int count = 1;  // answers, with seeds from the request's on
  bool check = true, boxes = false;
  record::PictureStyle style{};
};

struct Drawing {
  record::AnswerRecord record;    // with cost
  record::AnswerContent content;  // the files' bytes
  base::Image first;              // the first picture's pixels; empty where there is none
};

// One answer, of the seed `number` behind the order's.
Drawing Draw(const ServedModel& served, const DrawOrder& order, int number, const WorkListener& listener);
// The plan alone.
std::string WritePlan(const ServedModel& served, const DrawOrder& order, const WorkListener& listener);

struct LookOrder {
  enum class Task { kDescribe, kAsk, kCheck };
  Task task = Task::kDescribe;
  std::vector<base::Image> pictures;
  std::string text{};  // the question, or the text that is checked
  text::Language language = text::Language::kEnglish;
};
// The description or the answer; on_narrative hears it as it is written.
std::string Look(const ServedModel& served, const LookOrder& order, const WorkListener& listener);
coherence::Report Check(const ServedModel& served, const LookOrder& order, const WorkListener& listener);

// What the model has not understood of a prompt, as a warning; empty where it knows all of it.
std::string WarningOf(const ServedModel& served, std::string_view prompt);

}  // namespace diptych::server
