#include "eager_side.h"

#include "clock.h"

namespace diptych::bench {

EagerSide::EagerSide(const std::filesystem::path& folder, const model::ModelConfig& config, const Workload& load,
                     EagerType type)
    : config_(config), load_(load), model_(config, model::SafetensorsFile(folder / "model.safetensors"), type) {}

EagerDrawing EagerSide::Drawing() const {
  const model::GenerationConfig& o = load_.options;
  const int side = config_.token_pixels();
  return {.rows = o.height / side,
          .columns = o.width / side,
          .steps = o.steps,
          .shift = o.shift,
          .guidance = o.guidance,
          .guidance_from = o.guidance_from,
          .guidance_to = o.guidance_to,
          .noise = load_.noise};
}

void EagerSide::WholeAnswer() const {
  const auto context = model_.NewContext(), nothing = model_.NewContext();
  model_.Read(*context, load_.turn);
  model_.Write(*context, load_.plan_tokens);
  model_.Read(*context, load_.after_plan);
  if (load_.options.guidance > 1) model_.Read(*nothing, load_.nothing);
  const std::vector<float> pixels = model_.Draw(*context, *nothing, Drawing(), nullptr);
  model_.ReadPicture(*context, Drawing(), pixels, load_.picture_end);
  model_.Write(*context, load_.narrative_tokens);
}

std::vector<float> EagerSide::Logits(int count) const {
  const auto context = model_.NewContext();
  model_.Read(*context, load_.turn);
  std::vector<float> all;
  for (int i = 0; i < count; ++i) {
    const std::vector<float> logits = model_.Read(*context, std::span(load_.text).subspan(static_cast<size_t>(i), 1));
    all.insert(all.end(), logits.begin(), logits.end());
  }
  return all;
}

void EagerSide::Prefill() const { model_.Read(*model_.NewContext(), load_.text); }

double EagerSide::Decode(int tokens) const {
  const auto context = model_.NewContext();
  model_.Read(*context, load_.turn);
  const Stopwatch watch;
  model_.Write(*context, tokens);
  return watch.seconds();
}

std::vector<float> EagerSide::Draw(std::vector<double>* step_seconds) const {
  const auto full = model_.NewContext(), nothing = model_.NewContext();
  model_.Read(*full, load_.Conditioned());
  model_.Read(*nothing, load_.nothing);
  return model_.Draw(*full, *nothing, Drawing(), step_seconds);
}

}  // namespace diptych::bench
