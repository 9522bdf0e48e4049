#include "eval/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/held_out.h"

namespace diptych {
namespace {

using testing::Contains;
using testing::Not;
using testing::UnorderedElementsAre;

Subject At(Kind kind, const Box& box) {
  Subject subject;
  subject.kind = kind;
  subject.boxes = {box};
  return subject;
}

TEST(Layout, NeighboursAreLeftAndRightAndNearOnesNextToEachOther) {
  const Subject cat = At(Kind::kCat, {10, 50, 30, 85}), far = At(Kind::kHouse, {60, 40, 85, 82}),
                near = At(Kind::kHouse, {34, 40, 60, 82});
  EXPECT_THAT(RelationsBetween(cat, far), UnorderedElementsAre(Relation::kLeftOf));
  EXPECT_THAT(RelationsBetween(far, cat), UnorderedElementsAre(Relation::kRightOf));
  EXPECT_THAT(RelationsBetween(cat, near), UnorderedElementsAre(Relation::kLeftOf, Relation::kNextTo));
}

TEST(Layout, AboveInsideAndInFront) {
  const Subject bird = At(Kind::kBird, {42, 10, 56, 30}), house = At(Kind::kHouse, {35, 40, 65, 80});
  EXPECT_THAT(RelationsBetween(bird, house), UnorderedElementsAre(Relation::kAbove));
  EXPECT_THAT(RelationsBetween(house, bird), UnorderedElementsAre(Relation::kBelow));
  const Subject circle = At(Kind::kCircle, {20, 30, 70, 80}), cat = At(Kind::kCat, {37, 50, 53, 72});
  EXPECT_THAT(RelationsBetween(cat, circle), UnorderedElementsAre(Relation::kInside));
  EXPECT_THAT(RelationsBetween(circle, cat), UnorderedElementsAre(Relation::kAround));
  const Subject dog = At(Kind::kDog, {30, 55, 44, 86});
  EXPECT_THAT(RelationsBetween(dog, house), UnorderedElementsAre(Relation::kInFrontOf));
  EXPECT_THAT(RelationsBetween(house, dog), UnorderedElementsAre(Relation::kBehind));
}

// The world's layouts, read back: its own relation is always among those that are seen, and is the one it put there.
TEST(Layout, FindsTheRelationsOfTheWorld) {
  int pairs = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    if (scene.subjects.size() < 2) continue;
    ++pairs;
    const Subject &first = scene.subjects[0], &second = scene.subjects[1];
    EXPECT_THAT(RelationsBetween(first, second), Contains(scene.relation)) << seed;
    EXPECT_THAT(RelationsBetween(second, first), Contains(Inverse(scene.relation))) << seed;
    EXPECT_THAT(RelationsBetween(first, second), Not(Contains(Relation::kNone)));
    if (scene.relation != Relation::kLeftOf) {
      EXPECT_EQ(PutTo(first, second), scene.relation) << seed;
    }
  }
  EXPECT_GT(pairs, 300);
}

TEST(Layout, OverlapIsSharedOverJointArea) {
  EXPECT_FLOAT_EQ(Overlap({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  EXPECT_FLOAT_EQ(Overlap({0, 0, 10, 10}, {5, 0, 15, 10}), 50.0f / 150);
  EXPECT_FLOAT_EQ(Overlap({0, 0, 10, 10}, {10, 0, 15, 10}), 0);
  EXPECT_FLOAT_EQ(Covered({0, 0, 10, 10}, {5, 0, 25, 10}), 0.5f);
  EXPECT_FLOAT_EQ(Covered({0, 0, 10, 10}, {11, 11, 25, 20}), 0);
}

}  // namespace
}  // namespace diptych
