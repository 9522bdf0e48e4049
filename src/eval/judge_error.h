// How far a reader of pictures can be trusted, for each kind of fact: its verdicts on true and on false facts of
// pictures whose scene is known.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/image.h"
#include "world/setting.h"

namespace diptych::eval {

using SceneReader = std::function<std::vector<world::Scene>(std::span<const base::Image>)>;

// Of one kind of fact.
struct Verdicts {
  int true_facts = 0, granted = 0;
  int false_facts = 0, refused = 0;
  // Shares in percent; 0 where nothing was asked.
  double Granted() const { return true_facts > 0 ? 100.0 * granted / true_facts : 0; }
  double Refused() const { return false_facts > 0 ? 100.0 * refused / false_facts : 0; }
  // A kind that the benchmark may use.
  bool Trusted() const { return Granted() >= kLeastTrusted && Refused() >= kLeastTrusted; }
  static constexpr double kLeastTrusted = 97;
};
using VerdictsByTopic = std::array<Verdicts, world::kTopics>;

// Counts the verdicts on each fact of the scene, and on each made false (world/setting.h, Change).
void CountVerdicts(const world::Scene& scene, const world::Scene& seen, uint64_t seed, VerdictsByTopic& verdicts);

struct JudgeError {
  int pictures = 0;
  VerdictsByTopic flat, all, blemished;  // exact in the flat style; exact in all styles; all styles, blemished
};
// Scenes of every combination, held out or not, by seed and index.
JudgeError MeasureJudge(const SceneReader& reader, int pictures, uint64_t seed);

std::string TableOf(const JudgeError& error);  // Markdown
std::string JsonOf(const JudgeError& error);

}  // namespace diptych::eval
