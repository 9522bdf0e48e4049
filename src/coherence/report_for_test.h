// A small report for tests: one fact that holds, one sentence that does not.
#pragma once

#include "coherence/report.h"

namespace diptych::coherence {

inline Report ExampleReport() {
  Report report;
  report.claims = {{.text = "bus: blue",
                    .sources = {ClaimSource::kPrompt, ClaimSource::kPlan},
                    .subject = "bus",
                    .words = TextSpan{2, 6},
                    .probability = 0.98,
                    .holds = true,
                    .box = plan::Box{1, 2, 3, 4}},
                   {.text = "It rains.", .sources = {ClaimSource::kNarrative}, .probability = 0.251, .holds = false}};
  return report;
}

}  // namespace diptych::coherence
