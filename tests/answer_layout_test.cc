// Engine and trainer on every kind of document: the tokens and positions that the engine reads are the trainer's rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "data/sequence.h"
#include "engine/generate.h"
#include "engine/look.h"
#include "engine/picture_input.h"
#include "engine/plan_likelihood.h"
#include "engine/session.h"
#include "engine/tiny_model_for_test.h"

namespace diptych {
namespace {

namespace fs = std::filesystem;
using engine::TokenRead;
using Tokens = std::vector<TokenRead>;

static_assert(engine::kPictureTokenRead == data::kPictureRow);

base::Image Stripes(int width, int height, int step) {
  base::Image picture{width, height, std::vector<uint8_t>(static_cast<size_t>(width * height) * 3)};
  for (size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = static_cast<uint8_t>(i * static_cast<size_t>(step));
  return picture;
}

// What each context has read, in the order in which they began. A context's address may be used again.
class Recorder {
 public:
  engine::ReadObserver Observer() {
    return [this](const engine::Context& context, std::span<const TokenRead> tokens) {
      auto found = current_.find(&context);
      const bool goes_on = found != current_.end() && !tokens.empty() && !all_[found->second].empty() &&
                           all_[found->second].back().t + 1 == tokens.front().t;
      if (!goes_on) {
        current_[&context] = all_.size();
        all_.emplace_back();
      }
      Tokens& into = all_[current_[&context]];
      into.insert(into.end(), tokens.begin(), tokens.end());
    };
  }
  const std::vector<Tokens>& contexts() const { return all_; }

 private:
  std::map<const engine::Context*, size_t> current_;
  std::vector<Tokens> all_;
};

// The rows of a run of a sequence.
Tokens RowsOf(const data::Sequence& sequence, size_t first, size_t end) {
  Tokens tokens;
  for (size_t i = first; i < end; ++i) {
    const data::Row& row = sequence.rows[i];
    tokens.push_back({row.id, row.t, row.h, row.w});
  }
  return tokens;
}
Tokens RowsOf(const data::Sequence& sequence) { return RowsOf(sequence, 0, sequence.rows.size()); }

// A printed difference that a reader can follow.
std::string Spell(const Tokens& tokens) {
  std::string text;
  for (const TokenRead& token : tokens)
    text += std::to_string(token.id) + "@" + std::to_string(token.t) + "," + std::to_string(token.h) + "," +
            std::to_string(token.w) + " ";
  return text;
}

// The engine's tokens are the trainer's, which may go on with what ends a text: that is not read.
void ExpectBegins(const Tokens& engines, const Tokens& trainers, size_t may_be_left) {
  ASSERT_LE(engines.size(), trainers.size());
  EXPECT_EQ(Spell(engines), Spell({trainers.begin(), trainers.begin() + static_cast<std::ptrdiff_t>(engines.size())}));
  EXPECT_EQ(trainers.size() - engines.size(), may_be_left);
}

class AnswerLayoutTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<base::TemporaryFolder>();
    engine::WriteTinyModel(folder_->path());
    talker_ = std::make_unique<engine::Model>(engine::Model::Load(folder_->path(), engine::Precision::kFloat32));
    model::ModelConfig config = model::LoadConfig(folder_->path());
    config.tie_embeddings = false;
    base::WriteFileAtomically(*folder_ / "config.json", model::WriteConfig(config));
    engine::WriteTinyWeights(folder_->path(), config);
    FavourEnds(config);
    model_ = std::make_unique<engine::Model>(engine::Model::Load(folder_->path(), engine::Precision::kFloat32));
  }
  static void TearDownTestSuite() {
    model_.reset();
    talker_.reset();
    folder_.reset();
  }

  // Rows of the output matrix that make pictures and ends likely, so that stories have several pictures.
  static void FavourEnds(const model::ModelConfig& config) {
    const text::Tokenizer tokenizer = text::Tokenizer::Load(folder_->path());
    const model::SafetensorsFile file(*folder_ / "model.safetensors");
    const std::string name = "language_model.lm_head.weight";
    std::vector<float> output = model::ToFloat(file.Get(name));
    const auto width = static_cast<size_t>(config.hidden);
    for (const auto& [token, favour] : {std::pair{text::kPictureStart, -4.0f}, std::pair{text::kTurnEnd, 4.0f}})
      for (size_t i = 0; i < width; ++i) output[static_cast<size_t>(*tokenizer.Find(token)) * width + i] *= favour;
    std::vector<model::NamedTensor> tensors;
    for (const auto& [key, tensor] : file.tensors()) tensors.push_back({key, tensor});
    for (model::NamedTensor& tensor : tensors)
      if (tensor.name == name) tensor.tensor.bytes = std::as_bytes(std::span(output));
    model::WriteSafetensors(*folder_ / "new.safetensors", tensors, {});
    fs::rename(*folder_ / "new.safetensors", *folder_ / "model.safetensors");
  }

  static engine::GenerateRequest Request(const std::string& prompt) {
    engine::GenerateRequest request;
    request.prompt = prompt;
    request.language = text::LanguageOf(prompt);
    request.seed = 3;
    request.options = model_->generation();
    request.options.steps = 1;
    request.options.guidance = 2;
    request.options.width = 24;
    request.options.height = 16;
    request.options.max_new_tokens = 8;
    return request;
  }
  // Random text may be no tokens that its own letters would be cut into; then the trainer's rows would be others.
  static bool IsCanonical(const std::string& text, int tokens) {
    return static_cast<int>(model_->tokenizer().EncodeOrdinary(text).size()) == tokens;
  }
  static data::Sequence Trained(text::Layout layout, const std::vector<base::Image>& pictures) {
    data::Document document{.layout = std::move(layout)};
    for (const base::Image& picture : pictures) document.pictures.push_back({.image = picture});
    return data::MakeSequence(std::move(document), model_->tokenizer(), model_->config());
  }
  static std::vector<std::string> Prompts() {
    return {"a blue bus", "a starry night <img>", "yes", "the bus is blue", "drives", "no",
            "large",      "一辆蓝色的巴士",       "sky"};
  }
  static text::AnswerParts PartsOf(const engine::GenerateRequest& request, const engine::Answer& answer) {
    const bool translates = request.language != text::LanguageOf(request.prompt);
    text::AnswerParts parts = {.prompt = request.prompt,
                               .pictures = static_cast<int>(request.pictures.size()),
                               .plan = answer.plan,
                               .narrative = answer.narrative,
                               .scope = request.scope};
    if (translates) parts.requested_language = request.language;
    if (!request.plan && !request.options.plan) parts.planning = text::Planning::kNone;
    return parts;
  }

  struct Told {
    engine::Answer answer;
    Recorder recorder;
  };
  static Told Tell(const engine::GenerateRequest& request, const engine::Model& model) {
    Told told;
    engine::Listener listener;
    listener.on_read = told.recorder.Observer();
    told.answer = engine::Generate(model, request, listener);
    return told;
  }

  static inline std::unique_ptr<base::TemporaryFolder> folder_;
  static inline std::unique_ptr<engine::Model> model_;   // begins pictures and ends texts soon
  static inline std::unique_ptr<engine::Model> talker_;  // writes plans
};

// An answer whose every text is given or canonical, with the scope's parts, is the trainer's document.
TEST_F(AnswerLayoutTest, AnswersOfEveryScope) {
  int written = 0;
  for (const std::string& prompt : Prompts())
    for (text::Scope scope : {text::Scope::kWhole, text::Scope::kPictureUnseen, text::Scope::kWithoutNarrative,
                              text::Scope::kWithoutPicture, text::Scope::kPlanAlone})
      for (bool given : {true, false}) {
        engine::GenerateRequest request = Request(prompt);
        request.scope = scope;
        request.language = text::Language::kChinese;
        if (given)
          request.plan = "bus: red, large";
        else
          request.options.max_new_tokens = 1;  // of random text one token is soonest canonical
        const Told told = Tell(request, given ? *model_ : *talker_);
        const engine::Timings& timings = told.answer.timings;
        if (!IsCanonical(told.answer.plan, timings.plan_tokens) ||
            !IsCanonical(told.answer.narrative, timings.narrative_tokens))
          continue;
        SCOPED_TRACE(prompt + ", scope " + std::to_string(static_cast<int>(scope)) + (given ? ", given" : ""));
        written += !given && !told.answer.plan.empty() && scope == text::Scope::kWhole;
        const data::Sequence trained =
            Trained(text::AnswerLayout(PartsOf(request, told.answer)), {told.answer.picture});
        const bool tells = scope != text::Scope::kWithoutNarrative && scope != text::Scope::kPlanAlone;
        ExpectBegins(told.recorder.contexts().at(0), RowsOf(trained), tells ? 1 : 0);  // "<|im_end|>"
        if (scope == text::Scope::kWithoutPicture || scope == text::Scope::kPlanAlone) continue;
        // The unconditional context of classifier-free guidance.
        ASSERT_EQ(told.recorder.contexts().size(), 2u);
        EXPECT_EQ(Spell(told.recorder.contexts()[1]),
                  Spell(RowsOf(Trained(text::UnconditionalLayout({}), {told.answer.picture}))));
      }
  EXPECT_GT(written, 0);
}

TEST_F(AnswerLayoutTest, ADrawingStandsWhereTheTrainerDraws) {
  engine::GenerateRequest request = Request("a blue bus");
  request.plan = "bus: red, large";
  const Told told = Tell(request, *model_);
  const data::Sequence trained = Trained(text::AnswerLayout(PartsOf(request, told.answer)), {told.answer.picture});
  const auto prefix = static_cast<size_t>(trained.drawings.at(0).prefix);
  const Tokens& read = told.recorder.contexts().at(0);
  EXPECT_EQ(read.at(prefix - 1).id, *model_->tokenizer().Find(text::kPictureStart));
  EXPECT_EQ(read.at(prefix).id, engine::kPictureTokenRead);
  EXPECT_EQ(read.at(prefix).t, trained.drawings[0].t);
  const data::Sequence undirected = Trained(text::UnconditionalLayout({}), {told.answer.picture});
  EXPECT_EQ(undirected.drawings.at(0).prefix, static_cast<int>(told.recorder.contexts().at(1).size()));
  EXPECT_EQ(undirected.drawings[0].t, told.recorder.contexts()[1].back().t + 1);
}

TEST_F(AnswerLayoutTest, EditsOfOneAndOfSeveralPictures) {
  int compared = 0;
  for (const std::string& prompt : Prompts())
    for (size_t count : {1u, 2u}) {
      engine::GenerateRequest request = Request(prompt);
      request.plan = "bus: red";
      request.options.picture_guidance = 1.5;
      const std::vector<base::Image> all = {Stripes(16, 24, 37), Stripes(8, 16, 11)};
      request.pictures = {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
      const Told told = Tell(request, *model_);
      if (!IsCanonical(told.answer.narrative, told.answer.timings.narrative_tokens)) continue;
      ++compared;
      std::vector<base::Image> pictures = request.pictures;
      pictures.push_back(told.answer.picture);
      ExpectBegins(told.recorder.contexts().at(0),
                   RowsOf(Trained(text::AnswerLayout(PartsOf(request, told.answer)), pictures)), 1);
      ASSERT_EQ(told.recorder.contexts().size(), 3u);
      const text::UnconditionalParts seen = {.pictures = static_cast<int>(count)};
      EXPECT_EQ(Spell(told.recorder.contexts()[1]), Spell(RowsOf(Trained(text::UnconditionalLayout(seen), pictures))));
      EXPECT_EQ(Spell(told.recorder.contexts()[2]), Spell(RowsOf(Trained(text::UnconditionalLayout({}), pictures))));
    }
  EXPECT_GT(compared, 0);
}

TEST_F(AnswerLayoutTest, StoriesOfSeveralPictures) {
  size_t most = 0;
  for (const std::string& prompt : Prompts())
    for (bool plan : {false, true}) {
      engine::GenerateRequest request = Request(prompt);
      request.options.max_pictures = 3;
      request.options.plan = false;
      if (plan) request.plan = "bus: red";
      const Told told = Tell(request, *model_);
      const engine::Answer& answer = told.answer;
      std::vector<std::string> texts = {answer.opening};
      std::vector<base::Image> pictures;
      if (!answer.picture.rgb.empty()) {
        texts.push_back(answer.narrative);
        pictures.push_back(answer.picture);
      }
      for (const engine::Panel& panel : answer.further) {
        texts.push_back(panel.text);
        pictures.push_back(panel.picture);
      }
      int tokens = 0;
      for (const std::string& text : texts) tokens += static_cast<int>(model_->tokenizer().EncodeOrdinary(text).size());
      if (tokens != answer.timings.narrative_tokens) continue;
      most = std::max(most, pictures.size());
      SCOPED_TRACE(prompt);
      ExpectBegins(told.recorder.contexts().at(0),
                   RowsOf(Trained(text::StoryLayout(PartsOf(request, answer), texts), pictures)), 1);
    }
  EXPECT_GE(most, 2u);
}

// Each branch of a look is read in a context of its own behind the trunk's.
TEST_F(AnswerLayoutTest, LooksWithEveryQuestion) {
  const std::string question = "what is <img> that?", claim = "the bus is blue", subject = "the bus";
  for (size_t count : {1u, 2u}) {
    const std::vector<base::Image> all = {Stripes(16, 24, 37), Stripes(24, 16, 11)};
    const std::vector<base::Image> pictures(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    const auto chinese = text::Language::kChinese;
    const std::vector<text::Inquiry> inquiries = {
        {.task = text::Task::kDescribe, .language = chinese}, {.task = text::Task::kQuestion, .about = question},
        {.task = text::Task::kWhere, .about = subject},       {.task = text::Task::kClaim, .about = claim},
        {.task = text::Task::kClaim, .about = subject},
    };
    Recorder recorder;
    engine::PictureLook look(*model_, pictures, recorder.Observer());
    look.Describe(chinese, {});
    look.Ask(question, {});
    look.Where(subject, text::Language::kEnglish);
    look.Check({claim, subject}, text::Language::kEnglish);

    const data::Sequence trained = Trained(text::LookLayout(static_cast<int>(count), inquiries), pictures);
    const std::vector<Tokens>& read = recorder.contexts();
    const size_t trunk = read.at(0).size();
    EXPECT_EQ(Spell(read[0]), Spell(RowsOf(trained, 0, trunk)));
    ASSERT_EQ(read.size(), 1 + inquiries.size());
    size_t branch = 0;
    for (const data::RowRun& run : trained.runs) {
      if (run.first < static_cast<int>(trunk)) continue;
      ASSERT_EQ(run.prefix, static_cast<int>(trunk));
      // The answer is empty here: what the engine writes follows the question.
      const Tokens rows =
          RowsOf(trained, static_cast<size_t>(run.first), static_cast<size_t>(run.first + run.count - 1));
      const Tokens& asked = read[++branch];
      ASSERT_GE(asked.size(), rows.size());
      EXPECT_EQ(Spell({asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(rows.size())}), Spell(rows));
    }
    EXPECT_EQ(branch, inquiries.size());
  }
}

TEST_F(AnswerLayoutTest, APlanThatIsSeen) {
  const base::Image picture = Stripes(24, 16, 37);
  const std::string plan = "bus: red, large\nsky: blue";
  Recorder recorder;
  engine::Session session(model_->weights(), recorder.Observer());
  engine::PlanLikelihood(*model_, session, picture, plan);
  const std::vector<text::Inquiry> inquiries = {{.task = text::Task::kSeenPlan, .answer = plan}};
  ASSERT_EQ(recorder.contexts().size(), 1u);
  ExpectBegins(recorder.contexts()[0], RowsOf(Trained(text::LookLayout(1, inquiries), {picture})), 1);
}

TEST_F(AnswerLayoutTest, FactsOfAText) {
  Recorder recorder;
  engine::Listener listener;
  listener.on_read = recorder.Observer();
  const std::string facts = engine::ReadFacts(*model_, "a blue <img> bus", listener);
  const Tokens rows = RowsOf(Trained(text::FactsLayout("a blue <img> bus", ""), {}));
  const Tokens& read = recorder.contexts().at(0);
  ASSERT_GE(read.size(), rows.size() - 1);
  EXPECT_EQ(Spell({read.begin(), read.begin() + static_cast<std::ptrdiff_t>(rows.size()) - 1}),
            Spell({rows.begin(), rows.end() - 1}));
}

// No other file of src/ spells the tokens and instructions that stand between texts.
TEST(Layout, IsDecidedInOnePlace) {
  const fs::path root = DIPTYCH_SOURCE_DIR;
  // Spellings of turns, thinking blocks and instructions, and templates made into tokens.
  const std::vector<std::string> marks = {"kTurnStart",         "kThinkStart",       "kThinkEnd",
                                          "<|im_start|>",       "<think>",           "Image-",
                                          "assistant\\n",       "Is this true",      "Describe the picture",
                                          "List the facts",     "tokenizer.Encode(", "tokenizer_.Encode(",
                                          "tokenizer().Encode("};
  const std::vector<std::string> exempt = {"src/text/",                                   // where it is decided
                                           "src/data/corpus.cc", "src/engine/model.cc"};  // lists of special tokens
  int files = 0;
  for (const char* folder : {"src", "bench"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string name = fs::relative(entry.path(), root).string();
      const bool source = name.ends_with(".cc") || name.ends_with(".h");
      const bool test = name.find("_test.") != name.npos;
      const auto begins = [&](const std::string& start) { return name.starts_with(start); };
      if (!source || test || std::ranges::any_of(exempt, begins)) continue;
      ++files;
      std::istringstream lines(base::ReadFile(entry.path()));
      for (std::string line; std::getline(lines, line);) {
        const std::string code = line.substr(0, line.find("//"));
        for (const std::string& mark : marks) EXPECT_EQ(code.find(mark), code.npos) << name << ": " << line;
      }
    }
  EXPECT_GT(files, 100);
}

}  // namespace
}  // namespace diptych
