#include "coherence/given_plan.h"

#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_check.h"

namespace diptych::coherence {

void CheckGivenPlan(std::string_view plan, const CheckData& data, const std::string& file) {
  const plan::Plan parsed = plan::ParsePlan(plan, file);
  if (parsed.lines.empty())
    throw base::Error("plan", (file.empty() ? "" : file + ": ") + "it has no line.",
                      "`diptych plan \"a prompt\"` writes one.");
  if (data.vocabulary) plan::CheckPlan(parsed, *data.vocabulary, file);
}

}  // namespace diptych::coherence
