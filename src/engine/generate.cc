#include "engine/generate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "engine/picture_input.h"
#include "engine/seen_plan.h"
#include "engine/session.h"
#include "engine/writer.h"

namespace diptych::engine {
namespace {

// Streams of random numbers of a request; a story's further pictures and texts have streams of their own.
constexpr uint64_t kNoiseStream = 0, kPlanStream = 1, kNarrativeStream = 2, kOpeningStream = 3, kStreamsOfPanel = 4;

constexpr int kMaxPictureTokens = 1 << 16;

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

[[noreturn]] void Refuse(const std::string& what, const std::string& must_be) {
  throw base::Error("options", what + ", it must be " + must_be + ".");
}

void CheckSize(const model::ModelConfig& config, const model::GenerationConfig& o) {
  const int side = config.token_pixels();
  const bool whole = o.width > 0 && o.height > 0 && o.width % side == 0 && o.height % side == 0;
  const std::string size = std::to_string(o.width) + " x " + std::to_string(o.height);
  if (!whole) Refuse("the picture's size is " + size, "of multiples of " + std::to_string(side));
  if (static_cast<double>(o.width / side) * (o.height / side) > kMaxPictureTokens)
    Refuse("the picture's size is " + size, "of at most " + std::to_string(kMaxPictureTokens) + " tokens");
}

// One request on its way from the prompt to the end of its answer.
class Answering {
 public:
  Answering(const Model& model, const GenerateRequest& request, const Listener& listener)
      : model_(model),
        tokenizer_(model.tokenizer()),
        request_(request),
        listener_(listener),
        session_(model.weights()),
        context_(model.weights()),
        text_dropped_(model.weights()),
        all_dropped_(model.weights()) {}

  Answer Run() {
    ReadPrompt();
    Plan();
    bool draws = true;
    if (request_.options.max_pictures > 1) draws = Tell(&answer_.opening);
    while (draws) {
      Panel panel;
      Read(tokenizer_.Encode(text::kPictureStart));
      if (request_.scope != Scope::kWithoutPicture) panel.picture = Draw();
      View(panel.picture);
      draws = request_.scope != Scope::kWithoutNarrative && Tell(&panel.text) && request_.options.max_pictures > 1;
      Take(std::move(panel));
    }
    return std::move(answer_);
  }

  std::string RunToPlan() {
    ReadPrompt();
    Plan();
    return std::move(answer_.plan);
  }

 private:
  void ReadPrompt() {
    const std::vector<PixelTokens> pictures = ReadablePixels(model_, request_.pictures);
    unread_ = Undirected(pictures);
    const text::TurnParts turn = text::UserTurn();
    Passage passage;
    passage.Text(tokenizer_.Encode(turn.before));
    AppendPictures(tokenizer_, pictures, PictureSetting::kNumberedLine, &passage);
    const bool translates = request_.language != text::LanguageOf(request_.prompt);
    const std::string request = translates ? text::LanguageRequest(request_.language) : "";
    const std::string prompt = model_.generation().mid_sentence ? text::MidSentence(request_.prompt) : request_.prompt;
    std::vector<int32_t> ids = tokenizer_.EncodeOrdinary(prompt + request);
    const bool plans = request_.plan || request_.options.plan;
    Append(tokenizer_.Encode(turn.after + (plans ? text::OpenThinking() : text::NoThinking())), &ids);
    passage.Text(ids);
    if (passage.positions() > model_.config().max_positions - kPositionsAfterPrompt)
      throw base::Error("prompt",
                        "it has " + std::to_string(passage.positions()) + " tokens, the limit is " +
                            std::to_string(model_.config().max_positions - kPositionsAfterPrompt) + ".",
                        "shorten it.");
    session_.Read(context_, passage);
    answer_.timings.prompt_tokens = passage.positions();
    answer_.timings.prompt_s = watch_.Lap();
  }

  // The thinking block holds the plan: the user's, or the model's own.
  void Plan() {
    if (request_.plan) {
      answer_.plan = *request_.plan;
      std::vector<int32_t> ids = tokenizer_.EncodeOrdinary(*request_.plan);
      answer_.timings.plan_tokens = static_cast<int>(ids.size());
      Append(tokenizer_.Encode(text::CloseThinking()), &ids);
      CheckRoom(ids.size());
      Read(ids);
    } else if (request_.options.plan) {
      const Written written = Write(Stage::kPlan, kPlanStream);
      answer_.plan = written.text;
      answer_.timings.plan_tokens = static_cast<int>(written.ids.size());
      Close(written);
    }
    answer_.timings.plan_s = watch_.Lap();
  }

  // Ends the thinking block as in training, whether the model began to end it or was stopped.
  void Close(const Written& written) {
    std::vector<int32_t> ids = tokenizer_.Encode(text::CloseThinking());
    const auto end = std::find(ids.begin(), ids.end(), written.stop);
    const auto before = end - ids.begin();
    const bool begun = end != ids.end() && before <= static_cast<std::ptrdiff_t>(written.ids.size()) &&
                       std::equal(ids.begin(), end, written.ids.end() - before);
    if (begun) ids.erase(ids.begin(), end);
    Read(ids);
  }

  // Draws what the sequence so far asks for; of several drawings the one in which the model sees the plan best, of
  // equals the first.
  base::Image Draw() {
    ReadUndirected();
    std::vector<PixelTokens> noises;
    for (int candidate = 0; candidate < request_.options.candidates; ++candidate) noises.push_back(Noise(candidate));
    const std::vector<PixelTokens> drawings =
        session_.Draw({&context_, &text_dropped_, &all_dropped_}, Flow(), noises, FlowEvents());
    base::Image best = ToImage(drawings.front());
    double most = drawings.size() > 1 ? SeenPlan(model_, session_, best, answer_.plan) : 0;
    for (size_t candidate = 1; candidate < drawings.size(); ++candidate) {
      base::Image other = ToImage(drawings[candidate]);
      const double seen = SeenPlan(model_, session_, other, answer_.plan);
      if (seen <= most) continue;
      best = std::move(other);
      most = seen;
    }
    answer_.timings.steps += request_.options.steps;
    answer_.timings.picture_s += watch_.Lap();
    return best;
  }

  // Guidance compares with what would be drawn without the text, and without everything; until a picture is in view
  // those two are one.
  void ReadUndirected() {
    unread_.Text(tokenizer_.Encode(text::kPictureStart));
    const FlowOptions flow = Flow();
    const bool guided = flow.guidance > 1 || flow.picture_guidance > 1;
    if (guided && flow.guidance != flow.picture_guidance) session_.Read(text_dropped_, std::exchange(unread_, {}));
    if (guided && flow.picture_guidance != 1 && all_dropped_.length() == 0) {
      Passage nothing = Undirected({});
      session_.Read(all_dropped_, nothing.Text(tokenizer_.Encode(text::kPictureStart)));
    }
  }

  // What follows has the picture in view as it is handed over, in 8 bits, unless it shall not see it.
  void View(const base::Image& picture) {
    Passage passage;
    if (request_.scope == Scope::kWhole) passage.Picture(FromImage(picture, model_.config().token_pixels()));
    passage.Text(tokenizer_.Encode(text::kPictureEnd));
    session_.Read(context_, passage);
    if (request_.options.max_pictures > 1) unread_.Append(passage);
    ++drawn_;
  }

  // Writes until the model ends or begins a picture; whether it begins one that there is room for.
  bool Tell(std::string* text) {
    const uint64_t stream = drawn_ == 0 ? kOpeningStream : StreamOf(kNarrativeStream, drawn_ - 1);
    const Written written = Write(Stage::kNarrative, stream);
    *text = written.text;
    answer_.timings.narrative_tokens += static_cast<int>(written.ids.size());
    answer_.timings.narrative_s += watch_.Lap();
    if (written.stop != tokenizer_.Find(text::kPictureStart)) return false;
    if (model_.config().max_positions - context_.next_t() < kPositionsAfterPlan)
      answer_.ending = Ending::kPositionLimit;
    else if (drawn_ >= request_.options.max_pictures)
      answer_.ending = Ending::kPictureLimit;
    return answer_.ending == Ending::kModel;
  }

  void Take(Panel panel) {
    if (drawn_ > 1) {
      answer_.further.push_back(std::move(panel));
      return;
    }
    answer_.picture = std::move(panel.picture);
    answer_.narrative = std::move(panel.text);
  }

  // A turn without words. Models that plan have learned it with an empty thinking block, the public ones without one.
  Passage Undirected(std::span<const PixelTokens> pictures) const {
    const text::TurnParts turn = text::UserTurn();
    Passage passage;
    passage.Text(tokenizer_.Encode(turn.before));
    AppendPictures(tokenizer_, pictures, PictureSetting::kBare, &passage);
    passage.Text(tokenizer_.Encode(turn.after + (model_.generation().plan ? text::NoThinking() : "")));
    return passage;
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
    if (stage == Stage::kPlan) {
      const int room = model_.config().max_positions - context_.next_t() - kPositionsAfterPlan;
      options.max_tokens = std::min(options.max_tokens, std::max(room, 0));
    }
    if (listener_.on_text) options.on_text = [&](std::string_view text) { listener_.on_text(stage, text); };
    return WriteText(session_, context_, tokenizer_, options);
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
            .rescale = ParseRescale(o.guidance_rescale)};
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

  void Read(const std::vector<int32_t>& ids) { session_.Read(context_, Passage().Text(ids)); }

  void CheckRoom(size_t plan_tokens) const {
    const int room = model_.config().max_positions - context_.next_t() - kPositionsAfterPlan;
    if (plan_tokens > static_cast<size_t>(std::max(room, 0)))
      throw base::Error("plan",
                        "it has " + std::to_string(plan_tokens) + " tokens, there is room for " +
                            std::to_string(std::max(room, 0)) + ".",
                        "shorten the plan or the prompt.");
  }

  static void Append(const std::vector<int32_t>& more, std::vector<int32_t>* ids) {
    ids->insert(ids->end(), more.begin(), more.end());
  }

  // Positions that must be left for the rest of an answer: the ends of blocks, a picture, some words.
  static constexpr int kPositionsAfterPlan = 16, kPositionsAfterPrompt = 24;

  const Model& model_;
  const text::Tokenizer& tokenizer_;
  const GenerateRequest& request_;
  const Listener& listener_;
  Stopwatch watch_;
  Session session_;
  Context context_;       // the answer so far
  Context text_dropped_;  // the same without the text: pictures alone
  Passage unread_;        // what `text_dropped_` has not read yet; nothing reads it where there is no guidance
  Context all_dropped_;   // without both; empty until it is needed
  int drawn_ = 0;         // pictures
  Answer answer_;
};

void CheckRequest(const Model& model, const GenerateRequest& request) {
  model::CheckOptions(request.options);
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

std::string MakePlan(const Model& model, const GenerateRequest& request, const Listener& listener) {
  CheckRequest(model, request);
  if (!request.plan && !request.options.plan) throw base::Error("plan", "this model writes no plans.");
  return Answering(model, request, listener).RunToPlan();
}

}  // namespace diptych::engine
