#include "coherence/given_plan.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/plan_check.h"

namespace diptych::coherence {
namespace {

// The centre of the line's boxes across the picture, in percent; nothing where it has no box.
std::optional<double> CentreOf(const plan::PlanLine& line) {
  const std::vector<plan::Box> boxes = plan::BoxesOf(line);
  if (boxes.empty()) return {};
  double sum = 0;
  for (const plan::Box& box : boxes) sum += (box.left + box.right) / 2.0;
  return sum / static_cast<double>(boxes.size());
}

bool Has(const plan::PlanLine& line, std::string_view value) { return std::ranges::count(line.values, value) > 0; }

// Well on the other side of what the word says.
bool IsBesidePlace(const plan::PlanLine& line) {
  const auto centre = CentreOf(line);
  if (!centre) return false;
  return (Has(line, "left") && *centre > 55) || (Has(line, "right") && *centre < 45) ||
         (Has(line, "middle") && (*centre < 25 || *centre > 75));
}

}  // namespace

bool IsByNight(std::string_view hour) { return hour.find("night") != hour.npos; }

std::vector<std::string> OddLines(std::string_view text) {
  const plan::Plan plan = plan::ParsePlan(text);
  std::vector<std::string> odd;
  const auto hour = std::ranges::find(plan.lines, "hour", &plan::PlanLine::key);
  for (const plan::PlanLine& line : plan.lines) {
    if (hour != plan.lines.end() && !hour->values.empty()) {
      const std::string& when = hour->values.front();
      if (line.key == (IsByNight(when) ? "sun" : "moon"))
        odd.push_back("the plan has a " + line.key + ", and its hour is " + when + ".");
    }
    if (IsBesidePlace(line)) odd.push_back("the place of " + line.key + " in the plan is not where its box is.");
  }
  return odd;
}

void CheckGivenPlan(std::string_view plan, const CheckData& data, const std::string& file) {
  const plan::Plan parsed = plan::ParsePlan(plan, file);
  if (parsed.lines.empty())
    throw base::Error("plan", (file.empty() ? "" : file + ": ") + "it has no line.",
                      "`diptych plan \"a prompt\"` writes one.");
  if (data.vocabulary) plan::CheckPlan(parsed, *data.vocabulary, file);
}

}  // namespace diptych::coherence
