#include "judge/classes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace diptych::judge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

JudgeClasses OfCatAndApple() {
  return ClassesOf(world::Repertoire::OfKinds({world::Kind::kCat, world::KindOf("apple").value()}));
}

TEST(JudgeClasses, OfEverythingAreAllValues) {
  const JudgeClasses all = ClassesOf(world::Repertoire::Everything());
  for (size_t i = 0; i < eval::kThingAttributes; ++i)
    EXPECT_EQ(all.things[i].size(), static_cast<size_t>(eval::ThingAttributeValues()[i])) << i;
  for (size_t i = 0; i < eval::kSceneAttributes; ++i)
    EXPECT_EQ(all.scene[i].size(), static_cast<size_t>(eval::kSceneAttributeValues[i])) << i;
  EXPECT_EQ(ReadClasses({}, "f"), all);
}

TEST(JudgeClasses, OfSomeKindsHaveTheseAndWhatCanBeHeldOfThem) {
  const JudgeClasses classes = OfCatAndApple();
  EXPECT_THAT(classes.things[eval::kKindAttribute],
              ElementsAre(static_cast<int>(world::Kind::kCat), static_cast<int>(*world::KindOf("apple"))));
  const std::vector<int>& held = classes.things[eval::kHeldAttribute];
  ASSERT_EQ(held.size(), 7u);  // nothing, the program's own five, the apple
  EXPECT_EQ(world::HeldWords()[static_cast<size_t>(held.back())], "apple");
  EXPECT_EQ(classes.things[eval::kColourAttribute].size(), world::kColours + 1u);
}

TEST(JudgeClasses, AreWrittenAsWordsAndReadAgain) {
  std::map<std::string, std::string> entries = WriteClasses(OfCatAndApple());
  EXPECT_EQ(entries.at("classes.kind"), "cat, apple");
  EXPECT_EQ(entries.at("classes.facing"), "no, left, right");
  EXPECT_EQ(ReadClasses(entries, "f"), OfCatAndApple());
  entries["classes.kind"] = "cat, gizmo";
  try {
    ReadClasses(entries, "some.safetensors");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("some.safetensors has the kind \"gizmo\""));
  }
}

}  // namespace
}  // namespace diptych::judge
