#include "model/generation_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::model {
namespace {

using testing::HasSubstr;

class GenerationConfigTest : public testing::Test {
 protected:
  const base::TemporaryFolder folder_;
};

TEST_F(GenerationConfigTest, erationDefaultsComeFromTheFile) {
  EXPECT_EQ(LoadGenerationConfig(folder_.path()).steps, 50);
  GenerationConfig config;
  config.steps = 20;
  config.guidance = 2.5;
  config.guidance_rescale = "channel";
  config.guidance_to = 0.75;
  config.solver = "heun";
  config.candidates = 3;
  config.plan = true;
  config.mid_sentence = true;
  config.width = config.height = 256;
  config.temperature = 0.5;
  std::ofstream(folder_ / "generation_config.json") << WriteGenerationConfig(config);
  const GenerationConfig read = LoadGenerationConfig(folder_.path());
  EXPECT_EQ(WriteGenerationConfig(read), WriteGenerationConfig(config));
  EXPECT_TRUE(read.Knows(Skill::kEdit));
  EXPECT_EQ(read.steps, 20);
  EXPECT_EQ(read.guidance_to, 0.75);
  EXPECT_EQ(read.candidates, 3);
  EXPECT_TRUE(read.mid_sentence);
  std::ofstream(folder_ / "generation_config.json") << R"({"skills": ["ask"], "img_cfg_scale": 1.5, "max_images": 4})";
  EXPECT_TRUE(LoadGenerationConfig(folder_.path()).Knows(Skill::kAsk));
  EXPECT_FALSE(LoadGenerationConfig(folder_.path()).Knows(Skill::kEdit));
  EXPECT_EQ(LoadGenerationConfig(folder_.path()).picture_guidance, 1.5);
  EXPECT_EQ(LoadGenerationConfig(folder_.path()).max_pictures, 4);
  EXPECT_FALSE(LoadGenerationConfig(folder_.path()).mid_sentence);
  for (const char* bad : {R"({"skills": "ask"})", R"({"skills": ["fly"]})", R"({"skills": [3]})"}) {
    std::ofstream(folder_ / "generation_config.json") << bad;
    EXPECT_THROW(LoadGenerationConfig(folder_.path()), base::Error) << bad;
  }
  std::ofstream(folder_ / "generation_config.json") << R"({"cfg_norm": "loud"})";
  EXPECT_THROW(LoadGenerationConfig(folder_.path()), base::Error);
}

TEST_F(GenerationConfigTest, EveryOptionOfTheTableIsReadFromItsKey) {
  const auto object = nlohmann::json::parse(WriteGenerationConfig({}));
  std::set<std::string_view> names, flags;
  for (const GenerationOption& option : GenerationOptions()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (!option.flag.empty()) {
      EXPECT_TRUE(flags.insert(option.flag).second) << option.flag;
      EXPECT_FALSE(option.help.empty() || option.value_name.empty()) << option.flag;
    }
    if (option.config_key.empty()) continue;
    EXPECT_TRUE(object.contains(std::string(option.config_key))) << option.name;
    std::ofstream(folder_ / "generation_config.json") << "{\"" << option.config_key << "\": -1}";
    try {
      LoadGenerationConfig(folder_.path());
      ADD_FAILURE() << option.name << " takes -1";
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), testing::AllOf(HasSubstr(option.config_key), HasSubstr(RangeOf(option))));
    }
  }
}

TEST_F(GenerationConfigTest, SaysWhatAModelHasNotLearned) {
  GenerationConfig config;
  config.learned = {{"width", {128, 128}}, {"guidance", {1, 6}}};
  config.width = 128;
  EXPECT_THAT(UnlearnedOptions(config), testing::IsEmpty());
  config.width = 256;
  config.guidance = 12;
  EXPECT_THAT(UnlearnedOptions(config), testing::ElementsAre("guidance is 12, this model has learned 1 to 6.",
                                                             "width is 256, this model has learned 128."));
}

TEST(GenerationOptions, DefaultsAreInTheirRanges) { EXPECT_NO_THROW(CheckOptions({})); }

TEST(GenerationOptions, WholeNumbersWordsAndNumbersAreHeldToTheirRanges) {
  const GenerationOption &steps = *FindOption("steps"), &top_p = *FindOption("top_p"), &solver = *FindOption("solver");
  EXPECT_EQ(ParseOption(steps, "8"), OptionValue(int64_t{8}));
  for (const char* bad : {"0", "1001", "2.5", "8 ", " 8", "0x8", "eight", "", "99999999999999999999"})
    EXPECT_FALSE(ParseOption(steps, bad)) << bad;
  EXPECT_EQ(ParseOption(top_p, "1"), OptionValue(1.0));
  for (const char* bad : {"0", "1.01", "nan", "inf", "-0.5"}) EXPECT_FALSE(ParseOption(top_p, bad)) << bad;
  EXPECT_EQ(ParseOption(solver, "heun"), OptionValue(std::string("heun")));
  EXPECT_FALSE(ParseOption(solver, "Heun"));
  EXPECT_EQ(RangeOf(steps), "a whole number from 1 to 1000");
  EXPECT_EQ(RangeOf(top_p), "a number above 0 up to 1");
  EXPECT_EQ(RangeOf(solver), "euler or heun");
}

TEST(GenerationOptions, WhatIsAskedForReplacesTheDefaults) {
  const GenerationConfig config = WithOptions({}, {{"steps", int64_t{8}}, {"guidance", 2.5}, {"shift", int64_t{2}}});
  EXPECT_EQ(config.steps, 8);
  EXPECT_EQ(config.guidance, 2.5);
  EXPECT_EQ(config.shift, 2);
  EXPECT_EQ(config.width, GenerationConfig().width);
  EXPECT_THROW(WithOptions({}, {{"steps", 8.5}}), base::Error);
  EXPECT_THROW(WithOptions({}, {{"solver", int64_t{1}}}), base::Error);
  EXPECT_THROW(WithOptions({}, {{"stepps", int64_t{8}}}), base::Error);
}

TEST(GenerationOptions, AnEmptyGuidanceIntervalIsRefused) {
  GenerationConfig config;
  config.guidance_from = 0.5;
  config.guidance_to = 0.25;
  EXPECT_THROW(CheckOptions(config), base::Error);
}

}  // namespace
}  // namespace diptych::model
