// The engine's side of the parity test, apart from libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/image.h"
#include "engine/weights.h"
#include "model/config.h"

namespace diptych::train {

// A tiny model; its weights are to be overwritten.
void WriteModelForTest(const std::filesystem::path& folder);

struct EngineForTest {
  std::filesystem::path folder;
  engine::Precision precision = engine::Precision::kFloat32;

  // Logits of what follows `before`, "<img>", the picture, "</img>", `after`.
  std::vector<float> Logits(const std::string& before, const base::Image& picture, const std::string& after) const;
  // Pixels [tokens, 3*Q*Q] drawn after `words` from unit noise of the same shape; guidance leads away from `without`.
  struct Drawing {
    std::string words, without;
    int side = 0;  // pixels
    int steps = 1;
    double guidance = 1;
  };
  std::vector<float> Draw(const Drawing& drawing, const std::vector<float>& noise) const;
};

}  // namespace diptych::train
