// Eager libtorch as a contestant, on the same weights and the same load as EngineSide.
#pragma once

#include <vector>

#include "eager_model.h"
#include "workload.h"

namespace diptych::bench {

class EagerSide {
 public:
  EagerSide(const std::filesystem::path& folder, const model::ModelConfig& config, const Workload& load,
            EagerType type);

  // As long as the engine's answer: the load's counts of plan and narrative tokens.
  void WholeAnswer() const;
  std::vector<float> Logits(int count) const;
  void Prefill() const;
  double Decode(int tokens) const;
  std::vector<float> Draw(std::vector<double>* step_seconds) const;

 private:
  EagerDrawing Drawing() const;

  model::ModelConfig config_;
  const Workload& load_;
  EagerModel model_;
};

}  // namespace diptych::bench
