// What values the flags take, verb by verb.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "train_cli/ranges.h"
#include "train_cli/training_flags.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

using Words = std::vector<std::string>;
using testing::HasSubstr;

std::vector<std::unique_ptr<Verb>> AllVerbs(CLI::App& app) {
  std::vector<std::unique_ptr<Verb>> verbs;
  for (auto make : {MakeRun, MakeExport, MakeAnswers, MakeTokenizer, MakeWorld, MakeEval, MakeReading, MakeJudge,
                    MakeCalibrate, MakeLexicon})
    verbs.push_back(make(app));
  return verbs;
}

// What the command line's reader says to these words, or "" when it takes them.
std::string ErrorOf(Words words) {
  CLI::App app;
  const std::vector<std::unique_ptr<Verb>> verbs = AllVerbs(app);
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(words);
  } catch (const CLI::Error& error) {
    return error.what();
  }
  return "";
}

struct Values {
  std::string flag;
  Words taken, refused;
};

void Expect(const Words& start, const std::vector<Values>& all) {
  for (const auto& [flag, taken, refused] : all) {
    const auto error = [&](const std::string& value) {
      Words words = start;
      words.push_back(flag + "=" + value);
      return ErrorOf(words);
    };
    for (const std::string& value : taken) EXPECT_EQ(error(value), "") << flag << value;
    for (const std::string& value : refused) EXPECT_THAT(error(value), HasSubstr(flag)) << value;
  }
}

TEST(Flags, HaveAHelpText) {
  CLI::App app;
  const std::vector<std::unique_ptr<Verb>> verbs = AllVerbs(app);
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    EXPECT_NE(verb->get_description(), "") << verb->get_name();
    for (const CLI::Option* option : verb->get_options())
      EXPECT_NE(option->get_description(), "") << verb->get_name() << ' ' << option->get_name();
  }
}

TEST(Flags, OfARunHaveRanges) {
  const std::vector<Values> values = {
      {"--steps", {"1", "20000"}, {"-4", "0", "1.5", "many", ""}},
      {"--batch", {"1"}, {"0"}},
      {"--size", {"32"}, {"0", "-32"}},
      {"--seed", {"0", "18446744073709551615"}, {"-1", "18446744073709551616", "1.5", ""}},
      {"--warm-up", {"0"}, {"-1"}},
      {"--decay", {"0", "0.9", "1"}, {"-0.1", "1.1"}},
      {"--last-rate", {"0.05"}, {"1.5"}},
      {"--artists", {"0", "2"}, {"-1", "x"}},
      {"--muon", {"true", "false"}, {"perhaps"}},
      {"--muon-rate", {"0.02", "1e-3"}, {"-1", "nan", "inf"}},
      {"--adam-rate", {"0.001"}, {"-1"}},
      {"--weight-decay", {"0"}, {"-1"}},
      {"--clip", {"0.5"}, {"-1"}},
      {"--average", {"0", "0.999"}, {"1.5"}},
      {"--time-mean", {"-0.6"}, {"nan"}},
      {"--time-deviation", {"0.9"}, {"-1"}},
      {"--subject-share", {"0"}, {"-1"}},
      {"--copies", {"0", "4"}, {"-1"}},
      {"--look", {"0", "100"}, {"300", "-1"}},
      {"--chinese", {"40"}, {"150"}},
      {"--characters", {"50"}, {"101"}},
      {"--grid", {"0", "80"}, {"101"}},
      {"--balance", {"fixed", "norm"}, {"loose"}},
      {"--text-weight", {"0.3"}, {"-1"}},
      {"--probe-every", {"0"}, {"-1"}},
      {"--log-every", {"1"}, {"0"}},
      {"--save-minutes", {"0", "1.5"}, {"-1"}},
      {"--sample-minutes", {"0"}, {"-1"}},
      {"--keep", {"1"}, {"0", "-1"}},
      {"--threads", {"0", "4"}, {"-1"}},
      {"--loader-threads", {"1"}, {"0"}},
  };
  Expect({"run"}, values);
  Expect({"export", "folder"}, values);
}

TEST(Flags, OfTheOtherVerbsHaveRanges) {
  Expect({"tokenizer"}, {{"--size", {"4096"}, {"0"}}, {"--scenes", {"1"}, {"0"}}});
  Expect({"world", "--preview", "a.png"}, {{"--size", {"16"}, {"0", "x"}}, {"--seed", {"3"}, {"-1"}}});
  Expect({"eval", "/", "out"}, {{"--rungs", {"1,8"}, {"0", "9", "1,9"}},
                                {"--prompts-per-rung", {"1"}, {"0"}},
                                {"--steps", {"1"}, {"0"}},
                                {"--guidance", {"1.5"}, {"-1"}},
                                {"--candidates", {"1"}, {"0"}},
                                {"--seeds", {"1"}, {"0"}},
                                {"--prompts-of-many", {"0"}, {"-1"}},
                                {"--compare-steps", {"4,20"}, {"0"}},
                                {"--measured-scenes", {"1"}, {"0"}},
                                {"--sheet", {"0"}, {"-1"}},
                                {"--threads", {"0"}, {"-1"}}});
  Expect({"reading", "/", "out"},
         {{"--half", {"seen", "unseen", "both"}, {"all"}}, {"--first", {"0"}, {"-1"}}, {"--seeds", {"1"}, {"0"}}});
  Expect({"judge", "file"}, {{"--measure", {"1"}, {"0"}},
                             {"--measure-seed", {"0"}, {"-1"}},
                             {"--minutes", {"0.5"}, {"-1"}},
                             {"--steps", {"1"}, {"0"}},
                             {"--scenes", {"1"}, {"0"}},
                             {"--width", {"16"}, {"0", "257"}},
                             {"--blocks", {"3"}, {"0", "65"}},
                             {"--drawings", {"world", "examiners"}, {"mine"}},
                             {"--kinds", {}, {"none.txt"}},
                             {"--muon-rate", {"0.02"}, {"-1"}}});
}

// Values that a numeric flag without a range would accept.
TEST(Flags, ThatTakeNumbersHaveRanges) {
  CLI::App app;
  std::vector<std::unique_ptr<Verb>> verbs;
  for (auto make :
       {MakeRun, MakeExport, MakeAnswers, MakeTokenizer, MakeWorld, MakeEval, MakeJudge, MakeCalibrate, MakeLexicon})
    verbs.push_back(make(app));
  size_t numbers = 0;
  for (CLI::App* verb : app.get_subcommands({})) {
    for (CLI::Option* option : verb->get_options()) {
      const std::string type = option->get_type_name();
      if (!type.starts_with("INT") && !type.starts_with("UINT") && !type.starts_with("FLOAT")) continue;
      if (option->get_expected_max() == 0) continue;  // a flag
      for (const char* value : {"-1e300", "1e300", "nan"}) {
        option->clear();
        option->add_result(value);
        EXPECT_THROW(option->run_callback(), CLI::ValidationError) << verb->get_name() << option->get_name() << value;
      }
      ++numbers;
    }
  }
  EXPECT_GT(numbers, 90u);
}

TEST(Flags, OfARunAreWrittenAndReadAgain) {
  CLI::App app;
  train::TrainingOptions options;
  AddTrainingFlags(app, options);
  app.parse("--steps 7 --run \"my run\" --pictures-only --clip 0.5", false);
  const std::string config = TrainingConfig(app);
  EXPECT_THAT(config, HasSubstr("steps = 7\n"));
  EXPECT_THAT(config, HasSubstr("run = \"my run\"\n"));
  EXPECT_THAT(config, HasSubstr("pictures-only = true\n"));
  EXPECT_THAT(config, HasSubstr("clip = 0.5\n"));
  EXPECT_THAT(config, HasSubstr("balance = \"fixed\"\n"));
}

TEST(Ranges, AMessageNamesTheValueAndTheRange) {
  EXPECT_EQ(FromTo(0, 1)("1.5"), "\"1.5\" is no number from 0 to 1");
  EXPECT_EQ(Percent()("101"), "\"101\" is no number from 0 to 100");
  EXPECT_EQ(Seed()("-1"), "\"-1\" is no whole number from 0 to 18446744073709551615");
  EXPECT_EQ(FromTo(1, kMany)("3"), "");
}

}  // namespace
}  // namespace diptych::train_cli
