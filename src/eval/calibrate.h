// Measures how far a model's yes or no about a picture can be believed, and corrects it: on pictures of the world,
// whose facts are known, and on pictures that the model draws, whose facts the benchmark's judge reads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "coherence/calibration.h"
#include "engine/model.h"
#include "eval/judge_error.h"

namespace diptych::eval {

// What a model said of one claim, and whether the claim is true.
struct Opinion {
  double probability = 0;  // P(true), as the model says it
  bool holds = false;
};
using OpinionsByProperty = std::map<std::string, std::vector<Opinion>>;

// Area under the ROC curve: the share of pairs of a true and a false claim in which the true one has the higher
// probability, ties half; 0.5 where there is no pair.
double AreaUnderCurve(std::span<const Opinion> opinions);
// Expected calibration error over ten equal bins, 0..1, of corrected probabilities; true and false claims have equal
// total weight.
double CalibrationError(std::span<const Opinion> opinions, const coherence::CalibrationCurve& curve);
// Platt scaling, fitted on one half of the opinions by Newton's method and measured on the other; true and false claims
// have equal total weight.
coherence::CalibrationCurve FitCurve(std::span<const Opinion> opinions);

struct CalibrationOptions {
  int exact = 300;  // pictures of held-out scenes as the world draws them
  int drawn = 200;  // of their plans, as the model draws them; needs a judge
  uint64_t seed = 1;
  const world::Repertoire* known = nullptr;  // of what scenes and claims are; null: of everything
  std::vector<base::Image> foreign{};        // pictures that are none of the world's; empty: nothing is learnt of them
  std::function<void(int done, int all)> on_progress{};  // pictures
  std::function<bool()> cancelled{};                     // true: base::Cancelled is thrown
};
struct CalibrationMeasurement {
  OpinionsByProperty exact, drawn;
  coherence::Calibration calibration;  // of both together
};
// `held_out` lists the combinations that training never shows. Without a judge nothing is drawn. On drawn pictures only
// those kinds of fact count that the judge reads right in 97 of 100 cases.
CalibrationMeasurement MeasureCalibration(const engine::Model& model, const world::HeldOut& held_out,
                                          const SceneReader& judge, const CalibrationOptions& options);

// Markdown: by kind of fact AUC on both sorts of pictures, true ones granted and false ones refused by the verdict,
// those without a verdict, and the calibration error. The row "picture" is of whether a picture is one of the world's.
std::string TableOf(const CalibrationMeasurement& measurement);

}  // namespace diptych::eval
