#include "eval/text_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/world_for_test.h"

namespace diptych::eval {
namespace {

using testing::ElementsAre;

TEST(TextReader, GivesFactsAndTheSentencesThatAreNoSentences) {
  const WorldForTest world;
  const world::NarrativeReader reader(world.words);
  const world::Scene scene = world::SampleScene(3, world::Split::kTraining, world.held_out);
  base::Random random(1);
  const world::Narrative narrative = world.words.MakeStatedNarrative(scene, text::Language::kEnglish, random);
  const NarrativeReading whole = TextReaderOf(reader)(narrative.text, text::Language::kEnglish);
  EXPECT_EQ(whole.facts.empty(), narrative.facts.empty());
  EXPECT_TRUE(whole.faults.empty());
  EXPECT_GE(whole.sentences, 2);
  const NarrativeReading broken = TextReaderOf(reader)(narrative.text + " Bus the blue are.", text::Language::kEnglish);
  EXPECT_THAT(broken.faults, ElementsAre("Bus the blue are."));
  EXPECT_EQ(broken.sentences, whole.sentences + 1);
}

TEST(TextReader, ItsQualityIsAShareOfEachKindOfFact) {
  const WorldForTest world;
  const std::vector<ReaderQuality> quality =
      MeasureTextReader(world.words, world.held_out, 8, world::Repertoire::Everything());
  ASSERT_EQ(quality.size(), 2u);
  for (const ReaderQuality& one : quality) {
    EXPECT_TRUE(one.by_topic.contains(world::kAboutHour)) << one.name;
    for (const auto& [topic, share] : one.by_topic) {
      EXPECT_GT(share, 0.5) << one.name << " " << world::kTopicNames[topic];
      EXPECT_LE(share, 1) << one.name;
    }
  }
}

}  // namespace
}  // namespace diptych::eval
