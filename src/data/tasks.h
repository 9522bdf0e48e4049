// What a model is taught to write, one row for each task: all that training knows of a task.
#pragma once

#include <array>

#include "text/answer_layout.h"

namespace diptych::data {

struct TaskRow {
  text::Task task;
  const char* name;     // the column of log.csv and the key of log.jsonl, in nats a token
  double loss_weight;   // of each token; above 1 for answers of one or a few tokens, which narratives would outweigh
  bool charted = true;  // has a curve in curves.png
};
// In the order of the enumeration and of the log's columns.
inline constexpr std::array<TaskRow, 8> kTasks = {{
    {text::Task::kPlan, "plan", 1},
    {text::Task::kNarrative, "narrative", 1},
    {text::Task::kDescribe, "describe", 1},
    {text::Task::kQuestion, "question", 2},
    {text::Task::kClaim, "claim", 4},
    {text::Task::kWhere, "where", 2},
    {text::Task::kFacts, "facts", 1},
    {text::Task::kSeenPlan, "seen_plan", 1, false},
}};
constexpr const TaskRow& RowOf(text::Task task) { return kTasks[static_cast<size_t>(task)]; }

// RowOf takes the value of the enumeration as an index.
constexpr bool TasksAreInOrder() {
  for (size_t i = 0; i < kTasks.size(); ++i)
    if (kTasks[i].task != static_cast<text::Task>(i)) return false;
  return true;
}
static_assert(TasksAreInOrder());

}  // namespace diptych::data
