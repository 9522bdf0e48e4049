#include "engine/generate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "base/error.h"
#include "engine/layout_passage.h"
#include "engine/picture_input.h"
#include "engine/plan_likelihood.h"
#include "engine/session.h"
#include "engine/writer.h"
#include "text/layout_tokens.h"

namespace diptych::engine {
namespace {

// Streams of random numbers of a request; a story's further pictures and texts have streams of their own.
constexpr uint64_t kNoiseStream = 0, kPlanStream = 1, kNarrativeStream = 2, kOpeningStream = 3, kStreamsOfPanel = 4;

class Stopwatch {
 public:
  // Seconds since the last call, or since construction.
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(start_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// One request on its way from the prompt to the end of its answer, as text/answer_layout.h orders it.
class Answering {
 public:
  Answering(const Model& model, const GenerateRequest& request, const Listener& listener)
      : model_(model),
        tokenizer_(model.tokenizer()),
        request_(request),
        listener_(listener),
        session_(model.weights(), listener.on_read),
        context_(model.weights()),
        pictures_only_(model.weights()),
        unconditional_(model.weights()),
        pictures_(ReadablePixels(model, request.pictures)),
        plan_(request.plan) {}

  Answer Run() {
    const bool story = request_.options.max_pictures > 1;
    Follow(story ? text::StoryBeginning(Parts()) : text::AnswerLayout(Parts()));
    while (continues_)
      Follow(text::StoryPanel({.picture = static_cast<int>(pictures_.size()), .scope = request_.scope}));
    return std::move(answer_);
  }

 private:
  // The parts of the answer that the request gives; the model makes the others.
  text::AnswerParts Parts() const {
    const bool translates = !text::IsPlainly(request_.language, request_.prompt);
    const bool plans = request_.options.plan;
    return {.prompt = request_.prompt,
            .mid_sentence = model_.generation().mid_sentence,
            .requested_language = translates ? std::optional(request_.language) : std::nullopt,
            .pictures = static_cast<int>(request_.pictures.size()),
            .planning = plan_   ? text::Planning::kGiven
                        : plans ? text::Planning::kWritten
                                : text::Planning::kNone,
            .plan = plan_.value_or(""),
            .scope = request_.scope};
  }

  // The pieces of a layout in order; a stage's fixed pieces are read in one pass.
  void Follow(const text::Layout& layout) {
    for (std::span<const text::Piece> pieces : text::StagesOf(layout)) {
      if (listener_.on_stage) listener_.on_stage(pieces.front().stage);
      switch (pieces.front().stage) {
        case Stage::kPrompt:
          ReadPrompt(pieces);
          break;
        case Stage::kPlan:
          Plan(pieces);
          break;
        case Stage::kPicture:
          Picture(pieces);
          break;
        case Stage::kNarrative:
          Narrative(pieces);
          break;
      }
    }
  }

  void ReadPrompt(std::span<const text::Piece> pieces) {
    const Passage passage = PassageOf(tokenizer_, pieces, pictures_);
    if (passage.positions() > model_.config().max_positions - kPositionsAfterPrompt)
      throw base::Error("prompt",
                        "it has " + std::to_string(passage.positions()) + " tokens, the limit is " +
                            std::to_string(std::max(0, model_.config().max_positions - kPositionsAfterPrompt)) + ".",
                        "shorten it.");
    session_.Read(context_, passage);
    unread_pictures_ = Unconditional(static_cast<int>(request_.pictures.size()));
    answer_.timings.prompt_tokens = passage.positions();
    answer_.timings.prompt_s = watch_.Lap();
  }

  // The thinking block holds the plan: the user's, or the model's own.
  void Plan(std::span<const text::Piece> pieces) {
    if (plan_) {
      ReadGivenPlan(pieces);
    } else {
      const std::vector<int32_t> start = Start(Stage::kPlan, request_.plan_start);
      const Written written = Write(Stage::kPlan, kPlanStream);
      answer_.plan = request_.plan_start + written.text;
      answer_.plan_cut = written.stop < 0;
      answer_.timings.plan_tokens = static_cast<int>(start.size() + written.ids.size());
      if (request_.review_plan) plan_ = request_.review_plan(answer_.plan);
      if (plan_)
        Replan();
      else
        Close(written, text::TokensOf(tokenizer_, pieces.back()));
    }
    answer_.timings.plan_s += watch_.Lap();
  }

  void ReadGivenPlan(std::span<const text::Piece> pieces) {
    answer_.plan = *plan_;
    const Passage passage = PassageOf(tokenizer_, pieces);
    const int end = static_cast<int>(text::TokensOf(tokenizer_, pieces.back()).size());
    answer_.timings.plan_tokens = passage.positions() - end;
    CheckRoom(passage.positions());
    session_.Read(context_, passage);
  }

  // Prefills prompt and plan anew, with `plan_` in place of the plan that the model wrote.
  void Replan() {
    context_ = Context(model_.weights());
    answer_.plan_replaced = true;
    answer_.plan_cut = false;
    const text::Layout layout = text::AnswerLayout(Parts());
    for (std::span<const text::Piece> pieces : text::StagesOf(layout)) {
      if (pieces.front().stage == Stage::kPrompt)
        session_.Read(context_, PassageOf(tokenizer_, pieces, pictures_));
      else if (pieces.front().stage == Stage::kPlan)
        ReadGivenPlan(pieces);
    }
  }

  // Prefills the given beginning of a text that the model continues; returns its tokens.
  std::vector<int32_t> Start(Stage stage, const std::string& text) {
    const std::vector<int32_t> ids = tokenizer_.EncodeOrdinary(text);
    if (ids.empty()) return ids;
    if (stage == Stage::kPlan) CheckRoom(static_cast<int>(ids.size()));
    session_.Read(context_, Passage().Text(ids));
    if (listener_.on_text) listener_.on_text(stage, text);
    return ids;
  }

  // Prefills the tokens `ids`, which end a text in training, less those that the model wrote before it stopped.
  void Close(const Written& written, std::vector<int32_t> ids) {
    const auto end = std::find(ids.begin(), ids.end(), written.stop);
    const auto before = end - ids.begin();
    const bool begun = end != ids.end() && before <= static_cast<std::ptrdiff_t>(written.ids.size()) &&
                       std::equal(ids.begin(), end, written.ids.end() - before);
    if (begun) ids.erase(ids.begin(), end);
    session_.Read(context_, Passage().Text(ids));
  }

  // Begins a picture and draws it.
  void Picture(std::span<const text::Piece> pieces) {
    continues_ = false;
    const Passage begin = PassageOf(tokenizer_, pieces);
    session_.Read(context_, begin);
    if (drawn_ > 0) unread_pictures_.Append(begin);  // the first picture's is there from the start
    const bool draws = pieces.back().kind == text::PieceKind::kPictureDrawn;
    base::Image picture = draws ? Draw() : base::Image{};
    // The context reads the picture as the user gets it: rounded to 8 bits.
    pictures_.push_back(draws ? FromImage(picture, model_.config().token_pixels()) : PixelTokens{});
    if (++drawn_ == 1)
      answer_.picture = std::move(picture);
    else
      answer_.further.push_back({std::move(picture), ""});
  }

  // Prefills the finished picture, unless the scope hides it, and lets the model write.
  void Narrative(std::span<const text::Piece> pieces) {
    const std::span<const text::Piece> fixed = text::BeforeWritten(pieces);
    if (!fixed.empty()) {
      const Passage passage = PassageOf(tokenizer_, fixed, pictures_);
      session_.Read(context_, passage);
      if (request_.options.max_pictures > 1) unread_pictures_.Append(passage);
    }
    std::string& text = drawn_ > 1 ? answer_.further.back().text : drawn_ == 1 ? answer_.narrative : answer_.opening;
    continues_ = Tell(&text) && request_.options.max_pictures > 1;
  }

  // Draws the picture that the sequence so far describes. Of several candidates it keeps the one with the highest
  // PlanLikelihood, among equals the first.
  base::Image Draw() {
    if (request_.known && request_.known->redrawn.empty()) return request_.known->picture;
    ReadGuidanceContexts();
    std::vector<PixelTokens> noises;
    for (int candidate = 0; candidate < request_.options.candidates; ++candidate) noises.push_back(Noise(candidate));
    const std::vector<PixelTokens> drawings =
        session_.Draw({&context_, &pictures_only_, &unconditional_}, Flow(), noises, FlowEvents());
    base::Image best = ToImage(drawings.front());
    double most = drawings.size() > 1 ? PlanLikelihood(model_, session_, best, answer_.plan) : 0;
    for (size_t candidate = 1; candidate < drawings.size(); ++candidate) {
      base::Image other = ToImage(drawings[candidate]);
      const double seen = PlanLikelihood(model_, session_, other, answer_.plan);
      if (seen <= most) continue;
      best = std::move(other);
      most = seen;
    }
    answer_.timings.steps += request_.options.steps;
    answer_.timings.picture_s += watch_.Lap();
    return best;
  }

  // Prefills the contexts that classifier-free guidance needs at the current options: with the text dropped, and with
  // text and pictures dropped. While no picture is in context the two are the same, and the first is enough.
  void ReadGuidanceContexts() {
    const FlowOptions flow = Flow();
    const bool guided = flow.guidance > 1 || flow.picture_guidance > 1;
    if (guided && flow.guidance != flow.picture_guidance)
      session_.Read(pictures_only_, std::exchange(unread_pictures_, {}));
    if (guided && flow.picture_guidance != 1 && unconditional_.length() == 0)
      session_.Read(unconditional_, Unconditional(0));
  }

  // The unconditional prompt of classifier-free guidance: a turn without words, up to where the picture is drawn.
  Passage Unconditional(int pictures) const {
    const bool thinks = model_.generation().plan;
    return PassageOf(tokenizer_, text::UnconditionalLayout({.pictures = pictures, .thinks = thinks}), pictures_);
  }

  // Writes until the model ends the answer or begins a picture. Returns whether it begins one that there is room for.
  bool Tell(std::string* text) {
    const uint64_t stream = drawn_ == 0 ? kOpeningStream : StreamOf(kNarrativeStream, drawn_ - 1);
    Start(Stage::kNarrative, request_.narrative_start);
    const Written written = Write(Stage::kNarrative, stream);
    *text = request_.narrative_start + written.text;
    answer_.text_cut |= written.stop < 0;
    answer_.timings.narrative_tokens += static_cast<int>(written.ids.size());
    answer_.timings.narrative_s += watch_.Lap();
    if (written.stop != tokenizer_.Find(text::kPictureStart)) return false;
    if (model_.config().max_positions - context_.next_t() < kPositionsAfterPlan)
      answer_.ending = Ending::kPositionLimit;
    else if (drawn_ >= request_.options.max_pictures)
      answer_.ending = Ending::kPictureLimit;
    return answer_.ending == Ending::kModel;
  }

  static uint64_t StreamOf(uint64_t stream, int panel) {
    return stream + kStreamsOfPanel * static_cast<uint64_t>(panel);
  }

  Written Write(Stage stage, uint64_t stream) {
    const model::GenerationConfig& o = request_.options;
    WriteOptions options{.sampling = {o.temperature, o.top_p},
                         .max_tokens = o.max_new_tokens,
                         .seed = request_.seed,
                         .stream = stream,
                         .on_text = nullptr,
                         .cancelled = listener_.cancelled};
    options.keeps_space = !(stage == Stage::kPlan ? request_.plan_start : request_.narrative_start).empty();
    if (stage == Stage::kNarrative && !text::IsPlainly(request_.language, request_.prompt))
      options.allowed = AllowedIn(request_.language);
    if (stage == Stage::kPlan) {
      const int room = model_.config().max_positions - context_.next_t() - kPositionsAfterPlan;
      options.max_tokens = std::min(options.max_tokens, std::max(room, 0));
    }
    if (listener_.on_text) options.on_text = [&](std::string_view text) { listener_.on_text(stage, text); };
    return WriteText(session_, context_, tokenizer_, options);
  }

  // By token id: whether a text of the language may hold it.
  std::span<const bool> AllowedIn(text::Language language) {
    if (!allowed_) {
      const auto tokens = static_cast<size_t>(tokenizer_.vocabulary_size());
      allowed_ = std::make_unique<bool[]>(tokens);
      for (size_t id = 0; id < tokens; ++id) {
        const auto token = static_cast<int32_t>(id);
        allowed_[id] = tokenizer_.IsSpecial(token) || text::MayStandIn(language, tokenizer_.Decode({&token, 1}));
      }
    }
    return {allowed_.get(), static_cast<size_t>(tokenizer_.vocabulary_size())};
  }

  FlowOptions Flow() const {
    const model::GenerationConfig& o = request_.options;
    return {.steps = o.steps,
            .shift = o.shift,
            .heun = o.solver == "heun",
            .guidance = o.guidance,
            .picture_guidance = drawn_ > 0 || !request_.pictures.empty() ? o.picture_guidance : 1,
            .guidance_from = o.guidance_from,
            .guidance_to = o.guidance_to,
            .rescale = ParseRescale(o.guidance_rescale),
            .known = Known()};
  }

  std::optional<KnownPixels> Known() const {
    if (!request_.known) return {};
    KnownPixels known{.clean = FromImage(request_.known->picture, model_.config().token_pixels()), .redrawn = {}};
    const int width = known.clean.width(), height = known.clean.height();
    std::vector<float> planes(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
    for (const Region& region : request_.known->redrawn) {
      const auto inside = [](double first, double last, int at, int side) {
        return at + 0.5 >= first * side && at + 0.5 <= last * side;
      };
      for (size_t i = 0; i < planes.size(); ++i) {
        const int x = static_cast<int>(i % static_cast<size_t>(width));
        const int y = static_cast<int>(i / static_cast<size_t>(width) % static_cast<size_t>(height));
        if (inside(region.left, region.right, x, width) && inside(region.top, region.bottom, y, height)) planes[i] = 1;
      }
    }
    known.redrawn = FromPlanes(planes, known.clean.tokens, known.clean.side).values;
    return known;
  }

  PixelTokens Noise(int candidate) const {
    const int side = model_.config().token_pixels();
    PixelTokens noise{{request_.options.height / side, request_.options.width / side}, side, {}};
    noise.values.resize(static_cast<size_t>(noise.width()) * static_cast<size_t>(noise.height()) * 3);
    const uint64_t first = static_cast<uint64_t>(candidate) * noise.values.size();
    base::FillNormal(request_.seed, StreamOf(kNoiseStream, drawn_), first, noise.values);
    return noise;
  }

  FlowListener FlowEvents() const {
    FlowListener events;
    events.on_velocity = [this](int, std::span<const float>) {
      if (listener_.cancelled && listener_.cancelled()) throw base::Cancelled();
    };
    if (listener_.on_step)
      events.on_step = [this](int step, const PixelTokens& clean) {
        listener_.on_step(step + 1, request_.options.steps, ToImage(clean));
      };
    return events;
  }

  void CheckRoom(int plan_tokens) const {
    const int room = std::max(0, model_.config().max_positions - context_.next_t() - kPositionsAfterPlan);
    if (plan_tokens > room)
      throw base::Error(
          "plan", "it has " + std::to_string(plan_tokens) + " tokens, there is room for " + std::to_string(room) + ".",
          "shorten the plan or the prompt.");
  }

  // Positions of the context to keep free for the rest of an answer: ends of blocks, a picture, some words.
  static constexpr int kPositionsAfterPlan = 16, kPositionsAfterPrompt = 24;

  const Model& model_;
  const text::Tokenizer& tokenizer_;
  const GenerateRequest& request_;
  const Listener& listener_;
  Stopwatch watch_;
  Session session_;
  Context context_;                    // the answer so far
  Context pictures_only_;              // for guidance: the same with the text dropped
  Passage unread_pictures_;            // what pictures_only_ has still to read, if guidance ever needs it
  Context unconditional_;              // for guidance: text and pictures dropped; empty until it is needed
  std::vector<PixelTokens> pictures_;  // the request's, then those drawn, by their numbers in the layout
  int drawn_ = 0;                      // pictures
  bool continues_ = false;             // with a picture that the model has begun
  std::optional<std::string> plan_;    // given, or the reviewer's
  std::unique_ptr<bool[]> allowed_;    // AllowedIn
  Answer answer_;
};

void CheckKnown(const GenerateRequest& request) {
  if (!request.known) return;
  const base::Image& picture = request.known->picture;
  if (request.options.max_pictures > 1)
    throw base::Error("options", "a story cannot be made around a finished picture.");
  if (picture.width != request.options.width || picture.height != request.options.height)
    throw base::Error("options", "the finished picture is of " + std::to_string(picture.width) + " x " +
                                     std::to_string(picture.height) + " pixels, the options say " +
                                     std::to_string(request.options.width) + " x " +
                                     std::to_string(request.options.height) + ".");
}

void CheckRequest(const Model& model, const GenerateRequest& request) {
  model::CheckOptions(request.options);
  CheckKnown(request);
  CheckSize(model.config(), request.options);
  if (request.options.max_pictures > 1) RequireSkill(model, model::Skill::kStory);
  if (!request.pictures.empty()) RequireSkill(model, model::Skill::kEdit);
  if (request.options.candidates > 1 && !request.plan && !request.options.plan)
    throw base::Error("options", "several candidates are asked for, but there is no plan to choose between them by.",
                      "give a plan, or ask for one candidate.");
  if (request.prompt.find_first_not_of(" \t\r\n") == std::string::npos)
    throw base::Error("prompt", "it is empty.", "say what to draw.");
}

}  // namespace

model::GenerationConfig WithSizeOf(const Model& model, const base::Image& picture, model::GenerationConfig options) {
  const PixelTokens pixels = ReadablePixels(model, picture);
  options.width = pixels.width();
  options.height = pixels.height();
  return options;
}

Answer Generate(const Model& model, const GenerateRequest& request, const Listener& listener) {
  CheckRequest(model, request);
  return Answering(model, request, listener).Run();
}

WrittenPlan MakePlan(const Model& model, const GenerateRequest& request, const Listener& listener) {
  CheckRequest(model, request);
  if (!request.plan && !request.options.plan) throw base::Error("plan", "this model writes no plans.");
  GenerateRequest plan_alone = request;
  plan_alone.scope = Scope::kPlanAlone;
  Answer answer = Answering(model, plan_alone, listener).Run();
  return {.text = std::move(answer.plan), .cut = answer.plan_cut};
}

}  // namespace diptych::engine
