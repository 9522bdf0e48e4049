// How much of a prompt a model understands: which of its facts the plans keep. No picture is drawn.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "coherence/check_data.h"
#include "engine/model.h"
#include "eval/benchmark_prompts.h"
#include "eval/bootstrap.h"

namespace diptych::eval {

// What a prompt is planned as.
struct PlansOfPrompt {
  std::string alone;    // by the model, from the prompt as it stands
  std::string program;  // as a user gets it: spelt for the model, and planned again where words asked for more
};
using Planner = std::function<PlansOfPrompt(const BenchmarkPrompt&, uint64_t seed)>;
// `model` and `data` must outlive what is returned. `cancelled` may be empty; true throws base::Cancelled.
Planner PlannerOf(const engine::Model& model, const coherence::CheckData& data, std::function<bool()> cancelled);

// One of two ways to a plan, on one prompt: in how many of the seeds each fact, and all of them, are kept.
struct KeptFacts {
  std::vector<int> facts;  // of each fact of the prompt
  int whole = 0;
};
struct PromptReading {
  BenchmarkPrompt prompt;
  PlansOfPrompt first;  // of the first seed
  KeptFacts alone, program;
  int seeds = 0;
  bool knows_things = false;  // the model has words for all things that the facts name, held and denied ones too
  bool knows_facts = false;   // its plan language can say every one of them
};

struct ReadingTask {
  std::vector<BenchmarkPrompt> prompts;
  uint64_t seed = 1;  // of a prompt's first plan
  int seeds = 1;      // plans of each prompt
  std::function<void(size_t done, size_t in_all)> on_progress{};
};
std::vector<PromptReading> MeasureReading(const ReadingTask& task, const Planner& planner,
                                          const plan::Vocabulary& vocabulary);

// The figures of some of the prompts.
struct ReadingRow {
  std::string known;     // "all", "things", "facts": what the model knows of these prompts
  std::string language;  // "en", "zh"; empty: both
  std::string part;      // "colour", "denied", "3 facts"; empty: all facts of all these prompts
  int prompts = 0, facts = 0;
  std::optional<Interval> alone, program;              // shares of the facts kept
  std::optional<Interval> whole_alone, whole_program;  // of the prompts, all of whose facts in this row are kept
};
// Without rows of no prompt.
std::vector<ReadingRow> ReadingRows(const std::vector<PromptReading>& readings);

// Markdown, and JSON: an object a row.
std::string TableOf(const std::vector<ReadingRow>& rows);
std::string JsonOf(const std::vector<ReadingRow>& rows);
// Markdown: each prompt of which the first plan lost something, with that plan.
std::string LossesOf(const std::vector<PromptReading>& readings);

}  // namespace diptych::eval
