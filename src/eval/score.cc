#include "eval/score.h"

namespace diptych::eval {
namespace {

template <typename IsRight>
FactShares Compare(std::span<const StatedFact> facts, IsRight is_right) {
  FactShares shares;
  for (const StatedFact& stated : facts) {
    const bool right = is_right(stated);
    for (Share* share : {&shares.all, &shares.by_topic[static_cast<size_t>(stated.topic)]}) {
      ++share->of;
      share->right += right ? 1 : 0;
    }
    if (!right) shares.wrong.push_back(stated.denied ? plan::Fact{Write(stated), ""} : stated.fact);
  }
  return shares;
}

}  // namespace

bool Shows(const PictureReading& picture, const StatedFact& stated) {
  return stated.denied ? Keep(picture.facts, stated) : picture.shows(stated.fact);
}

AnswerScore ScoreAnswer(std::span<const StatedFact> prompt, const AnswerReadings& readings,
                        const std::set<world::Topic>& left_out) {
  const std::vector<StatedFact> asked = Without(left_out, prompt);
  const auto keep = [](const std::vector<plan::Fact>& facts) {
    return [&facts](const StatedFact& stated) { return Keep(facts, stated); };
  };
  const auto show = [](const PictureReading& picture) {
    return [&picture](const StatedFact& stated) { return Shows(picture, stated); };
  };
  AnswerScore score;
  if (readings.plan) score.planned = Compare(asked, keep(*readings.plan));
  if (readings.picture) score.drawn = Compare(asked, show(*readings.picture));
  if (!readings.narrative) return score;
  const NarrativeReading& narrative = *readings.narrative;
  score.told = Compare(asked, keep(narrative.facts));
  if (readings.picture)
    score.agreement = Compare(Without(left_out, CountFacts(narrative.facts)), show(*readings.picture));
  score.faults = {static_cast<int>(narrative.faults.size()), narrative.sentences};
  return score;
}

}  // namespace diptych::eval
