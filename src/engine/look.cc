#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.h"
#include "engine/generate.h"
#include "engine/picture_input.h"
#include "engine/session.h"
#include "engine/writer.h"

namespace diptych::engine {
namespace {

// Positions that an instruction must leave for its answer.
constexpr int kPositionsForAnswer = 8;

// The words of an instruction and the turn's end, to follow `position`. Error: more than the model has positions for.
std::vector<int32_t> Instruction(const Model& model, std::string_view words, int position) {
  const text::Tokenizer& tokenizer = model.tokenizer();
  std::vector<int32_t> ids = tokenizer.EncodeOrdinary(words);
  const std::vector<int32_t> end = tokenizer.Encode(text::UserTurn().after + text::NoThinking());
  const int room = model.config().max_positions - position - static_cast<int>(end.size()) - kPositionsForAnswer;
  if (static_cast<int64_t>(ids.size()) > room)
    throw base::Error(
        "text",
        "it has " + std::to_string(ids.size()) + " tokens, the limit is " + std::to_string(std::max(room, 0)) + ".",
        "shorten it.");
  ids.insert(ids.end(), end.begin(), end.end());
  return ids;
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

struct Look::State {
  explicit State(const Model& of) : model(of), session(of.weights()), context(of.weights()) {}

  // The model's answer to an instruction, in a context of its own that shares the picture's.
  std::string Answer(std::string_view instruction, const Listener& listener) {
    Context branch(model.weights(), &context);
    session.Read(branch, Passage().Text(Instruction(model, instruction, context.next_t())));
    return WriteText(session, branch, model.tokenizer(), GreedyOptions(model, listener, Stage::kNarrative)).text;
  }

  // Appends P(yes) for each claim; all claims go through the layers together, each in a context of its own.
  void Judge(std::span<const Passage> claims, std::vector<double>* probabilities) {
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

Look::Look(const Model& model, const base::Image& picture) : Look(model, std::span(&picture, 1)) {}

Look::Look(const Model& model, std::span<const base::Image> pictures) : state_(std::make_unique<State>(model)) {
  if (pictures.empty()) throw base::Error("picture", "there is none to look at.");
  if (pictures.size() > 1) RequireSkill(model, model::Skill::kCompare);
  state_->session.Read(state_->context, PicturesInView(model, pictures));
}

Look::Look(Look&&) noexcept = default;
Look::~Look() = default;

std::string Look::Describe(text::Language language, const Listener& listener) {
  return state_->Answer(text::DescribeInstruction(language), listener);
}

std::string Look::Ask(std::string_view question, const Listener& listener) {
  return state_->Answer(question, listener);
}

std::string Look::Where(std::string_view subject, text::Language language) {
  return state_->Answer(text::WhereInstruction(subject, language), {});
}

std::vector<double> Look::Check(const std::vector<std::string>& claims, text::Language language) {
  constexpr size_t kTokensInPass = 1024;
  const Model& model = state_->model;
  std::vector<Passage> waiting;
  size_t tokens = 0;
  std::vector<double> probabilities;
  for (const std::string& claim : claims) {
    const std::vector<int32_t> ids =
        Instruction(model, text::ClaimInstruction(claim, language), state_->context.next_t());
    if (!waiting.empty() && tokens + ids.size() > kTokensInPass) {
      state_->Judge(waiting, &probabilities);
      waiting.clear();
      tokens = 0;
    }
    waiting.push_back(Passage().Text(ids));
    tokens += ids.size();
  }
  if (!waiting.empty()) state_->Judge(waiting, &probabilities);
  return probabilities;
}

std::string ReadFacts(const Model& model, std::string_view text) {
  const text::Tokenizer& tokenizer = model.tokenizer();
  Session session(model.weights());
  Context context(model.weights());
  Passage passage;
  const std::vector<int32_t> before = tokenizer.Encode(text::UserTurn().before);
  passage.Text(before).Text(Instruction(model, text::FactsInstruction(text), static_cast<int>(before.size())));
  session.Read(context, passage);
  const Listener none;
  return WriteText(session, context, tokenizer, GreedyOptions(model, none, Stage::kPlan)).text;
}

}  // namespace diptych::engine
