#include "world/sayings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"
#include "world/kinds.h"

namespace diptych::world {
namespace {

std::string FileWith(const std::string& text) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "sayings_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "one.txt") << text;
  return folder.string();
}

std::string SaidOf(const std::string& pattern, bool a_plural, bool b_plural) {
  const Sayings sayings = Sayings::Load(FileWith("## action\nreading | " + pattern + "\n"));
  base::Random random(1);
  return Say(sayings.Of("action", "reading").at(0), random, [&](SayingSlot slot, std::string_view) {
    if (slot == SayingSlot::kBThing) return SayingFill{b_plural ? "dogs" : "a dog", b_plural};
    if (slot == SayingSlot::kHe) return SayingFill{a_plural ? "they" : "it", a_plural};
    return SayingFill{a_plural ? "cats" : "a cat", a_plural};
  });
}

TEST(Sayings, VerbsTakeTheNumberOfTheirSubject) {
  EXPECT_EQ(SaidOf("{who} (reads|read).", false, false), "a cat reads.");
  EXPECT_EQ(SaidOf("{who} (reads|read).", true, false), "cats read.");
  EXPECT_EQ(SaidOf("There (stands|stand) {who}.", true, false), "There stand cats.");
  EXPECT_EQ(SaidOf("{a_thing} (is|are) above {b_thing}.", false, true), "a cat is above dogs.");
  EXPECT_EQ(SaidOf("Upon {b_thing} (rides|ride) {a_thing}.", true, false), "Upon a dog ride cats.");
  EXPECT_EQ(SaidOf("{who}, and {he} (has|have) {b_thing} on", true, false), "cats, and they have a dog on");
  EXPECT_EQ(SaidOf("{who} on (its|their) feet", true, false), "cats on their feet");
}

TEST(Sayings, ValuesAreWordsOfThePlanLanguage) {
  const Sayings sayings =
      Sayings::Load(FileWith("## place\nliving-room | by the sofa\n## frame_one\n{a_thing} | now\n"));
  EXPECT_EQ(sayings.Of("place", "living room").size(), 1u);
  EXPECT_EQ(sayings.Of("frame_one").at(0).text, "{a_thing} | now");
  EXPECT_TRUE(sayings.Of("place", "kitchen").empty());
}

TEST(Sayings, AWrongSlotIsAnErrorWithItsLine) {
  try {
    Sayings::Load(FileWith("## frame_one\n{thing}\n{thingy}\n"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(std::string(error.what()).find("line 3"), std::string::npos);
  }
}

TEST(Sayings, OneInTenIsKeptFromTraining) {
  for (const char* language : {"en", "zh"}) {
    const Sayings sayings = Sayings::Load(DataFolder() / "words" / language / "sayings");
    size_t all = 0, held_out = 0;
    for (const auto& [key, list] : sayings.all()) {
      all += list.size();
      for (const Saying& saying : list) held_out += saying.held_out;
    }
    EXPECT_GE(all, 5000u);
    EXPECT_GT(held_out * 100, all * 8);
    EXPECT_LT(held_out * 100, all * 12);
  }
}

}  // namespace
}  // namespace diptych::world
