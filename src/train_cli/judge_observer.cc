#include "train_cli/judge_observer.h"

#include "eval/seen_facts.h"

namespace diptych::train_cli {

std::vector<eval::PictureReading> JudgeObserver::Read(std::span<const base::Image> pictures) const {
  std::vector<eval::PictureReading> readings;
  for (const world::Scene& seen : judge_.Read(pictures)) {
    std::vector<plan::Fact> facts = eval::FactsSeen(seen);
    readings.push_back(
        {.shows = [facts](const plan::Fact& fact) { return plan::Contains(facts, fact); }, .facts = facts});
  }
  return readings;
}

eval::JudgeError JudgeObserver::Measure(int pictures, const world::Repertoire& shown) const {
  constexpr uint64_t kSeed = 1000;
  judge_.RequireKinds(shown);
  return eval::MeasureJudge([this](std::span<const base::Image> some) { return judge_.Read(some); }, pictures, kSeed,
                            shown);
}

std::vector<eval::ReaderQuality> QualityOf(const eval::JudgeError& error) {
  eval::ReaderQuality granted{.name = "judge: true facts granted", .by_topic = {}};
  eval::ReaderQuality refused{.name = "judge: false facts refused", .by_topic = {}};
  for (size_t topic = 0; topic < error.all.size(); ++topic) {
    const eval::Verdicts& verdicts = error.all[topic];
    if (verdicts.true_facts > 0) granted.by_topic[static_cast<world::Topic>(topic)] = verdicts.Granted() / 100;
    if (verdicts.false_facts > 0) refused.by_topic[static_cast<world::Topic>(topic)] = verdicts.Refused() / 100;
  }
  return {granted, refused};
}

}  // namespace diptych::train_cli
