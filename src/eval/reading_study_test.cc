#include "eval/reading_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "eval/blind_prompts.h"

namespace diptych::eval {
namespace {

using testing::HasSubstr;
using testing::Not;

BenchmarkPrompt PromptOf(std::string text, const std::vector<std::string>& facts,
                         text::Language language = text::Language::kEnglish) {
  BenchmarkPrompt prompt;
  prompt.text = std::move(text);
  prompt.language = language;
  prompt.rung = static_cast<int>(facts.size());
  for (const std::string& fact : facts)
    prompt.facts.push_back(ReadBlindFact(fact, std::vector<std::string>{"cat", "drum", "dog"}).value());
  return prompt;
}

plan::Vocabulary Knows(const std::vector<std::string>& kinds) {
  return {kinds,
          {{.name = "kind"},
           {.name = "colour", .values = {"red", "black"}},
           {.name = "hour", .line = "hour", .values = {"noon"}},
           {.name = "moon", .line = "moon"}}};
}

// A black cat at noon, two prompts with a thing or a fact that the model does not know, a denial in Chinese.
std::vector<PromptReading> Measured() {
  const ReadingTask task = {
      .prompts = {PromptOf("black cat", {"thing: cat", "the cat is black", "time: noon"}),
                  PromptOf("drum", {"thing: drum"}), PromptOf("a cat at night", {"thing: cat", "time: night"}),
                  PromptOf("没有月亮的猫", {"thing: cat", "absent (there is none): moon"}, text::Language::kChinese)},
      .seed = 10,
      .seeds = 2};
  // The model forgets the colour in odd seeds, the program never does; the moon is always there.
  const auto plans = [](const BenchmarkPrompt&, uint64_t seed) {
    const std::string black = "hour: noon\nmoon: at 3 4\ncat: one, black", bare = "hour: noon\nmoon: at 3 4\ncat: one";
    return PlansOfPrompt{.alone = seed % 2 == 0 ? black : bare, .program = black};
  };
  return MeasureReading(task, plans, Knows({"cat", "dog"}));
}

const ReadingRow& Row(const std::vector<ReadingRow>& rows, const std::string& known, const std::string& language,
                      const std::string& part) {
  const auto found = std::ranges::find_if(
      rows, [&](const ReadingRow& row) { return row.known == known && row.language == language && row.part == part; });
  EXPECT_NE(found, rows.end()) << known << language << part;
  return *found;
}

TEST(Reading, CountsFactsAndWholePromptsOverSeeds) {
  const std::vector<ReadingRow> rows = ReadingRows(Measured());
  const ReadingRow& all = Row(rows, "all", "", "");
  EXPECT_EQ(all.prompts, 4);
  EXPECT_EQ(all.facts, 8);
  EXPECT_DOUBLE_EQ(all.alone->value, 9.0 / 16);  // of the cats 3 + 2, nothing of the drum, 2, 2
  EXPECT_DOUBLE_EQ(all.program->value, 10.0 / 16);
  EXPECT_DOUBLE_EQ(all.whole_alone->value, 1.0 / 8);
  EXPECT_DOUBLE_EQ(all.whole_program->value, 2.0 / 8);
  EXPECT_DOUBLE_EQ(Row(rows, "all", "", "colour").alone->value, 0.5);
  EXPECT_FALSE(Row(rows, "all", "", "colour").whole_alone);
  EXPECT_DOUBLE_EQ(Row(rows, "all", "", "denied").program->value, 0);
  EXPECT_DOUBLE_EQ(Row(rows, "all", "", "3 facts").whole_program->value, 1);
}

TEST(Reading, OfWhatTheModelKnowsStandsApart) {
  const std::vector<ReadingRow> rows = ReadingRows(Measured());
  EXPECT_EQ(Row(rows, "things", "", "").prompts, 3);
  EXPECT_EQ(Row(rows, "facts", "", "").prompts, 2);
  EXPECT_EQ(Row(rows, "facts", "en", "").prompts, 1);
  EXPECT_EQ(Row(rows, "facts", "zh", "").facts, 2);
  EXPECT_DOUBLE_EQ(Row(rows, "facts", "en", "").program->value, 1);
}

TEST(Reading, IsWrittenAsTableAsJsonAndAsLosses) {
  const std::vector<PromptReading> readings = Measured();
  const std::vector<ReadingRow> rows = ReadingRows(readings);
  EXPECT_THAT(TableOf(rows), HasSubstr("| all things known | both | all | 3 | 7 | "));
  EXPECT_EQ(nlohmann::json::parse(JsonOf(rows)).size(), rows.size());
  const std::string losses = LossesOf(readings);
  EXPECT_THAT(losses, HasSubstr("- drum (a thing that the model does not know)\n  - lost by the model: drum\n"));
  EXPECT_THAT(losses, HasSubstr("lost by the program: no moon\n  - plan: hour: noon / moon: at 3 4 / cat: one"));
  EXPECT_THAT(losses, Not(HasSubstr("- black cat")));  // the first seed kept all
}

}  // namespace
}  // namespace diptych::eval
