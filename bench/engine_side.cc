#include "engine_side.h"

#include <algorithm>

#include "clock.h"
#include "engine/session.h"

namespace diptych::bench {

struct EngineSide::State {
  State(const Model& of, const Workload& what) : model(of), load(what) {}

  const Model& model;
  const Workload& load;
  Session session{model.weights()};

  Context Read(std::span<const int32_t> ids) {
    Context context(model.weights());
    session.Read(context, Passage().Text(ids));
    return context;
  }
};

EngineSide::EngineSide(const Model& model, const Workload& load) : state_(std::make_unique<State>(model, load)) {}
EngineSide::~EngineSide() = default;

Answer EngineSide::WholeAnswer() {
  const GenerateRequest request{.prompt = state_->load.prompt,
                                .plan = std::nullopt,
                                .language = Language::kEnglish,
                                .seed = 1,
                                .options = state_->load.options};
  return Generate(state_->model, request, {});
}

std::vector<float> EngineSide::Logits(int count) {
  Context context = state_->Read(state_->load.turn);
  std::vector<float> all;
  for (int i = 0; i < count; ++i) {
    state_->session.Read(context, Passage().Text(std::span(state_->load.text).subspan(static_cast<size_t>(i), 1)));
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
  Context context = state_->Read(state_->load.turn);
  const Stopwatch watch;
  for (int i = 0; i < tokens; ++i) {
    const std::vector<float> logits = state_->session.NextLogits();
    const auto id = static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
    state_->session.Read(context, Passage().Text(std::span(&id, 1)));
  }
  return watch.seconds();
}

std::vector<float> EngineSide::Draw(std::vector<double>* step_seconds) {
  const Workload& load = state_->load;
  Context full = state_->Read(load.Conditioned()), nothing = state_->Read(load.nothing);
  const int side = state_->model.config().token_pixels();
  const PixelTokens noise{{load.options.height / side, load.options.width / side}, side, load.noise};
  FlowListener listener;
  Stopwatch watch;
  listener.on_step = [&](int, const PixelTokens&) {
    step_seconds->push_back(watch.seconds());
    watch = Stopwatch();
  };
  const FlowOptions options{.steps = load.options.steps,
                            .shift = load.options.shift,
                            .heun = false,
                            .guidance = load.options.guidance,
                            .picture_guidance = 1,
                            .guidance_from = load.options.guidance_from,
                            .guidance_to = load.options.guidance_to,
                            .rescale = Rescale::kNone};
  return state_->session.Draw({&full, &nothing, nullptr}, options, {&noise, 1}, listener).front().values;
}

}  // namespace diptych::bench
