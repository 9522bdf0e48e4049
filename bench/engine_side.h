// Diptych's engine as a contestant.
#pragma once

#include <memory>
#include <vector>

#include "engine/generate.h"
#include "workload.h"

namespace diptych::bench {

class EngineSide {
 public:
  EngineSide(const engine::Model& model, const Workload& load);
  ~EngineSide();

  engine::Answer WholeAnswer();
  // Logits after each of the load's text ids, read one by one after the prompt's turn: [text ids, V].
  std::vector<float> Logits(int count);
  void Prefill();  // of the load's text, in one pass
  // Decodes `tokens` tokens greedily after the prompt's turn. Returns the seconds without the prefill of the turn.
  double Decode(int tokens);
  // Draws the load's picture over contexts as long as the answer's, in the layout of PixelTokens; adds the seconds of
  // each step.
  std::vector<float> Draw(std::vector<double>* step_seconds);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diptych::bench
