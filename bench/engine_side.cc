#include "engine_side.h"

#include <algorithm>

#include "clock.h"
#include "engine/session.h"

namespace diptych::bench {

struct EngineSide::State {
  State(const engine::Model& of, const Workload& what) : model(of), load(what) {}

  const engine::Model& model;
  const Workload& load;
  engine::Session session{model.weights()};

  engine::Context Read(std::span<const int32_t> ids) {
    engine::Context context(model.weights());
    session.Read(context, engine::Passage().Text(ids));
    return context;
  }
};

EngineSide::EngineSide(const engine::Model& model, const Workload& load)
    : state_(std::make_unique<State>(model, load)) {}
EngineSide::~EngineSide() = default;

engine::Answer EngineSide::WholeAnswer() {
  const engine::GenerateRequest request{.prompt = state_->load.prompt,
                                        .plan = std::nullopt,
                                        .language = text::Language::kEnglish,
                                        .seed = 1,
                                        .options = state_->load.options};
  return engine::Generate(state_->model, request, {});
}

std::vector<float> EngineSide::Logits(int count) {
  engine::Context context = state_->Read(state_->load.turn);
  std::vector<float> all;
  for (int i = 0; i < count; ++i) {
    state_->session.Read(context,
                         engine::Passage().Text(std::span(state_->load.text).subspan(static_cast<size_t>(i), 1)));
    const std::vector<float> logits = state_->session.NextLogits();
    all.insert(all.end(), logits.begin(), logits.end());
  }
  return all;
}

void EngineSide::Prefill() {
  state_->Read(state_->load.text);
  state_->session.NextLogits();
}

double EngineSide::Decode(int tokens) {
  engine::Context context = state_->Read(state_->load.turn);
  const Stopwatch watch;
  for (int i = 0; i < tokens; ++i) {
    const std::vector<float> logits = state_->session.NextLogits();
    const auto id = static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
    state_->session.Read(context, engine::Passage().Text(std::span(&id, 1)));
  }
  return watch.seconds();
}

std::vector<float> EngineSide::Draw(std::vector<double>* step_seconds) {
  const Workload& load = state_->load;
  engine::Context full = state_->Read(load.Conditioned()), nothing = state_->Read(load.nothing);
  const int side = state_->model.config().token_pixels();
  const engine::PixelTokens noise{{load.options.height / side, load.options.width / side}, side, load.noise};
  engine::FlowListener listener;
  Stopwatch watch;
  listener.on_step = [&](int, const engine::PixelTokens&) {
    step_seconds->push_back(watch.seconds());
    watch = Stopwatch();
  };
  const engine::FlowOptions options{.steps = load.options.steps,
                                    .shift = load.options.shift,
                                    .heun = false,
                                    .guidance = load.options.guidance,
                                    .picture_guidance = 1,
                                    .guidance_from = load.options.guidance_from,
                                    .guidance_to = load.options.guidance_to,
                                    .rescale = engine::Rescale::kNone};
  return state_->session.Draw({&full, &nothing, nullptr}, options, {&noise, 1}, listener).front().values;
}

}  // namespace diptych::bench
