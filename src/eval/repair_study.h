// What repair is worth: answers to the benchmark's prompts, repaired in several ways, before and after as the
// benchmark's readers see them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "coherence/check_data.h"
#include "coherence/repair.h"
#include "engine/model.h"
#include "eval/benchmark.h"
#include "eval/benchmark_prompts.h"
#include "eval/report_agreement.h"

namespace diptych::eval {

struct RepairStudyOptions {
  uint64_t seed = 1;  // of the first answer
  std::vector<std::vector<coherence::RepairAction>> ways = {
      {coherence::RepairAction::kDrawRegion, coherence::RepairAction::kDrawRegion},
      {coherence::RepairAction::kDrawWhole, coherence::RepairAction::kDrawWhole},
      {coherence::RepairAction::kDrawRegion, coherence::RepairAction::kDrawWhole}};
  std::function<void(size_t done, size_t in_all)> on_progress{};
  std::function<bool()> cancelled{};  // true: base::Cancelled is thrown
};

// Of one way.
struct RepairFigures {
  std::string name;                     // "draw region, draw whole"
  int drawn = 0;                        // answers of which something was drawn again
  int kept = 0;                         // of these a drawing was kept
  int told = 0;                         // answers whose narrative was told again, and kept
  int mended = 0, worse = 0;            // answers: by the readers more facts of the prompt are shown, or fewer
  int told_mended = 0, told_worse = 0;  // by the share of the narrative's facts that are shown
  Share shown_before{}, shown_after{};    // facts of the prompts, of all answers that failed
  Share true_before{}, true_after{};      // facts of their narratives
  double seconds = 0;                   // of all repairs
};
struct RepairStudy {
  int answers = 0, failed = 0;  // in all; of which a claim fails
  double seconds = 0;           // of all answers without repair
  std::vector<RepairFigures> ways;
  ReportAgreement before, after;  // of the reports with the readers, without repair and by the last of the ways
};
RepairStudy MeasureRepair(const engine::Model& model, const coherence::CheckData& data,
                          const std::vector<BenchmarkPrompt>& prompts, const Readers& readers,
                          const RepairStudyOptions& options);

std::string TableOf(const RepairStudy& study);  // Markdown

}  // namespace diptych::eval
