#include "coherence/report.h"

#include <algorithm>

namespace diptych::coherence {
namespace {

// Whether one source's claims hold, those with a verdict alone.
Figure FigureOf(const std::vector<CheckedClaim>& claims, ClaimSource source) {
  Figure figure;
  for (const CheckedClaim& claim : claims) {
    if (!claim.IsFrom(source) || claim.verdict == Verdict::kUnknown) continue;
    ++figure.count;
    figure.holding += claim.verdict == Verdict::kHolds;
  }
  return figure;
}

}  // namespace

std::optional<double> Figure::share() const {
  if (count == 0) return {};
  return static_cast<double>(holding) / count;
}

Figure Report::followed() const {
  Figure figure = FigureOf(claims, ClaimSource::kPrompt);
  figure.count += static_cast<int>(not_understood.size());
  for (const CheckedClaim& claim : claims)
    if (claim.near && claim.IsFrom(ClaimSource::kPrompt) && claim.verdict == Verdict::kHolds) --figure.holding;
  return figure;
}

Figure Report::told() const {
  const Figure narrative = FigureOf(claims, ClaimSource::kNarrative), text = FigureOf(claims, ClaimSource::kText);
  return {narrative.holding + text.holding, narrative.count + text.count};
}

Figure Report::planned() const { return FigureOf(claims, ClaimSource::kPlan); }

std::vector<std::string> Report::failed() const {
  std::vector<std::string> names;
  for (const CheckedClaim& claim : claims)
    if (claim.verdict == Verdict::kFails) names.push_back(claim.text);
  return names;
}

std::vector<std::string> Report::uncertain() const {
  std::vector<std::string> names;
  for (const CheckedClaim& claim : claims)
    if (claim.IsFrom(ClaimSource::kPrompt) && claim.verdict == Verdict::kUnknown) names.push_back(claim.text);
  return names;
}

std::vector<std::string> Report::not_planned() const {
  const bool planned =
      std::any_of(claims.begin(), claims.end(), [](const CheckedClaim& one) { return one.IsFrom(ClaimSource::kPlan); });
  std::vector<std::string> names;
  for (const CheckedClaim& claim : claims) {
    const bool denied = !claim.facts.empty() && claim.facts.front().denied;
    if (planned && claim.IsFrom(ClaimSource::kPrompt) && !claim.IsFrom(ClaimSource::kPlan) && !denied)
      names.push_back(claim.text);
  }
  return names;
}

}  // namespace diptych::coherence
