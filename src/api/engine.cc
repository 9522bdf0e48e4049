// The public API over the parts it is made of.
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/picture_file.h"
#include "base/threads.h"
#include "coherence/answer.h"
#include "coherence/check.h"
#include "coherence/check_data.h"
#include "coherence/foreign.h"
#include "coherence/given_plan.h"
#include "coherence/plan_completion.h"
#include "coherence/plan_edit.h"
#include "coherence/plan_repair.h"
#include "coherence/question.h"
#include "coherence/skills.h"
#include "diptych/diptych.h"
#include "engine/generate.h"
#include "engine/look.h"
#include "record/answer_record.h"
#include "record/editable_answer.h"
#include "record/ending_warnings.h"
#include "record/picture_metadata.h"
#include "text/unicode.h"

namespace diptych {
namespace {

Picture PictureOf(base::Image image) {
  return {.width = image.width, .height = image.height, .rgb = std::move(image.rgb)};
}

base::Image ImageOf(const Picture& picture) {
  const bool whole = picture.width > 0 && picture.height > 0 &&
                     picture.rgb.size() == static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * 3;
  if (!whole) throw base::Error("picture", "it has not width x height x 3 values.", "fill Picture::rgb row by row.");
  return {picture.width, picture.height, picture.rgb};
}

text::Language LanguageFor(Language language, std::string_view prompt) {
  if (language == Language::kLikePrompt) return text::LanguageOf(prompt);
  return language == Language::kChinese ? text::Language::kChinese : text::Language::kEnglish;
}

std::vector<base::Image> ImagesOf(const std::vector<Picture>& pictures) {
  std::vector<base::Image> images;
  for (const Picture& picture : pictures) images.push_back(ImageOf(picture));
  return images;
}

// What the request sets, by the names of the table of options.
model::OptionValues OptionsOf(const Request& from) {
  model::OptionValues values;
  const auto add = [&values](std::string_view name, const auto& value) {
    if (!value) return;
    if constexpr (std::is_same_v<decltype(*value), const int&>)
      values[name] = int64_t{*value};
    else
      values[name] = *value;
  };
  add("width", from.width);
  add("height", from.height);
  add("steps", from.steps);
  add("candidates", from.candidates);
  add("repairs", from.repairs);
  add("guidance", from.guidance);
  add("picture_guidance", from.picture_guidance);
  add("guidance_rescale", from.guidance_rescale);
  add("guidance_from", from.guidance_from);
  add("guidance_to", from.guidance_to);
  add("shift", from.shift);
  add("solver", from.solver);
  add("temperature", from.temperature);
  add("top_p", from.top_p);
  add("max_new_tokens", from.max_new_tokens);
  add("pictures", from.max_pictures);
  return values;
}

engine::Listener ListenerOf(const Events& events) {
  engine::Listener listener;
  listener.cancelled = events.cancelled;
  listener.on_text = [&events](engine::Stage stage, std::string_view text) {
    const auto& heard = stage == engine::Stage::kPlan ? events.on_plan : events.on_narrative;
    if (heard) heard(text);
  };
  if (events.on_step)
    listener.on_step = [&events](int step, int steps, const base::Image& preview) {
      events.on_step(step, steps, PictureOf(preview));
    };
  return listener;
}

std::optional<bool> HoldsOf(coherence::Verdict verdict) {
  if (verdict == coherence::Verdict::kUnknown) return {};
  return verdict == coherence::Verdict::kHolds;
}

std::optional<std::pair<size_t, size_t>> WordsOf(const coherence::CheckedClaim& claim) {
  if (!claim.words) return {};
  return std::pair(claim.words->first, claim.words->last);
}

CheckedClaim ClaimOf(const coherence::CheckedClaim& claim) {
  CheckedClaim result{.text = claim.text,
                      .probability = claim.probability,
                      .holds = HoldsOf(claim.verdict),
                      .words = WordsOf(claim),
                      .states_nothing = claim.facts.empty(),
                      .picture = claim.picture};
  for (coherence::ClaimSource source : claim.sources) result.sources.emplace_back(coherence::NameOf(source));
  if (claim.box) result.box = {claim.box->left, claim.box->top, claim.box->right, claim.box->bottom};
  return result;
}

Figure FigureOf(const coherence::Figure& figure) { return {figure.holding, figure.count}; }

Report ReportOf(const coherence::Report& report) {
  Report result{.followed = FigureOf(report.followed()),
                .told = FigureOf(report.told()),
                .planned = FigureOf(report.planned()),
                .not_understood = report.not_understood,
                .not_planned = report.not_planned()};
  for (const coherence::NearThing& near : report.near) result.near.push_back({near.words, near.kind});
  for (const coherence::CheckedClaim& claim : report.claims) result.claims.push_back(ClaimOf(claim));
  return result;
}

}  // namespace

Picture LoadPicture(const std::filesystem::path& path) {
  base::PictureFile file = base::ReadPicture(path);
  std::string record = record::StoredRecord(file).value_or("");
  Picture picture = PictureOf(std::move(file.picture));
  picture.record = std::move(record);
  return picture;
}

void SavePicture(const Picture& picture, const std::filesystem::path& path) {
  const base::PictureFormat format = base::FormatOfName(path).value_or(base::PictureFormat::kPng);
  base::WriteFileAtomically(path, base::EncodePicture(ImageOf(picture), {}, format));
}

struct Engine::State {
  engine::Model model;
  coherence::CheckData check_data;
  int threads = 0;

  // A given plan is completed. Error also for one that makes no sense, and for a prompt that a strict request does not
  // allow.
  engine::GenerateRequest RequestOf(const Request& from, const Events& events) const;
  // Of an edit of one picture, where the model edits by plans.
  bool EditsByPlan(const Request& from) const {
    return from.pictures.size() == 1 && coherence::EditsByPlan(model.generation(), check_data);
  }
  coherence::AnswerEdit EditOf(const Request& from, const Events& events) const;
};

coherence::AnswerEdit Engine::State::EditOf(const Request& from, const Events& events) const {
  const Picture& picture = from.pictures[0];
  const base::Image image = ImageOf(picture);
  coherence::EditableAnswer answer;
  if (picture.record.empty()) {
    answer.request.options = engine::WithSizeOf(model, image, model.generation());
    answer.request.options.repairs = 0;
  } else {
    answer = record::EditableOf(record::ParseRecord(picture.record, "the picture's record"));
  }
  answer.request.seed += from.seed;
  answer.request.language = LanguageFor(from.narrative, from.prompt);
  answer.request.options.learned = model.generation().learned;
  answer.request.options = model::WithOptions(answer.request.options, OptionsOf(from));
  if (!from.check) answer.request.options.repairs = 0;
  if (answer.plan.empty())
    answer = coherence::ReadEditable(model, check_data, image, std::move(answer.request), events.cancelled);
  coherence::AnswerEdit edit =
      coherence::EditAnswer(model, check_data, answer, text::RepairUtf8(from.prompt), events.cancelled);
  if (from.strict) coherence::RequireUnderstood(edit.unknown, edit.near);
  return edit;
}

engine::GenerateRequest Engine::State::RequestOf(const Request& from, const Events& events) const {
  std::vector<base::Image> pictures = ImagesOf(from.pictures);
  const model::GenerationConfig defaults =
      pictures.empty() ? model.generation() : engine::WithSizeOf(model, pictures[0], model.generation());
  engine::GenerateRequest request{.prompt = text::RepairUtf8(from.prompt),
                                  .plan = from.plan,
                                  .language = LanguageFor(from.narrative, from.prompt),
                                  .seed = from.seed,
                                  .options = defaults,
                                  .pictures = std::move(pictures)};
  request.options = model::WithOptions(defaults, OptionsOf(from));
  if (!from.check) request.options.repairs = 0;
  if (from.plan) {
    coherence::CheckGivenPlan(*from.plan, check_data);
    request.plan = coherence::CompletePlan(model, check_data, request, events.cancelled);
  }
  if (from.strict) coherence::RequireUnderstood(request.prompt, check_data);
  return request;
}

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Engine Engine::Load(const std::filesystem::path& folder, int threads) {
  const int count = base::UseThreads(threads);
  return Engine(std::make_unique<State>(State{engine::Model::Load(folder), coherence::CheckData::Load(folder), count}));
}

Answer Engine::Generate(const Request& request, const Events& events) const {
  base::SetThreads(state_->threads);
  coherence::AnswerEdit edit;
  const bool by_plan = state_->EditsByPlan(request);
  if (by_plan) edit = state_->EditOf(request, events);
  const engine::GenerateRequest inner = by_plan ? edit.request : state_->RequestOf(request, events);
  coherence::CheckedAnswer made =
      coherence::MakeAnswer(state_->model, state_->check_data,
                            {.request = inner, .check = request.check, .boxes = request.boxes}, ListenerOf(events));
  Answer result;
  if (made.report) result.report = ReportOf(*made.report);
  for (const coherence::RepairStep& step : made.repair)
    result.repairs.push_back({std::string(NameOf(step.action)), step.failed, step.kept});
  result.unknown_words = by_plan ? edit.unknown : state_->check_data.UnknownWords(inner.prompt);
  result.warnings = model::UnlearnedOptions(inner.options);
  if (!edit.warning.empty()) result.warnings.push_back(edit.warning);
  if (request.plan && !by_plan)
    std::ranges::move(coherence::OddLines(*request.plan), std::back_inserter(result.warnings));
  std::ranges::move(record::EndingWarnings(made.answer, inner.options, record::OptionNaming::kFields),
                    std::back_inserter(result.warnings));
  const std::string record = record::RecordJson(record::RecordOf(inner, made.answer)).Line();
  result.plan = std::move(made.answer.plan);
  result.opening = std::move(made.answer.opening);
  result.picture = PictureOf(std::move(made.answer.picture));
  result.picture.record = record;
  result.narrative = std::move(made.answer.narrative);
  for (engine::Panel& panel : made.answer.further)
    result.further.push_back({PictureOf(std::move(panel.picture)), std::move(panel.text)});
  return result;
}

std::string Engine::Plan(const Request& request, const Events& events) const {
  base::SetThreads(state_->threads);
  const engine::GenerateRequest drawn =
      coherence::AsDrawn(state_->model, state_->check_data, state_->RequestOf(request, events), events.cancelled);
  return engine::MakePlan(state_->model, drawn, ListenerOf(events)).text;
}

std::string Engine::Describe(const Picture& picture, Language language) const {
  base::SetThreads(state_->threads);
  return engine::PictureLook(state_->model, ImageOf(picture)).Describe(LanguageFor(language, {}), {});
}

std::string Engine::Ask(const Picture& picture, std::string_view question) const {
  base::SetThreads(state_->threads);
  engine::PictureLook look(state_->model, ImageOf(picture));
  return coherence::ReplyTo(text::RepairUtf8(question), state_->check_data, look, {}).text;
}

std::string Engine::Ask(const std::vector<Picture>& pictures, std::string_view question) const {
  base::SetThreads(state_->threads);
  return engine::PictureLook(state_->model, ImagesOf(pictures))
      .Ask(state_->check_data.ForModel(text::RepairUtf8(question)), {});
}

Report Engine::Check(const Picture& picture, std::string_view text) const {
  base::SetThreads(state_->threads);
  return ReportOf(
      coherence::CheckText(state_->model, state_->check_data, ImageOf(picture), text::RepairUtf8(text), {}));
}

bool Engine::Knows(const Picture& picture) const {
  base::SetThreads(state_->threads);
  const base::Image image = ImageOf(picture);
  engine::PictureLook look(state_->model, image);
  return !coherence::IsForeign(state_->model, state_->check_data, look, image, {});
}

int Engine::size_step() const { return state_->model.config().token_pixels(); }

}  // namespace diptych
