#include "world/prompt_noise.h"

#include <gtest/gtest.h>

#include <set>

#include "world/kinds.h"

namespace diptych::world {
namespace {

using text::Language;

PromptNoise Noise() { return PromptNoise(DataFolder() / "words/zh/traditional.txt", "水彩"); }

TEST(PromptNoise, ArticlesGoBySound) {
  EXPECT_EQ(FixArticles("a apple, an cat, a uniform and an hour"), "an apple, a cat, a uniform and an hour");
  EXPECT_EQ(FixArticles("A owl"), "An owl");
  EXPECT_EQ(FixArticles("a ukulele, an 8-ball"), "a ukulele, an 8-ball");
  EXPECT_EQ(FixArticles("Santa and a-z"), "Santa and a-z");
}

TEST(PromptNoise, AnErrorIsNeverAnotherKnownWord) {
  PromptNoise noise = Noise();
  // All outcomes for "horse" but one are known.
  noise.Know("ohrse hrose hosre hores hrse hose hore hoorse horrse horsse");
  for (uint64_t i = 0; i < 3000; ++i) {
    base::Random random(i);
    const std::string typed = noise.Type("horse", Language::kEnglish, random);
    EXPECT_EQ(typed.find("hose"), typed.npos) << typed;
    EXPECT_EQ(typed.find("horrse"), typed.npos) << typed;
  }
}

TEST(PromptNoise, TypesInManyWays) {
  const PromptNoise noise = Noise();
  std::set<std::string> texts;
  for (uint64_t i = 0; i < 500; ++i) {
    base::Random random(i);
    texts.insert(noise.Type("a grey cat, in watercolour.", Language::kEnglish, random));
  }
  EXPECT_GT(texts.size(), 60u);
  EXPECT_TRUE(texts.contains("a gray cat, in watercolor."));
  EXPECT_TRUE(texts.contains("A GREY CAT, IN WATERCOLOUR."));
  EXPECT_TRUE(texts.contains("a grey cat in watercolour"));
}

TEST(PromptNoise, TraditionalCharacters) {
  const PromptNoise noise = Noise();
  EXPECT_EQ(noise.InTraditional("画一只红色的鸟，水彩，只要它"), "畫一隻紅色的鳥，水彩，只要它");
}

}  // namespace
}  // namespace diptych::world
