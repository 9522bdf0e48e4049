// A small report for tests: what holds, what fails, what cannot be told, and what states nothing.
#pragma once

#include "coherence/report.h"

namespace diptych::coherence {

inline Report ExampleReport() {
  Report report;
  report.claims = {{.text = "bus: blue",
                    .sources = {ClaimSource::kPrompt, ClaimSource::kPlan},
                    .subject = "bus",
                    .words = TextSpan{2, 6},
                    .facts = {{.fact = {"bus", "blue"}}},
                    .probability = 0.98,
                    .verdict = Verdict::kHolds,
                    .box = plan::Box{1, 2, 3, 4}},
                   {.text = "cat: sad",
                    .sources = {ClaimSource::kPrompt},
                    .subject = "cat",
                    .facts = {{.fact = {"cat", "sad"}}},
                    .probability = 0.5},
                   {.text = "It rains.",
                    .sources = {ClaimSource::kNarrative},
                    .facts = {{.fact = {"weather", "rain"}}},
                    .probability = 0.251,
                    .verdict = Verdict::kFails},
                   {.text = "Silence.", .sources = {ClaimSource::kNarrative}}};
  report.not_understood = {"comet"};
  return report;
}

}  // namespace diptych::coherence
