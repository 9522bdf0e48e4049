#include "engine/look.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/error.h"
#include "engine/layout_passage.h"
#include "engine/picture_input.h"
#include "engine/session.h"
#include "engine/writer.h"
#include "text/layout_tokens.h"

namespace diptych::engine {
namespace {

// Positions that must be left after a question for its answer.
constexpr int kPositionsForAnswer = 8;

// The passage that asks a question, up to where the answer begins, to be read at `position`. Error: the question has
// more tokens than the model has positions left.
Passage Question(const Model& model, std::span<const text::Piece> layout, int position) {
  const std::span<const text::Piece> asked = text::BeforeWritten(layout);
  int words = 0;
  for (const text::Piece& piece : asked)
    if (piece.kind == text::PieceKind::kOrdinary)
      words += static_cast<int>(text::TokensOf(model.tokenizer(), piece).size());
  Passage passage = PassageOf(model.tokenizer(), asked);
  const int room = model.config().max_positions - position - (passage.positions() - words) - kPositionsForAnswer;
  if (words > room)
    throw base::Error(
        "text", "it has " + std::to_string(words) + " tokens, the limit is " + std::to_string(std::max(room, 0)) + ".",
        "shorten it.");
  return passage;
}

WriteOptions GreedyOptions(const Model& model, const Listener& listener, Stage stage) {
  WriteOptions options{.sampling = {},
                       .max_tokens = model.generation().max_new_tokens,
                       .seed = 0,
                       .stream = 0,
                       .on_text = nullptr,
                       .cancelled = listener.cancelled};
  if (listener.on_text) options.on_text = [&listener, stage](std::string_view text) { listener.on_text(stage, text); };
  return options;
}

}  // namespace

struct PictureLook::State {
  State(const Model& of, ReadObserver on_read)
      : model(of), session(of.weights(), std::move(on_read)), context(of.weights()) {}

  Passage QuestionOf(const text::Inquiry& inquiry) const {
    return Question(model, text::LookBranch(inquiry), context.next_t());
  }

  // The model's answer, in a context of its own that shares the pictures'.
  std::string Answer(const text::Inquiry& inquiry, const Listener& listener) {
    Context branch(model.weights(), &context);
    session.Read(branch, QuestionOf(inquiry));
    return WriteText(session, branch, model.tokenizer(), GreedyOptions(model, listener, Stage::kNarrative)).text;
  }

  // Appends the probability of each claim. All claims are one forward pass, each in a context of its own that shares
  // the pictures'.
  void AppendProbabilities(std::span<const Passage> claims, std::vector<double>* probabilities) {
    const auto yes = static_cast<size_t>(model.tokenizer().EncodeOrdinary("yes").at(0));
    const auto no = static_cast<size_t>(model.tokenizer().EncodeOrdinary("no").at(0));
    std::vector<Context> branches;
    std::vector<Context*> contexts;
    for (size_t i = 0; i < claims.size(); ++i) branches.emplace_back(model.weights(), &context);
    for (Context& branch : branches) contexts.push_back(&branch);
    session.Read(contexts, claims);
    for (size_t i = 0; i < claims.size(); ++i) {
      const std::vector<float> logits = session.NextLogits(i);
      probabilities->push_back(1 / (1 + std::exp(double{logits[no]} - logits[yes])));
    }
  }

  const Model& model;
  Session session;
  Context context;  // up to the last picture and the newline after it
};

PictureLook::PictureLook(const Model& model, const base::Image& picture) : PictureLook(model, std::span(&picture, 1)) {}

PictureLook::PictureLook(const Model& model, std::span<const base::Image> pictures, ReadObserver on_read)
    : state_(std::make_unique<State>(model, std::move(on_read))) {
  if (pictures.empty()) throw base::Error("picture", "there is none to look at.");
  if (pictures.size() > 1) RequireSkill(model, model::Skill::kCompare);
  state_->session.Read(state_->context, PassageOf(model.tokenizer(), text::LookTrunk(static_cast<int>(pictures.size())),
                                                  ReadablePixels(model, pictures)));
}

PictureLook::PictureLook(PictureLook&&) noexcept = default;
PictureLook::~PictureLook() = default;

std::string PictureLook::Describe(text::Language language, const Listener& listener) {
  return state_->Answer({.task = text::Task::kDescribe, .language = language}, listener);
}

std::string PictureLook::Ask(std::string_view question, const Listener& listener) {
  return state_->Answer({.task = text::Task::kQuestion, .about = std::string(question)}, listener);
}

std::string PictureLook::SeenPlan(const Listener& listener) {
  return state_->Answer({.task = text::Task::kSeenPlan}, listener);
}

std::string PictureLook::Where(std::string_view subject, text::Language language) {
  return state_->Answer({.task = text::Task::kWhere, .about = std::string(subject), .language = language}, {});
}

std::vector<double> PictureLook::Check(const std::vector<std::string>& claims, text::Language language) {
  constexpr int kTokensInPass = 1024;
  std::vector<Passage> waiting;
  int tokens = 0;
  std::vector<double> probabilities;
  for (const std::string& claim : claims) {
    Passage question = state_->QuestionOf({.task = text::Task::kClaim, .about = claim, .language = language});
    const int more = question.positions();
    if (!waiting.empty() && tokens + more > kTokensInPass) {
      state_->AppendProbabilities(waiting, &probabilities);
      waiting.clear();
      tokens = 0;
    }
    waiting.push_back(std::move(question));
    tokens += more;
  }
  if (!waiting.empty()) state_->AppendProbabilities(waiting, &probabilities);
  return probabilities;
}

std::string ReadFacts(const Model& model, std::string_view text, const Listener& listener) {
  Session session(model.weights(), listener.on_read);
  Context context(model.weights());
  session.Read(context, Question(model, text::FactsLayout(std::string(text), ""), context.next_t()));
  return WriteText(session, context, model.tokenizer(), GreedyOptions(model, listener, Stage::kPlan)).text;
}

}  // namespace diptych::engine
