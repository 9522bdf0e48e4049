#include "coherence/known_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::coherence {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const KnownWords kWords("a\nthe\nblue\nbus\ndrive\nrun\ncarry\nsky\nstarry\n蓝\n车\r\n夜\n");

TEST(KnownWords, TriesInflections) {
  EXPECT_THAT(kWords.UnknownIn("The buses' driving, the bus's runs; running, carries & carried skies - 12 Blue!"),
              IsEmpty());
  const KnownWords inflected("driving\nbuses");
  EXPECT_THAT(inflected.UnknownIn("drive bus"), IsEmpty());
}

TEST(KnownWords, NamesEachUnknownWordOnceInOrder) {
  EXPECT_THAT(kWords.UnknownIn("a panda-bus, the Ukulele, a ukulele"), ElementsAre("panda", "ukulele"));
  EXPECT_THAT(kWords.UnknownIn("don't we'll"), IsEmpty());
  EXPECT_THAT(kWords.UnknownIn("café наш 🚀"), ElementsAre("café", "наш", "🚀"));
}

TEST(KnownWords, NamesRunsOfHanCharacters) {
  EXPECT_THAT(kWords.UnknownIn("蓝车，夜尤克里里夜。blue熊猫"), ElementsAre("尤克里里", "熊猫"));
  EXPECT_THAT(kWords.UnknownIn("〇々车䷀𠀀"), ElementsAre("䷀", "𠀀"));
}

TEST(KnownWords, NeedsNoValidText) {
  EXPECT_THAT(kWords.UnknownIn("blue \xff\xe4 bus\xf0\x9f"), IsEmpty());
  EXPECT_THAT(kWords.UnknownIn(""), IsEmpty());
}

TEST(KnownWords, AreOptional) { EXPECT_FALSE(KnownWords::Load("/nonexistent")); }

}  // namespace
}  // namespace diptych::coherence
