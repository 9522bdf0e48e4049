#include "text/tokenizer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "text/tokenizer_training.h"

namespace diptych {
namespace {

TEST(TrainTokenizer, WritesATokenizerThatLoadsAndGivesTextBack) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "trained";
  std::filesystem::create_directories(folder);
  const std::vector<std::string> texts(20, "a red bus on the road 路上有一辆红色的公共汽车");
  TrainTokenizer(texts, {.vocabulary_size = 300, .special_tokens = {"<|im_start|>", "<|im_end|>"}}, folder);
  const Tokenizer tokenizer = Tokenizer::Load(folder);
  EXPECT_EQ(tokenizer.Decode(tokenizer.Encode(texts[0])), texts[0]);
  EXPECT_LT(tokenizer.Encode(texts[0]).size(), texts[0].size() / 2);
}

}  // namespace
}  // namespace diptych
