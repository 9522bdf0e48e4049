#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "engine/generate.h"
#include "engine/session.h"
#include "engine/writer.h"

namespace diptych {
namespace {

// The picture as the model reads it. One that fits is kept as it is; others are brought to the area that the model
// draws.
PixelTokens ReadablePixels(const Model& model, const Image& picture) {
  const int side = model.config().token_pixels();
  const double area = static_cast<double>(model.generation().width) * model.generation().height;
  const PictureSize size{picture.width, picture.height};
  const bool fits = size.width > 0 && size.height > 0 && size.width % side == 0 && size.height % side == 0 &&
                    static_cast<double>(size.width) * size.height <= area;
  if (fits) return FromImage(picture, side);
  const PictureSize fitted = FitPicture(size, {.factor = side, .min_pixels = area, .max_pixels = area});
  return FromImage(Resize(picture, fitted.width, fitted.height), side);
}

std::vector<int32_t> Instruction(const Tokenizer& tokenizer, std::string_view words) {
  std::vector<int32_t> ids = tokenizer.EncodeOrdinary(words);
  const std::vector<int32_t> end = tokenizer.Encode(UserTurn().after + NoThinking());
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
  explicit State(const Model& of) : model(of), session(of.weights()), context(of.config()) {}

  // The model's answer to an instruction, in a context of its own that shares the picture's.
  std::string Answer(std::string_view instruction, const Listener& listener) {
    Context branch(model.config(), &context);
    session.Read(branch, Passage().Text(Instruction(model.tokenizer(), instruction)));
    return WriteText(session, branch, model.tokenizer(), GreedyOptions(model, listener, Stage::kNarrative)).text;
  }

  const Model& model;
  Session session;
  Context context;  // up to the picture and the newline after it
};

Look::Look(const Model& model, const Image& picture) : state_(std::make_unique<State>(model)) {
  const Tokenizer& tokenizer = model.tokenizer();
  Passage passage;
  passage.Text(tokenizer.Encode(UserTurn().before)).Text(tokenizer.Encode(kPictureStart));
  passage.Picture(ReadablePixels(model, picture)).Text(tokenizer.Encode(kPictureEnd)).Text(tokenizer.Encode("\n"));
  state_->session.Read(state_->context, passage);
}

Look::Look(Look&&) noexcept = default;
Look::~Look() = default;

std::string Look::Describe(Language language, const Listener& listener) {
  return state_->Answer(DescribeInstruction(language), listener);
}

std::string Look::Ask(std::string_view question, const Listener& listener) {
  return state_->Answer(question, listener);
}

std::string Look::Where(std::string_view subject, Language language) {
  return state_->Answer(WhereInstruction(subject, language), {});
}

std::vector<double> Look::Check(const std::vector<std::string>& claims, Language language) {
  constexpr size_t kBatch = 32;  // claims in one pass
  const Model& model = state_->model;
  const size_t yes = static_cast<size_t>(model.tokenizer().EncodeOrdinary("yes").at(0));
  const size_t no = static_cast<size_t>(model.tokenizer().EncodeOrdinary("no").at(0));
  std::vector<double> probabilities;
  for (size_t first = 0; first < claims.size(); first += kBatch) {
    const size_t count = std::min(kBatch, claims.size() - first);
    std::vector<Context> branches;
    std::vector<Context*> contexts;
    std::vector<Passage> passages;
    for (size_t i = 0; i < count; ++i) branches.emplace_back(model.config(), &state_->context);
    for (size_t i = 0; i < count; ++i) {
      contexts.push_back(&branches[i]);
      const std::string instruction = ClaimInstruction(claims[first + i], language);
      passages.push_back(Passage().Text(Instruction(model.tokenizer(), instruction)));
    }
    state_->session.Read(contexts, passages);
    for (size_t i = 0; i < count; ++i) {
      const std::vector<float> logits = state_->session.NextLogits(i);
      probabilities.push_back(1 / (1 + std::exp(double{logits[no]} - logits[yes])));
    }
  }
  return probabilities;
}

std::string ReadFacts(const Model& model, std::string_view text) {
  const Tokenizer& tokenizer = model.tokenizer();
  Session session(model.weights());
  Context context(model.config());
  Passage passage;
  passage.Text(tokenizer.Encode(UserTurn().before)).Text(Instruction(tokenizer, FactsInstruction(text)));
  session.Read(context, passage);
  const Listener none;
  return WriteText(session, context, tokenizer, GreedyOptions(model, none, Stage::kPlan)).text;
}

}  // namespace diptych
