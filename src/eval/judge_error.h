// Accuracy of a reader of pictures for each kind of fact: its sensitivity on true facts and its specificity on false
// facts, over pictures whose scene is known.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/image.h"
#include "world/repertoire.h"
#include "world/setting.h"

namespace diptych::eval {

using SceneReader = std::function<std::vector<world::Scene>(std::span<const base::Image>)>;

// Counts for one kind of fact.
struct Verdicts {
  int true_facts = 0, granted = 0;
  int false_facts = 0, refused = 0;
  // Sensitivity and specificity in percent; 0 where nothing was counted.
  double Granted() const { return true_facts > 0 ? 100.0 * granted / true_facts : 0; }
  double Refused() const { return false_facts > 0 ? 100.0 * refused / false_facts : 0; }
  // Whether the benchmark may count facts of this kind.
  bool Trusted() const { return Granted() >= kLeastTrusted && Refused() >= kLeastTrusted; }
  static constexpr double kLeastTrusted = 97;
};
using VerdictsByTopic = std::array<Verdicts, world::kTopics>;

// Counts the verdicts on each fact of the scene, and on each made false (world/setting.h, Change).
void CountVerdicts(const world::Scene& scene, const world::Scene& seen, uint64_t seed, VerdictsByTopic& verdicts);

// Whether the repertoire has what the setting states there, so that it can be asked for.
bool IsKnown(const world::Repertoire& repertoire, const world::Setting& setting, world::Topic topic, int subject);

struct JudgeError {
  int pictures = 0;
  VerdictsByTopic flat, all, blemished;  // exact ones of the flat style; exact ones of all; blemished ones of all
};
// Scenes of every combination, held out or not, by seed and index, of things that the repertoire has; no other thing is
// asked for either.
JudgeError MeasureJudge(const SceneReader& reader, int pictures, uint64_t seed, const world::Repertoire& repertoire);

// What a verdict is worth: the probability that a fact is true which the judge grants, or refuses, where it was as
// likely true as not. Kinds of fact that were not measured are taken as read without error.
struct VerdictWorth {
  std::array<double, world::kTopics + 1> granted, refused;
  VerdictWorth() {
    granted.fill(1);
    refused.fill(0);
  }
};
// By its errors on exact pictures of all styles.
VerdictWorth WorthOf(const JudgeError& error);

std::string TableOf(const JudgeError& error);  // Markdown
std::string JsonOf(const JudgeError& error);

}  // namespace diptych::eval
