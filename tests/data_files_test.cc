// The form of data that people wrote and that the world's grammar and the benchmark are to take in: sayings and blind
// prompts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/split.h"

namespace diptych {
namespace {

const std::filesystem::path kRoot = DIPTYCH_SOURCE_DIR;

const std::set<std::string_view> kSlots = {"a_thing", "b_thing",  "c_thing",     "thing", "things", "b",
                                           "colour",  "b_colour", "colour_bare", "count", "size",   "style",
                                           "scene",   "who",      "he",          "held"};

// The first slot of a pattern that is none, or an unclosed brace; empty when all is well.
std::string WrongSlot(std::string_view pattern) {
  for (size_t open = pattern.find('{'); open != pattern.npos; open = pattern.find('{', open + 1)) {
    const size_t close = pattern.find('}', open);
    if (close == pattern.npos) return "an open brace";
    const std::string_view slot = pattern.substr(open + 1, close - open - 1);
    if (!kSlots.contains(slot)) return std::string(slot);
  }
  return {};
}

TEST(Sayings, SlotsAreKnownAndAFilesLinesDiffer) {
  for (const char* language : {"en", "zh"}) {
    size_t patterns = 0, files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kRoot / "src/world/words" / language / "sayings")) {
      ++files;
      std::set<std::string> lines;
      std::string section;
      const std::string text = base::ReadFile(entry.path());
      for (const std::string_view line : base::Split(text, '\n')) {
        if (line.starts_with("## ")) section = line;
        if (line.empty() || line.starts_with("#")) continue;
        EXPECT_NE(section, "") << entry.path() << ": " << line;
        EXPECT_EQ(WrongSlot(line), "") << entry.path() << ": " << line;
        EXPECT_TRUE(lines.insert(section + std::string(line)).second) << entry.path() << ": " << line;
      }
      patterns += lines.size();
    }
    EXPECT_GE(files, 3u);
    EXPECT_GE(patterns, 5000u) << language;
  }
}

TEST(Sayings, AWrongSlotIsSeen) {
  EXPECT_EQ(WrongSlot("a {thing} that is {colour}"), "");
  EXPECT_EQ(WrongSlot("a {thingy}"), "thingy");
  EXPECT_EQ(WrongSlot("a {thing"), "an open brace");
}

TEST(BlindPrompts, EachHalfHasBothLanguagesAndItsOwnFacts) {
  std::map<std::string, std::set<std::string>> ids;  // of each half
  std::set<std::string> prompts;
  for (const char* half : {"seen", "unseen"}) {
    std::map<std::string, int> by_language;
    const std::string text = base::ReadFile(kRoot / "src/eval/blind" / (half + std::string(".jsonl")));
    for (const std::string_view line : base::Split(text, '\n')) {
      if (line.empty()) continue;
      const auto json = nlohmann::json::parse(line);
      ++by_language[json.at("language").get<std::string>()];
      ids[half].insert(json.at("id").get<std::string>());
      prompts.insert(json.at("prompt").get<std::string>());
      EXPECT_THAT(json.at("facts").size(), testing::AllOf(testing::Ge(1u), testing::Le(12u))) << line;
    }
    EXPECT_THAT(by_language, testing::UnorderedElementsAre(testing::Pair("en", 150), testing::Pair("zh", 150)));
  }
  EXPECT_GE(prompts.size(), 590u);  // "a man" may be asked for twice
  for (const std::string& id : ids["seen"]) EXPECT_FALSE(ids["unseen"].contains(id)) << id;
}

}  // namespace
}  // namespace diptych
