#include "eval/benchmark_prompts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"
#include "eval/world_for_test.h"

namespace diptych::eval {
namespace {

class BenchmarkPromptsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = std::make_unique<WorldForTest>();
    prompts_ = MakeBenchmarkPrompts(world_->words, world_->held_out, {.per_rung = kPerRung});
  }
  static void TearDownTestSuite() { world_.reset(); }

  // The first of each rung, for all kPromptsPerRung take half a minute to make. A prompt follows from its rung and
  // index alone, except that it repeats no earlier text.
  static constexpr int kPerRung = 40;
  static inline std::unique_ptr<WorldForTest> world_;
  static inline std::vector<BenchmarkPrompt> prompts_;
};

// When this fails on purpose (new words, a new world version), figures of older models do not compare with newer ones.
TEST_F(BenchmarkPromptsTest, AreTheSameForOneWorldVersion) {
  EXPECT_EQ(world::kWorldVersion, 6);
  EXPECT_EQ(prompts_.size(), 320u);
  EXPECT_EQ(HashOf(prompts_), 14493134223466403582u);
}

TEST_F(BenchmarkPromptsTest, StateAsManyFactsAsTheirRung) {
  for (const BenchmarkPrompt& prompt : prompts_) {
    EXPECT_EQ(prompt.facts.size(), static_cast<size_t>(prompt.rung)) << prompt.text;
    const plan::Plan plan = world_->words.PlanOf(prompt.scene);
    for (const StatedFact& stated : prompt.facts)
      EXPECT_TRUE(plan::Contains(FactsOf(plan), stated.fact)) << prompt.text;
  }
}

TEST_F(BenchmarkPromptsTest, HalfAreHeldOutAndHalfChineseInEachHalf) {
  std::map<int, std::map<std::pair<bool, text::Language>, int>> counts;
  for (const BenchmarkPrompt& prompt : prompts_) {
    EXPECT_EQ(text::LanguageOf(prompt.text), prompt.language) << prompt.text;
    EXPECT_EQ(world_->held_out.StatedIn(FactsOf(prompt.facts)), prompt.held_out) << prompt.text;
    EXPECT_EQ(world_->held_out.Contains(prompt.scene), prompt.held_out) << prompt.text;
    ++counts[prompt.rung][{prompt.held_out, prompt.language}];
  }
  for (int rung = 1; rung <= kRungs; ++rung) {
    const bool split = rung >= kFirstHeldOutRung;
    for (text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
      EXPECT_EQ((counts[rung][{true, language}]), split ? kPerRung / 4 : 0) << rung;
      EXPECT_EQ((counts[rung][{false, language}]), split ? kPerRung / 4 : kPerRung / 2) << rung;
    }
  }
}

TEST_F(BenchmarkPromptsTest, NoTextComesTwice) {
  std::set<std::string> texts;
  for (const BenchmarkPrompt& prompt : prompts_) EXPECT_TRUE(texts.insert(prompt.text).second) << prompt.text;
}

TEST_F(BenchmarkPromptsTest, FewerAreTheFirstOfMore) {
  const auto few = MakeBenchmarkPrompts(world_->words, world_->held_out, {.per_rung = 6, .rungs = {5, 2}});
  ASSERT_EQ(few.size(), 12u);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(few[static_cast<size_t>(i)].text, prompts_[static_cast<size_t>(4 * kPerRung + i)].text);
    EXPECT_EQ(few[static_cast<size_t>(6 + i)].text, prompts_[static_cast<size_t>(kPerRung + i)].text);
  }
}

// A model is asked for what it can know.
TEST_F(BenchmarkPromptsTest, SpeakOnlyOfWhatIsKnown) {
  const world::Kind apple = world::KindOf("apple").value();
  std::set<world::Kind> kinds = {apple};
  for (int kind = 0; kind < 20; ++kind) kinds.insert(static_cast<world::Kind>(kind));
  const world::Repertoire known = world::Repertoire::OfKinds(kinds);
  const auto prompts =
      MakeBenchmarkPrompts(world_->words, world_->held_out, {.per_rung = 20, .rungs = {2, 3}, .known = &known});
  EXPECT_EQ(prompts.size(), 40u);
  for (const BenchmarkPrompt& prompt : prompts)
    for (const world::Subject& subject : prompt.scene.subjects) EXPECT_TRUE(kinds.contains(subject.kind));
}

class PromptFileTest : public testing::Test {
 protected:
  std::vector<BenchmarkPrompt> Read(const std::string& text) const {
    base::WriteFileAtomically(folder_ / "prompts.txt", text);
    return ReadBenchmarkPrompts(folder_ / "prompts.txt", world_.held_out);
  }
  std::string ErrorOf(const std::string& text) const {
    try {
      Read(text);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "no error";
  }
  const WorldForTest world_;
  const base::TemporaryFolder folder_;
};

TEST_F(PromptFileTest, AByteOrderMarkIsNoWord) {
  EXPECT_EQ(Read("\xEF\xBB\xBF"
                 "a blue bus | bus: blue\n")
                .at(0)
                .text,
            "a blue bus");
}

TEST_F(PromptFileTest, HoldsTextsAndTheirFacts) {
  const auto prompts =
      Read("# two\n\na red car at sunset | car: one; car: red; hour: sunset\r\n  海|ground: sea\nsun | sun\n");
  ASSERT_EQ(prompts.size(), 3u);
  EXPECT_EQ(prompts[0].text, "a red car at sunset");
  EXPECT_EQ(prompts[0].rung, 3);
  EXPECT_EQ(prompts[0].language, text::Language::kEnglish);
  EXPECT_TRUE(plan::Contains(FactsOf(prompts[0].facts), plan::Fact{"car", "red"}));
  EXPECT_EQ(prompts[1].text, "海");
  EXPECT_EQ(prompts[1].language, text::Language::kChinese);
  EXPECT_EQ(prompts[2].index, 1);
}

TEST_F(PromptFileTest, NamesTheLineThatIsWrong) {
  using testing::HasSubstr;
  EXPECT_THAT(ErrorOf("# none\n"), HasSubstr("no prompt"));
  EXPECT_THAT(ErrorOf("the sea | ground: sea\na red car\n"), HasSubstr(":2 has no facts"));
  EXPECT_THAT(ErrorOf("a red car | car: rouge\n"), HasSubstr("'car: rouge'"));
  EXPECT_THAT(ErrorOf(" | car: red\n"), HasSubstr("no text"));
  EXPECT_THAT(ErrorOf("a car |\n"), HasSubstr("0 facts"));
}

TEST_F(BenchmarkPromptsTest, RefuseARungThatIsNotThere) {
  EXPECT_THROW(MakeBenchmarkPrompts(world_->words, world_->held_out, {.rungs = {9}}), base::Error);
  EXPECT_THROW(MakeBenchmarkPrompts(world_->words, world_->held_out, {.rungs = {0}}), base::Error);
}

}  // namespace
}  // namespace diptych::eval
