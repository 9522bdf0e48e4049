#include "text/tokenizer_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/temporary_folder.h"
#include "text/tokenizer.h"

namespace diptych::text {
namespace {

using Json = nlohmann::json;
using Texts = std::vector<std::string>;

// The files of a training run.
struct Trained {
  std::string tokenizer, config;
};

Trained Train(const Texts& texts, const TokenizerTraining& training) {
  const base::TemporaryFolder folder;
  TrainTokenizer(texts, training, folder.path());
  return {base::ReadFile(folder / "tokenizer.json"), base::ReadFile(folder / "tokenizer_config.json")};
}

Tokenizer TrainAndLoad(const Texts& texts, const TokenizerTraining& training) {
  const base::TemporaryFolder folder;
  TrainTokenizer(texts, training, folder.path());
  return Tokenizer::Load(folder.path());
}

Texts SmallWorld(int count) {
  const Texts english{"a red bus", " on the road", " under the moon", ", two small cats", " facing left"};
  const Texts chinese{"路上有一辆红色的公共汽车", "两只小猫", "月亮下面", "，朝左"};
  base::Random random(6);
  Texts texts;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (int n = random.Between(1, 5); n > 0; --n) text += random.Pick(i % 2 == 0 ? english : chinese);
    texts.push_back(text);
  }
  return texts;
}

const Texts kSpecial{"<|endoftext|>", "<|im_start|>", "<|im_end|>"};

TEST(TrainTokenizer, CompressesAndGivesTextBack) {
  const Texts texts = SmallWorld(300);
  const Tokenizer tokenizer = TrainAndLoad(texts, {.vocabulary_size = 400, .special_tokens = kSpecial});
  size_t bytes = 0, tokens = 0;
  for (const std::string& text : texts) {
    const auto ids = tokenizer.Encode(text);
    EXPECT_EQ(tokenizer.Decode(ids), text);
    bytes += text.size(), tokens += ids.size();
  }
  EXPECT_LT(tokens * 4, bytes);
}

TEST(TrainTokenizer, PutsSpecialTokensLast) {
  const Tokenizer tokenizer = TrainAndLoad(SmallWorld(300), {.vocabulary_size = 300, .special_tokens = kSpecial});
  EXPECT_EQ(tokenizer.vocabulary_size(), 300);
  for (int32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(tokenizer.Find(kSpecial[static_cast<size_t>(i)]), 297 + i);
    EXPECT_TRUE(tokenizer.IsSpecial(297 + i));
  }
  EXPECT_EQ(tokenizer.Find("!"), 0);
}

TEST(TrainTokenizer, GivesTheSameFilesInAnyOrderOfTexts) {
  Texts texts = SmallWorld(200);
  const TokenizerTraining training{.vocabulary_size = 380, .special_tokens = kSpecial};
  const Trained first = Train(texts, training);
  std::reverse(texts.begin(), texts.end());
  const Trained second = Train(texts, training);
  EXPECT_EQ(first.tokenizer, second.tokenizer);
  EXPECT_EQ(first.config, second.config);
}

TEST(TrainTokenizer, StopsWhereNothingRepeats) {
  const Tokenizer tokenizer = TrainAndLoad({"abcd abcx"}, {.vocabulary_size = 4096, .special_tokens = {}});
  // "ab" and "abc" occur twice; " abc" does not.
  EXPECT_EQ(tokenizer.vocabulary_size(), 258);
  EXPECT_TRUE(tokenizer.Find("abc"));
  EXPECT_EQ(TrainAndLoad({}, {.vocabulary_size = 300, .special_tokens = kSpecial}).vocabulary_size(), 259);
}

// Counts every pair anew for each merge, over words of letters that the pattern leaves whole.
std::vector<std::string> NaiveMerges(const Texts& words, size_t count) {
  std::vector<Texts> split;
  for (const std::string& word : words) {
    Texts& symbols = split.emplace_back();
    for (char c : word) symbols.emplace_back(1, c);
  }
  Texts order;  // symbols by id; letters are in the order of their bytes
  for (char c = 'a'; c <= 'z'; ++c) order.emplace_back(1, c);
  const auto id_of = [&](const std::string& s) { return std::find(order.begin(), order.end(), s) - order.begin(); };
  std::vector<std::string> merges;
  while (merges.size() < count) {
    std::map<std::pair<std::ptrdiff_t, std::ptrdiff_t>, int> counts;
    for (const Texts& s : split) {
      for (size_t i = 0; i + 1 < s.size(); ++i) ++counts[{id_of(s[i]), id_of(s[i + 1])}];
    }
    const auto best = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best == counts.end() || best->second < 2) break;
    const std::string left = order[static_cast<size_t>(best->first.first)],
                      right = order[static_cast<size_t>(best->first.second)];
    merges.push_back(left + " " + right);
    if (std::find(order.begin(), order.end(), left + right) == order.end()) order.push_back(left + right);
    for (Texts& s : split) {
      for (size_t i = 0; i + 1 < s.size(); ++i) {
        if (s[i] == left && s[i + 1] == right) s[i] += right, s.erase(s.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      }
    }
  }
  return merges;
}

TEST(TrainTokenizer, LearnsTheMergesOfTheDefinition) {
  base::Random random(8);
  for (int round = 0; round < 25; ++round) {
    Texts words;
    for (int n = random.Between(2, 60); n > 0; --n) {
      std::string word(static_cast<size_t>(random.Between(1, 14)), 'a');
      for (char& c : word) c = static_cast<char>('a' + random.Below(random.Between(1, 5)));
      words.push_back(word);
    }
    const Json json = Json::parse(Train(words, {.vocabulary_size = 290, .special_tokens = {}}).tokenizer);
    const auto merges = json["model"]["merges"].get<std::vector<std::string>>();
    ASSERT_EQ(merges, NaiveMerges(words, merges.size() + (json["model"]["vocab"].size() < 290 ? 1 : 0)));
  }
}

TEST(TrainTokenizer, NeverLearnsASpecialSpelling) {
  const Texts texts(10, "abab abab");
  const Tokenizer tokenizer = TrainAndLoad(texts, {.vocabulary_size = 300, .special_tokens = {"ab"}});
  EXPECT_TRUE(tokenizer.IsSpecial(*tokenizer.Find("ab")));
  for (int32_t id : tokenizer.EncodeOrdinary("abab")) EXPECT_FALSE(tokenizer.IsSpecial(id));
}

TEST(TrainTokenizer, WritesWhatHuggingFaceReads) {
  const Trained trained = Train(SmallWorld(50), {.vocabulary_size = 300, .special_tokens = kSpecial});
  const Json json = Json::parse(trained.tokenizer), config = Json::parse(trained.config);
  EXPECT_EQ(json["version"], "1.0");
  EXPECT_EQ(json["normalizer"]["type"], "NFC");
  EXPECT_EQ(json["decoder"]["type"], "ByteLevel");
  EXPECT_EQ(json["model"]["vocab"].size(), 297u);
  EXPECT_EQ(json["added_tokens"][2]["content"], "<|im_end|>");
  EXPECT_EQ(json["added_tokens"][2]["id"], 299);
  EXPECT_EQ(config["tokenizer_class"], "Qwen2Tokenizer");
  EXPECT_EQ(config["eos_token"], "<|im_end|>");
  EXPECT_EQ(config["pad_token"], "<|endoftext|>");
  EXPECT_EQ(config["added_tokens_decoder"]["299"]["content"], "<|im_end|>");
  EXPECT_THAT(config["chat_template"].get<std::string>(), testing::HasSubstr("{% if add_generation_prompt %}"));
}

TEST(TrainTokenizer, TakesAnyBytes) {
  const Tokenizer tokenizer =
      TrainAndLoad({"\xFF\xFE", std::string("\0a\0", 3), std::string(100'000, 'x'), "e\u0301 e\u0301 e\u0301"},
                   {.vocabulary_size = 300, .special_tokens = {}});
  EXPECT_EQ(tokenizer.Decode(tokenizer.Encode("é")), "é");
}

TEST(TrainTokenizer, RefusesWhatCannotBe) {
  const auto train = [](const TokenizerTraining& training) { Train({"a"}, training); };
  EXPECT_THROW(train({.vocabulary_size = 258, .special_tokens = kSpecial}), base::Error);
  EXPECT_THROW(train({.vocabulary_size = -1, .special_tokens = {}}), base::Error);
  EXPECT_THROW(train({.vocabulary_size = 300, .special_tokens = {"<a>", "<a>"}}), base::Error);
  EXPECT_THROW(train({.vocabulary_size = 300, .special_tokens = {""}}), base::Error);
  EXPECT_THROW(train({.vocabulary_size = 300, .special_tokens = {"a"}}), base::Error);
  EXPECT_THROW(train({.vocabulary_size = 300, .special_tokens = {"\xFF\xFF"}}), base::Error);
}

}  // namespace
}  // namespace diptych::text
