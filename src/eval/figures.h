// The benchmark's figures: for each rung, for held-out and other prompts, and by kind of fact, with intervals.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "eval/benchmark_prompts.h"
#include "eval/bootstrap.h"
#include "eval/judge_error.h"
#include "eval/score.h"

namespace diptych::eval {

enum class Figure { kAllDrawn, kGeometric, kDrawn, kAgreement, kTold, kPlanned, kFaultySentences, kFaults, kDistinct };
inline constexpr int kFigures = 9;
struct FigureRow {
  const char* key;    // in results.json
  const char* title;  // in tables
  const char* meaning;
  bool share = true;  // written in percent
};
const FigureRow& RowOf(Figure figure);

enum class Group { kAll, kUsual, kHeldOut };
inline constexpr int kGroups = 3;
// "all", "other", "held-out".
const char* NameOf(Group group);

// One prompt's answers: the first one's score, and how many narratives of several seeds differ (of 0: one seed only).
struct PromptResult {
  AnswerScore score;
  Share distinct;
};

using FigureValues = std::array<std::optional<Interval>, kFigures>;
struct GroupFigures {
  int prompts = 0;
  FigureValues values;
};
struct TopicFigures {
  int facts = 0;  // how many, in the prompts
  std::optional<Interval> planned, drawn, told, agreement;
};
struct FigureTable {
  std::map<int, std::array<GroupFigures, kGroups>> rungs;
  std::array<GroupFigures, kGroups> whole;      // all rungs together
  std::map<world::Topic, TopicFigures> topics;  // topics that occur in prompts or narratives
};

// results[i] is that of prompts[i]. `worth` is that of the verdicts of who read the pictures.
FigureTable MakeFigures(const std::vector<BenchmarkPrompt>& prompts, const std::vector<PromptResult>& results,
                        const VerdictWorth& worth = {});
// The figures of the first less those of the second, prompt by prompt; topics are left out.
FigureTable MakeDifferences(const std::vector<BenchmarkPrompt>& prompts, const std::vector<PromptResult>& first,
                            const std::vector<PromptResult>& second, const VerdictWorth& worth = {});

}  // namespace diptych::eval
