#include "eval/blind_prompts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::eval {
namespace {

using testing::HasSubstr;

const std::filesystem::path kFolder = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/eval/blind";
constexpr const char* kLine =
    R"({"id": "a", "language": "en", "prompt": "a sad panda", "facts": ["thing: panda", "the panda is sad"]})";

// The fact in words with its topic; "unread" where it cannot be read.
std::string Read(std::string_view text, const std::vector<std::string>& things = {"panda", "hot air balloon", "man"}) {
  const auto fact = ReadBlindFact(text, things);
  return fact ? std::string(world::kTopicNames[fact->topic]) + "| " + Write(*fact) : "unread";
}

std::string ErrorOf(const std::string& text) {
  const base::TemporaryFolder folder;
  base::WriteFileAtomically(folder / "some.jsonl", text);
  try {
    ReadBlindPrompts(folder / "some.jsonl", {});
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(BlindFacts, AreReadAsFactsOfThePlanLanguage) {
  EXPECT_EQ(Read("thing: hot air balloon"), "kind| hot air balloon");
  EXPECT_EQ(Read("second thing: T-shirt"), "unread");
  EXPECT_EQ(Read("number of panda: three"), "count| panda: three");
  EXPECT_EQ(Read("the panda is at the left"), "place| panda: left");
  EXPECT_EQ(Read("the panda is playing the ukulele"), "action| panda: playing ukulele");
  EXPECT_EQ(Read("the panda holds: vase"), "held| panda: holding vase");
  EXPECT_EQ(Read("the panda is inside the hot air balloon"), "relation| panda: inside hot air balloon");
  EXPECT_EQ(Read("the hot air balloon is far away"), "depth| hot air balloon: far");
  EXPECT_EQ(Read("time: starry night"), "hour| hour: starry night");
  EXPECT_EQ(Read("weather: clear sky"), "weather| weather: clear");
  EXPECT_EQ(Read("place: moon surface"), "ground| ground: moon");
  EXPECT_EQ(Read("crescent moon"), "phase| moon: crescent");
  EXPECT_EQ(Read("pixel art style"), "style| style: pixel art");
  EXPECT_EQ(Read("tense mood"), "mood| mood: tense");
}

TEST(BlindFacts, ThatDenyAreKeptWhereNothingOfThemIs) {
  EXPECT_EQ(Read("absent (there is none): tree"), "kind| no tree");
  EXPECT_EQ(Read("absent (there is none): clouds"), "cloudy| no clouds");
  const StatedFact moon = *ReadBlindFact("absent (there is none): moon", {});
  EXPECT_TRUE(Keep({{"hour", "night"}}, moon));
  EXPECT_FALSE(Keep({{"moon", "full"}}, moon));
  const StatedFact people = *ReadBlindFact("absent (there is none): people", {});
  EXPECT_TRUE(Keep({{"panda", "one"}}, people));
  EXPECT_FALSE(Keep({{"panda", "one"}, {"boy", "two"}}, people));
}

TEST(BlindFacts, OfOtherFormsOrWordsAreUnread) {
  EXPECT_EQ(Read("thing: gizmo"), "unread");
  EXPECT_EQ(Read("the panda is shiny"), "unread");
  EXPECT_EQ(Read("the dog is sad"), "unread");
  EXPECT_EQ(Read("number of dog: two"), "unread");
  EXPECT_EQ(Read("place: Atlantis"), "unread");
  EXPECT_EQ(Read("panda"), "unread");
  EXPECT_EQ(Read(""), "unread");
}

// Whom a fact is about when one name begins as another does.
TEST(BlindFacts, GoToTheThingThatIsNamed) {
  EXPECT_EQ(Read("the man pilot is sad", {"man", "man pilot"}), "feeling| man pilot: sad");
  EXPECT_EQ(Read("thing: pirate"), "kind| pirate");
  EXPECT_EQ(Read("the pirate is sad", {"pirate"}), "kind| pirate: sad");
}

TEST(BlindPrompts, HaveTheFactsOfTheirLists) {
  const auto prompts = ReadBlindPrompts(kFolder / "seen.jsonl", {});
  ASSERT_EQ(prompts.size(), 300u);
  EXPECT_EQ(prompts[2].id, "b004");
  EXPECT_EQ(prompts[2].rung, 3);
  EXPECT_EQ(Write(prompts[2].facts[2]), "panda: holding vase");
}

TEST(BlindPrompts, OfTheUnseenHalfCanBeReadToo) {
  const auto prompts = ReadBlindPrompts(kFolder / "unseen.jsonl", {});
  EXPECT_EQ(prompts.size(), 300u);
  EXPECT_EQ(std::ranges::count(prompts, text::Language::kChinese, &BenchmarkPrompt::language), 150);
}

TEST(BlindPrompts, NameTheLineThatIsWrong) {
  const std::string line = kLine;
  const auto with = [&line](const std::string& what, const std::string& instead) {
    std::string other = line;
    return line + "\n" + other.replace(other.find(what), what.size(), instead) + "\n";
  };
  EXPECT_EQ(ErrorOf(line), "no error");
  EXPECT_THAT(ErrorOf(line + "\n" + line), HasSubstr(":2 has id and language of an earlier line"));
  EXPECT_THAT(ErrorOf(line + "\nnonsense\n"), HasSubstr(":2 is no JSON"));
  EXPECT_THAT(ErrorOf(with("\"en\"", "\"fr\"")), HasSubstr(":2 is in the unknown language \"fr\""));
  EXPECT_THAT(ErrorOf(with("prompt", "promt")), HasSubstr(":2 has no prompt"));
  EXPECT_THAT(ErrorOf(with("is sad", "is shiny")),
              HasSubstr(":2 has a fact that cannot be read, \"the panda is shiny\""));
  EXPECT_THAT(ErrorOf("\n"), HasSubstr("no prompt"));
  EXPECT_THAT(ErrorOf("[1]"), HasSubstr(":1 has no id"));
}

}  // namespace
}  // namespace diptych::eval
