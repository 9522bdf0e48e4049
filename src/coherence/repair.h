// Repair: what failed of an answer is made again, and kept where the check then finds more of it right.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "coherence/check.h"
#include "coherence/check_data.h"
#include "coherence/repair_step.h"
#include "coherence/report.h"
#include "engine/generate.h"

namespace diptych::coherence {

struct RepairedAnswer {
  engine::Answer answer;
  Report report;
  std::vector<RepairStep> steps{};
};

// What is heard of attempts while they are made, on the caller's thread; every member may be empty.
struct RepairListener {
  std::function<void(const RepairStep& step)> on_begin{};  // whether it will be kept is not known yet
  std::function<void(int step, int steps, const base::Image& preview)> on_step{};  // of one that draws
  // `now` is the answer as it is behind this attempt.
  std::function<void(const RepairStep& step, const RepairedAnswer& now)> on_end{};
};

struct RepairOptions {
  int drawings = 2;  // at most; each with its check takes about as long as the first
  // At most. None by default: measured with the shipped model, writing sentences again made nearly as many true ones
  // false as false ones true, for sentences are what its eye tells worst.
  int tellings = 0;
  // Of each drawing in turn; the last one also of those that follow.
  std::vector<RepairAction> ways = {RepairAction::kDrawRegion, RepairAction::kDrawWhole};
  // The text of the only claim that is made again, because a user asked for it; absent: all that failed. The plan is
  // made to state it, and a drawing is kept where it holds and no figure of the report is lower.
  std::optional<std::string> claim{};
  uint64_t earlier_attempts = 0;  // of the same answer: what follows takes other seeds than they did
  RepairListener listener{};
};

// What makes an answer again: all by reference, which must outlive the call.
struct RepairTask {
  const engine::Model& model;
  const CheckData& data;
  const engine::GenerateRequest& drawn;  // as the answer was drawn (AsDrawn)
  std::string prompt;                    // as it was asked; empty where only a plan was given
  const Asked& asked;
  CheckOptions check{};
};

// Stories, edits and answers without a plan are left as they are.
bool IsRepairable(const RepairTask& task, const engine::Answer& answer);
// Whether something of one that is repairable failed: things and what was asked of them, where the check gives a
// verdict, and sentences that are surely false.
bool CanRepair(const RepairTask& task, const engine::Answer& answer, const Report& report);

// Whether a claim of this text fails.
bool FailsIn(const Report& report, const std::string& claim);

// The answer, or a better one by its report: no figure is lower, fewer claims fail, and after a drawing less of what
// was asked is lacking. First pictures, each with another plan of the things that failed; then sentences. Of a picture
// that is kept the narrative is written anew. The same task and answer give the same result.
RepairedAnswer Repair(const RepairTask& task, engine::Answer answer, Report report, const RepairOptions& options);

}  // namespace diptych::coherence
