// The public API over the parts it is made of.
#include <utility>

#include "base/error.h"
#include "base/png.h"
#include "base/threads.h"
#include "coherence/known_words.h"
#include "coherence/report.h"
#include "diptych/diptych.h"
#include "engine/generate.h"
#include "text/tokenizer.h"

namespace diptych {
namespace {

Picture PictureOf(Image image) { return {image.width, image.height, std::move(image.rgb)}; }

Image ImageOf(const Picture& picture) {
  const bool whole = picture.width > 0 && picture.height > 0 &&
                     picture.rgb.size() == static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * 3;
  if (!whole) throw Error("picture", "it has not width x height x 3 values.", "fill Picture::rgb row by row.");
  return {picture.width, picture.height, picture.rgb};
}

Language LanguageFor(Tongue tongue, std::string_view prompt) {
  if (tongue == Tongue::kLikePrompt) return LanguageOf(prompt);
  return tongue == Tongue::kChinese ? Language::kChinese : Language::kEnglish;
}

std::vector<Image> ImagesOf(const std::vector<Picture>& pictures) {
  std::vector<Image> images;
  for (const Picture& picture : pictures) images.push_back(ImageOf(picture));
  return images;
}

GenerateRequest RequestOf(const EngineRequest& from, const Model& model) {
  std::vector<Image> pictures = ImagesOf(from.pictures);
  const GenerationConfig defaults =
      pictures.empty() ? model.generation() : WithSizeOf(model, pictures[0], model.generation());
  GenerateRequest request{.prompt = RepairUtf8(from.prompt),
                          .plan = from.plan,
                          .language = LanguageFor(from.narrative, from.prompt),
                          .seed = from.seed,
                          .options = defaults,
                          .pictures = std::move(pictures)};
  request.options.width = from.width.value_or(defaults.width);
  request.options.height = from.height.value_or(defaults.height);
  request.options.steps = from.steps.value_or(defaults.steps);
  request.options.candidates = from.candidates.value_or(defaults.candidates);
  request.options.guidance = from.guidance.value_or(defaults.guidance);
  request.options.picture_guidance = from.picture_guidance.value_or(defaults.picture_guidance);
  request.options.max_pictures = from.max_pictures.value_or(defaults.max_pictures);
  return request;
}

Listener ListenerOf(const EngineEvents& events) {
  Listener listener;
  listener.cancelled = events.cancelled;
  listener.on_text = [&events](Stage stage, std::string_view text) {
    const auto& heard = stage == Stage::kPlan ? events.on_plan : events.on_narrative;
    if (heard) heard(text);
  };
  if (events.on_step)
    listener.on_step = [&events](int step, int steps, const Image& preview) {
      events.on_step(step, steps, PictureOf(preview));
    };
  return listener;
}

std::vector<ClaimVerdict> VerdictsOf(const Report& report) {
  std::vector<ClaimVerdict> verdicts;
  for (const CheckedClaim& claim : report.claims) {
    verdicts.push_back({claim.text, {}, claim.probability, claim.holds});
    for (ClaimSource source : claim.sources) verdicts.back().sources.emplace_back(NameOf(source));
  }
  return verdicts;
}

}  // namespace

Picture LoadPicture(const std::filesystem::path& path) { return PictureOf(ReadPng(path).picture); }

void SavePicture(const Picture& picture, const std::filesystem::path& path) { WritePng(path, ImageOf(picture), {}); }

struct Engine::State {
  Model model;
  std::optional<KnownWords> known_words;
  int threads = 0;
};

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Engine Engine::Load(const std::filesystem::path& folder, int threads) {
  UseThreads(threads);
  return Engine(std::make_unique<State>(State{Model::Load(folder), KnownWords::Load(folder), threads}));
}

EngineAnswer Engine::Generate(const EngineRequest& request, const EngineEvents& events) const {
  UseThreads(state_->threads);
  const GenerateRequest inner = RequestOf(request, state_->model);
  Answer answer = diptych::Generate(state_->model, inner, ListenerOf(events));
  EngineAnswer result;
  if (request.check)
    result.claims = VerdictsOf(CheckAnswer(state_->model, inner, answer, {.cancelled = events.cancelled}));
  if (state_->known_words) result.unknown_words = state_->known_words->UnknownIn(inner.prompt);
  result.plan = std::move(answer.plan);
  result.opening = std::move(answer.opening);
  result.picture = PictureOf(std::move(answer.picture));
  result.narrative = std::move(answer.narrative);
  for (Panel& panel : answer.further)
    result.further.push_back({PictureOf(std::move(panel.picture)), std::move(panel.text)});
  return result;
}

std::string Engine::Plan(const EngineRequest& request, const EngineEvents& events) const {
  UseThreads(state_->threads);
  return MakePlan(state_->model, RequestOf(request, state_->model), ListenerOf(events));
}

std::string Engine::Describe(const Picture& picture, Tongue tongue) const {
  UseThreads(state_->threads);
  return Look(state_->model, ImageOf(picture)).Describe(LanguageFor(tongue, {}), {});
}

std::string Engine::Ask(const Picture& picture, std::string_view question) const {
  UseThreads(state_->threads);
  return Look(state_->model, ImageOf(picture)).Ask(RepairUtf8(question), {});
}

std::string Engine::Ask(const std::vector<Picture>& pictures, std::string_view question) const {
  UseThreads(state_->threads);
  return Look(state_->model, ImagesOf(pictures)).Ask(RepairUtf8(question), {});
}

std::vector<ClaimVerdict> Engine::Check(const Picture& picture, std::string_view text) const {
  UseThreads(state_->threads);
  return VerdictsOf(CheckText(state_->model, ImageOf(picture), RepairUtf8(text), {}));
}

int Engine::size_step() const { return state_->model.config().token_pixels(); }

}  // namespace diptych
