// The model of docs/model-family.md in eager libtorch, as someone who knows PyTorch would write it for inference:
// weights in the compute type, joined projections, a KV cache, conditional and unconditional context in one batch. What
// the engine is compared with.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/config.h"
#include "model/safetensors.h"

namespace diptych::bench {

enum class EagerType { kFloat32, kBFloat16 };

struct EagerDrawing {
  int rows = 0, columns = 0;  // of tokens
  int steps = 0;
  double shift = 1, guidance = 1, guidance_from = 0, guidance_to = 1;
  std::span<const float> noise;  // unit normal, [tokens, (row, column, channel)]
};

// The KV cache of a sequence.
struct EagerContext;

class EagerModel {
 public:
  EagerModel(const model::ModelConfig& config, const model::SafetensorsFile& file, EagerType type);
  ~EagerModel();

  std::unique_ptr<EagerContext, void (*)(EagerContext*)> NewContext() const;
  // Appends text; logits [V] of what follows it.
  std::vector<float> Read(EagerContext& context, std::span<const int32_t> ids) const;
  // Appends a picture of tokens [tokens, (row, column, channel)] in [-1, 1], and text after it.
  void ReadPicture(EagerContext& context, const EagerDrawing& size, std::span<const float> pixels,
                   std::span<const int32_t> after) const;
  // Appends `tokens` tokens by greedy decoding.
  void Write(EagerContext& context, int tokens) const;
  // Euler steps from noise; returns pixels in the same layout. Adds the seconds of each step when asked.
  std::vector<float> Draw(const EagerContext& full, const EagerContext& nothing, const EagerDrawing& drawing,
                          std::vector<double>* step_seconds) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Threads of libtorch's operations.
void UseEagerThreads(int threads);
const char* EagerVersion();

}  // namespace diptych::bench
