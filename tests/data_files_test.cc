// The form of data that people wrote and that the world's grammar and the benchmark are to take in: sayings, tales
// and blind prompts.
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

const std::set<std::string_view> kTaleSlots = {
    "a_thing", "A_thing", "the_thing", "The_thing", "thing",   "Thing",   "things", "he",     "He",
    "him",     "Him",     "his",       "His",       "b_thing", "B_thing", "the_b",  "The_b",  "b",
    "c_thing", "held",    "the_held",  "held_bare", "count",   "beside",  "others", "himself"};

// The first slot of a pattern that is none, or an unclosed brace; empty when all is well.
std::string WrongSlot(std::string_view pattern, const std::set<std::string_view>& slots = kSlots) {
  for (size_t open = pattern.find('{'); open != pattern.npos; open = pattern.find('{', open + 1)) {
    const size_t close = pattern.find('}', open);
    if (close == pattern.npos) return "an open brace";
    const std::string_view slot = pattern.substr(open + 1, close - open - 1);
    // "{is/are}" is none, and "{he:other}" is "he" of the other.
    const std::string_view name = slot.ends_with(":other") ? slot.substr(0, slot.find(':')) : slot;
    if (!slots.contains(name) && slot.find('/') == slot.npos) return std::string(slot);
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

// What is wrong with a line "key | = sentence" or "key | ~ sentence"; a tale has several with " / " between.
std::string WrongTale(std::string_view line) {
  const size_t bar = line.find(" | ");
  if (bar == line.npos || bar == 0) return "no key";
  for (std::string_view rest = line.substr(bar + 3); !rest.empty();) {
    const size_t end = std::min(rest.find(" / "), rest.size());
    const std::string_view sentence = rest.substr(0, end);
    if (!sentence.starts_with("= ") && !sentence.starts_with("~ ")) return "no mark";
    if (const std::string slot = WrongSlot(sentence, kTaleSlots); !slot.empty()) return slot;
    rest.remove_prefix(std::min(end + 3, rest.size()));
  }
  return {};
}

// The alternatives of a file's rules that are whole sentences.
size_t SentencesOf(const std::filesystem::path& file) {
  size_t sentences = 0;
  const std::string text = base::ReadFile(file);
  for (const std::string_view line : base::Split(text, '\n'))
    for (const std::string_view end : {".", "!", "?", "。", "！", "？"})
      sentences += !line.starts_with("#") && line.ends_with(end);
  return sentences;
}

TEST(Tales, EveryLineHasAKeyMarksAndKnownSlotsAndStandsOnce) {
  for (const char* language : {"en", "zh"}) {
    std::set<std::string> lines;
    for (const char* file : {"doing.txt", "kinds.txt"}) {
      const std::string text = base::ReadFile(kRoot / "src/world/words" / language / "tales" / file);
      for (const std::string_view line : base::Split(text, '\n')) {
        if (line.empty() || line.starts_with("## ")) continue;
        EXPECT_EQ(WrongTale(line), "") << language << "/" << file << ": " << line;
        EXPECT_TRUE(lines.emplace(line).second) << language << "/" << file << ": " << line;
      }
    }
    EXPECT_GE(lines.size() + SentencesOf(kRoot / "src/world/words" / language / "narratives.txt"), 2500u) << language;
  }
}

TEST(Tales, AWrongLineIsSeen) {
  EXPECT_EQ(WrongTale("violin | ~ It waits for a bow."), "");
  EXPECT_EQ(WrongTale("animal + reading | = {A_thing} reads. / ~ It is a good book."), "");
  EXPECT_EQ(WrongTale("violin | It waits."), "no mark");
  EXPECT_EQ(WrongTale("= It waits."), "no key");
  EXPECT_EQ(WrongTale("violin | = {It} waits."), "It");
  EXPECT_EQ(WrongTale("singing | = {The_thing} {sings/sing} to {him:other}."), "");
  EXPECT_EQ(WrongTale("singing | = {The_thing} sings to {him:second}."), "him:second");
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
