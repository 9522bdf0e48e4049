#include "text/byte_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/random.h"

namespace diptych::text {
namespace {

constexpr std::array<int32_t, 256> kByteIds = [] {
  std::array<int32_t, 256> ids{};
  for (size_t b = 0; b < 256; ++b) ids[b] = static_cast<int32_t>(b);
  return ids;
}();

struct Rule {
  int32_t left, right, merged;
};

// The definition, step by step: while some pair has a rule, apply the first rule of the list at its first place.
std::vector<int32_t> Naive(const std::string& word, const std::vector<Rule>& rules) {
  std::vector<int32_t> ids;
  for (char byte : word) ids.push_back(kByteIds[static_cast<uint8_t>(byte)]);
  for (size_t r = 0; r < rules.size();) {
    const int32_t pair[2] = {rules[r].left, rules[r].right};
    const auto place = std::search(ids.begin(), ids.end(), pair, pair + 2);
    if (place == ids.end()) {
      ++r;
      continue;
    }
    *place = rules[r].merged;
    ids.erase(place + 1);
    r = 0;
  }
  return ids;
}

std::vector<Rule> RandomRules(base::Random& random, int count) {
  std::vector<int32_t> symbols{'a', 'b', 'c'};
  std::vector<Rule> rules;
  while (static_cast<int>(rules.size()) < count) {
    const Rule rule{random.Pick(symbols), random.Pick(symbols), 256 + static_cast<int32_t>(rules.size())};
    const bool known = std::any_of(rules.begin(), rules.end(),
                                   [&](const Rule& r) { return r.left == rule.left && r.right == rule.right; });
    if (known) continue;
    rules.push_back(rule);
    symbols.push_back(rule.merged);
  }
  // Files may rank a merge before the merges that make its parts.
  for (size_t i = rules.size(); i > 1; --i) {
    if (random.Percent(20)) std::swap(rules[i - 1], rules[static_cast<size_t>(random.Below(static_cast<int>(i)))]);
  }
  return rules;
}

TEST(BytePairs, EqualTheDefinitionOnRandomWords) {
  base::Random random(3);
  for (int round = 0; round < 60; ++round) {
    const std::vector<Rule> rules = RandomRules(random, random.Between(1, 40));
    BytePairs pairs(kByteIds, rules.size());
    for (const Rule& rule : rules) pairs.Add(rule.left, rule.right, rule.merged);
    for (int i = 0; i < 20; ++i) {
      // On both sides of the length from which a heap is used.
      std::string word(static_cast<size_t>(random.Between(0, random.Percent(50) ? 20 : 250)), 'a');
      for (char& byte : word) byte = static_cast<char>('a' + random.Below(3));
      std::vector<int32_t> ids;
      pairs.Encode(word, ids);
      ASSERT_EQ(ids, Naive(word, rules)) << word;
    }
  }
}

TEST(BytePairs, AppendsAndTakesBytesWithoutMerges) {
  const BytePairs pairs(kByteIds, 0);
  std::vector<int32_t> ids{7};
  pairs.Encode("\xFF z", ids);
  EXPECT_EQ(ids, (std::vector<int32_t>{7, 255, 32, 'z'}));
}

TEST(BytePairs, TakesTheLastRankOfAPairThatIsAddedTwice) {
  BytePairs pairs(kByteIds, 3);
  pairs.Add('a', 'b', 300);
  pairs.Add('b', 'c', 301);
  pairs.Add('a', 'b', 300);
  std::vector<int32_t> ids;
  pairs.Encode("abc", ids);
  EXPECT_EQ(ids, (std::vector<int32_t>{'a', 301}));
}

}  // namespace
}  // namespace diptych::text
