#include "eval/benchmark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/png.h"
#include "base/temporary_folder.h"
#include "engine/tiny_model_for_test.h"
#include "eval/answerers.h"
#include "eval/records.h"
#include "eval/results.h"
#include "eval/world_for_test.h"

namespace diptych::eval {
namespace {

using testing::HasSubstr;
using testing::Not;

// Answers of the world, and readers that look up the truth by a picture's pixels and by a narrative's words.
class Oracle : public PictureObserver {
 public:
  explicit Oracle(const world::Words& words) : words_(words), truth_(TruthOf(words, 32)) {}

  // The truth of a prompt, or of another scene in its stead.
  engine::Answer Tell(const BenchmarkPrompt& prompt, uint64_t seed) {
    engine::Answer answer = truth_(prompt, seed);
    const std::vector<plan::Fact> facts = FactsOf(words_.PlanOf(prompt.scene));
    pictures_[PixelsOf(answer.picture)] = facts;
    narratives_[answer.narrative] = facts;
    return answer;
  }
  std::vector<PictureReading> Read(std::span<const base::Image> pictures) const override {
    std::vector<PictureReading> readings;
    for (const base::Image& picture : pictures) {
      const std::vector<plan::Fact>& facts = pictures_.at(PixelsOf(picture));
      readings.push_back(
          {.shows = [&facts](const plan::Fact& fact) { return plan::Contains(facts, fact); }, .facts = facts});
    }
    return readings;
  }
  NarrativeReading ReadNarrative(std::string_view text) const {
    return {.facts = narratives_.at(std::string(text)), .faults = {}, .sentences = 2};
  }

 private:
  static std::string PixelsOf(const base::Image& picture) { return {picture.rgb.begin(), picture.rgb.end()}; }

  const world::Words& words_;
  Answerer truth_;
  std::map<std::string, std::vector<plan::Fact>> pictures_;
  std::map<std::string, std::vector<plan::Fact>> narratives_;
};

class BenchmarkTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = std::make_unique<WorldForTest>();
    prompts_ = MakeBenchmarkPrompts(world_->words, world_->held_out, {.per_rung = 20, .rungs = {2, 6}});
  }
  static void TearDownTestSuite() { world_.reset(); }

  Readers OracleReaders() {
    return {.picture = &oracle_,
            .narrative = [this](std::string_view text, text::Language) { return oracle_.ReadNarrative(text); },
            .left_out = {}};
  }
  std::vector<PromptResult> Run(const Answerer& answerer, const BenchmarkListener& listener = {}) {
    return RunBenchmark({.prompts = prompts_, .readers = OracleReaders(), .seeds = {.seeds = 3, .prompts_of_many = 2}},
                        answerer, listener);
  }
  Answerer Truth() {
    return [this](const BenchmarkPrompt& prompt, uint64_t seed) { return oracle_.Tell(prompt, seed); };
  }

  static inline std::unique_ptr<WorldForTest> world_;
  static inline std::vector<BenchmarkPrompt> prompts_;
  Oracle oracle_{world_->words};
};

double Whole(const FigureTable& table, Figure figure) {
  return table.whole[static_cast<size_t>(Group::kAll)].values[static_cast<size_t>(figure)].value().value;
}

TEST_F(BenchmarkTest, TheTruthIsRightInAll) {
  const FigureTable table = MakeFigures(prompts_, Run(Truth()));
  for (Figure figure : {Figure::kAllDrawn, Figure::kDrawn, Figure::kAgreement, Figure::kTold, Figure::kPlanned})
    EXPECT_EQ(Whole(table, figure), 1) << RowOf(figure).key;
  EXPECT_EQ(Whole(table, Figure::kFaultySentences), 0);
  EXPECT_GT(Whole(table, Figure::kDistinct), 0.5);
}

TEST_F(BenchmarkTest, AnotherScenesPictureAndPlanAreWrong) {
  const FigureTable table = MakeFigures(prompts_, Run([this](const BenchmarkPrompt& prompt, uint64_t seed) {
                                          const BenchmarkPrompt& other =
                                              prompts_[(&prompt - prompts_.data() + 7) % prompts_.size()];
                                          engine::Answer answer = oracle_.Tell(other, seed);
                                          answer.narrative = oracle_.Tell(prompt, seed).narrative;
                                          return answer;
                                        }));
  EXPECT_LT(Whole(table, Figure::kAllDrawn), 0.1);
  EXPECT_LT(Whole(table, Figure::kAgreement), 0.5);
  EXPECT_LT(Whole(table, Figure::kPlanned), 0.5);
  EXPECT_EQ(Whole(table, Figure::kTold), 1);
}

TEST_F(BenchmarkTest, WithoutReadersThePlanAloneIsScored) {
  const FigureTable table =
      MakeFigures(prompts_, RunBenchmark({.prompts = prompts_, .readers = {}, .seeds = {.seeds = 1}}, Truth(), {}));
  EXPECT_EQ(Whole(table, Figure::kPlanned), 1);
  for (Figure figure : {Figure::kAllDrawn, Figure::kAgreement, Figure::kTold, Figure::kDistinct})
    EXPECT_FALSE(table.whole[0].values[static_cast<size_t>(figure)]);
}

TEST_F(BenchmarkTest, EveryAnswerIsHeardOnceInOrder) {
  size_t heard = 0, done = 0;
  std::set<uint64_t> seeds;
  Run(Truth(), {.on_progress =
                    [&](size_t now, size_t in_all) {
                      EXPECT_EQ(now, ++done);
                      EXPECT_EQ(in_all, prompts_.size());
                    },
                .on_answer =
                    [&](const ReadAnswer& answer) {
                      EXPECT_EQ(&answer.prompt, &prompts_[heard++]);
                      seeds.insert(answer.seed);
                    }});
  EXPECT_EQ(heard, prompts_.size());
  EXPECT_EQ(seeds.size(), prompts_.size());
}

TEST_F(BenchmarkTest, TwoModelsGivePictureAndNarrativeEach) {
  const auto saying = [](const std::string& word) {
    return [word](const BenchmarkPrompt&, uint64_t seed) {
      engine::Answer answer;
      answer.plan = answer.narrative = word;
      answer.picture = {1, 1, {1, 2, static_cast<uint8_t>(seed)}};
      return answer;
    };
  };
  const engine::Answer answer = Beside(saying("drawn"), saying("written"))(prompts_[0], 3);
  EXPECT_EQ(answer.plan, "drawn");
  EXPECT_EQ(answer.narrative, "written");
  EXPECT_EQ(answer.picture.rgb.back(), 3);
}

// A model of random weights answers as the engine does.
TEST_F(BenchmarkTest, AModelAnswersAsItsScopeSays) {
  const base::TemporaryFolder folder;
  engine::WriteTinyModel(folder.path());
  const engine::Model model = engine::Model::Load(folder.path());
  AnsweringOptions options{.generation = model.generation(), .scope = engine::Scope::kWhole, .cancelled = nullptr};
  const engine::Answer whole = AnswererOf(model, options)(prompts_[0], 5);
  const engine::GenerateRequest request{.prompt = prompts_[0].text,
                                        .plan = {},
                                        .language = prompts_[0].language,
                                        .seed = 5,
                                        .options = options.generation};
  EXPECT_EQ(whole.picture, engine::Generate(model, request, {}).picture);
  EXPECT_EQ(whole.narrative, engine::Generate(model, request, {}).narrative);
  const std::string origin = OriginOf(folder.path(), options);
  EXPECT_EQ(OriginOf(folder.path(), options), origin);
  options.scope = engine::Scope::kWithoutPicture;
  EXPECT_TRUE(AnswererOf(model, options)(prompts_[0], 5).picture.rgb.empty());
  EXPECT_NE(OriginOf(folder.path(), options), origin);
  options = {.generation = model.generation(), .scope = engine::Scope::kWhole, .cancelled = [] { return true; }};
  EXPECT_THROW(AnswererOf(model, options)(prompts_[0], 5), base::Cancelled);
  options.generation.steps += 1;
  EXPECT_NE(OriginOf(folder.path(), options), origin);
  options.generation.steps -= 1;
  std::filesystem::resize_file(folder / "model.safetensors", 1000);
  EXPECT_NE(OriginOf(folder.path(), options), origin);
}

class StoredTest : public BenchmarkTest {
 protected:
  engine::Answer Ask(const std::string& origin, const BenchmarkPrompt& prompt, uint64_t seed) {
    return Stored(
        [this](const BenchmarkPrompt& one, uint64_t of_seed) {
          ++made_;
          return oracle_.Tell(one, of_seed);
        },
        folder_, origin)(prompt, seed);
  }
  const base::TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_ / "answers";
  int made_ = 0;
};

TEST_F(StoredTest, AnAnswerIsMadeOnce) {
  const engine::Answer first = Ask("model a", prompts_[0], 1), again = Ask("model a", prompts_[0], 1);
  EXPECT_EQ(made_, 1);
  EXPECT_EQ(again.plan, first.plan);
  EXPECT_EQ(again.picture, first.picture);
  EXPECT_EQ(again.narrative, first.narrative);
  Ask("model a", prompts_[0], 2);
  Ask("model a", prompts_[1], 1);
  EXPECT_EQ(made_, 3);
  Ask("model b", prompts_[0], 1);
  EXPECT_EQ(made_, 4);
}

TEST_F(StoredTest, ADamagedOneIsMadeAgain) {
  Ask("model a", prompts_[0], 1);
  for (const char* damage : {"{\"origin\"", "[]", "{}"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      if (entry.path().extension() == ".json") base::WriteFileAtomically(entry.path(), damage);
    }
    made_ = 0;
    Ask("model a", prompts_[0], 1);
    EXPECT_EQ(made_, 1) << damage;
  }
}

TEST_F(StoredTest, SheetsHoldTheFirstPicturesOfEachRung) {
  ContactSheets sheets(5);
  Run(Truth(), {.on_progress = nullptr, .on_answer = [&](const ReadAnswer& answer) { sheets.Add(answer); }});
  std::filesystem::create_directories(folder_);
  sheets.Write(folder_);
  const base::Image sheet = base::ReadPng(folder_ / "rung-6.png").picture;
  EXPECT_EQ(sheet.width, 4 * 32);
  EXPECT_EQ(sheet.height, 2 * 32);
  const std::string text = base::ReadFile(folder_ / "rung-6.md");
  EXPECT_THAT(text, HasSubstr("5. " + prompts_[24].text));
  EXPECT_THAT(text, Not(HasSubstr("## 6.")));
  EXPECT_THAT(text, HasSubstr("6 of 6 facts drawn"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "rung-2.md"));
}

TEST_F(BenchmarkTest, RecordsTellWhatIsWrong) {
  std::string first;
  Run(Truth(), {.on_progress = nullptr, .on_answer = [&first](const ReadAnswer& answer) {
                  if (first.empty()) first = RecordOf(answer);
                }});
  EXPECT_THAT(first, HasSubstr("\"prompt\":\"" + prompts_[0].text));
  EXPECT_THAT(first, HasSubstr("\"not_drawn\":[]"));
  EXPECT_THAT(first, HasSubstr("\"seen\":[\"hour: "));
}

TEST_F(BenchmarkTest, ResultsHoldEverySystemWithItsDifference) {
  const std::vector<PromptResult> truth = Run(Truth());
  std::vector<PromptResult> half = truth;
  for (size_t i = 0; i < half.size(); i += 2) half[i].score.drawn.all.right = 0;
  BenchmarkResults results{
      .title = "Trial",
      .settings = {"seed 1"},
      .prompt_hash = HashOf(prompts_),
      .readers = {{"judge: true facts seen", {{world::kAboutHour, 0.991}, {world::kAboutFacing, 0.912}}}},
      .judged = true,
      .left_out = TopicsBelow(kLeastAccuracy, {{world::kAboutHour, 0.991}, {world::kAboutFacing, 0.912}}),
      .systems = {}};
  EXPECT_EQ(results.left_out, std::set<world::Topic>{world::kAboutFacing});
  results.systems.push_back({"truth", "the world itself", MakeFigures(prompts_, truth), std::nullopt});
  results.systems.push_back(
      {"half", "half of it", MakeFigures(prompts_, half), MakeDifferences(prompts_, truth, half)});
  const std::string table = ToMarkdown(results), json = ToJson(results);
  EXPECT_THAT(table, HasSubstr("| facing | 91.20 |"));
  EXPECT_THAT(table, HasSubstr("97 of 100 cases: facing."));
  EXPECT_THAT(table, HasSubstr("| truth | 100.0 (100.0 to 100.0) | 100.0 (100.0 to 100.0) | 100.0 (100.0 to 100.0) |"));
  EXPECT_THAT(table, HasSubstr("| half, other | 0.0 (0.0 to 0.0) |"));
  EXPECT_THAT(table, HasSubstr("| half, held-out | 100.0 (100.0 to 100.0) |"));
  EXPECT_THAT(table, HasSubstr("truth less each of the others"));
  EXPECT_THAT(table, HasSubstr("96.5"));
  EXPECT_THAT(json, HasSubstr("\"first_has_more\""));
  results.judged = false;
  EXPECT_THAT(ReadersTable(results), HasSubstr("Nobody looked at the pictures"));
  EXPECT_THAT(json, HasSubstr("\"left_out\": [\n  \"facing\"\n ]"));
}

}  // namespace
}  // namespace diptych::eval
