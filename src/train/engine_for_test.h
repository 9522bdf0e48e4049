// The engine's side of the parity test, apart from libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/image.h"
#include "engine/model.h"
#include "model/config.h"
#include "text/answer_layout.h"

namespace diptych::train {

// A tiny model; its weights are to be overwritten.
void WriteModelForTest(const std::filesystem::path& folder);

struct EngineForTest {
  std::filesystem::path folder;
  engine::Precision precision = engine::Precision::kFloat32;

  // Logits of what follows a layout's texts and the pictures that it reads.
  std::vector<float> Logits(const text::Layout& layout, const std::vector<base::Image>& pictures) const;
  // Pixels [tokens, 3*Q*Q] drawn where `layout` draws its first picture, from unit noise of the same shape, with
  // classifier-free guidance against `unconditional`.
  struct Drawing {
    text::Layout layout, unconditional;
    std::vector<base::Image> pictures;  // of both
    int width = 0, height = 0;          // pixels
    int steps = 1;
    double guidance = 1;
  };
  std::vector<float> Draw(const Drawing& drawing, const std::vector<float>& noise) const;
};

}  // namespace diptych::train
