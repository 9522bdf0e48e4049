#include "train/towers.h"

#include "base/error.h"

namespace diptych::train {
namespace {

enum Tower : size_t { kUnderstanding, kGeneration, kTowers };

}  // namespace

Optimizer OptimizerOfTowers(const std::vector<model::TensorSpec>& specs, const std::vector<torch::Tensor>& parameters,
                            const OptimizerOptions& options) {
  std::vector<size_t> groups;
  for (const model::TensorSpec& spec : specs)
    groups.push_back(model::IsGeneration(spec.name) ? kGeneration : kUnderstanding);
  return Optimizer({specs, parameters, std::move(groups), kTowers}, options);
}

TowerNorms NormsOfTowers(const std::vector<double>& norms) {
  DIPTYCH_CHECK(norms.size() == kTowers, "the norms of two towers");
  return {.understanding = norms[kUnderstanding], .generation = norms[kGeneration]};
}

}  // namespace diptych::train
