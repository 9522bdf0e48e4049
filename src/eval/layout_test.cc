#include "eval/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/held_out.h"

namespace diptych::eval {
namespace {

using testing::Contains;
using testing::Not;
using testing::UnorderedElementsAre;

world::Subject At(world::Kind kind, const plan::Box& box) {
  world::Subject subject;
  subject.kind = kind;
  subject.boxes = {box};
  return subject;
}

TEST(Layout, NeighboursAreLeftAndRightAndNearOnesNextToEachOther) {
  const world::Subject cat = At(world::Kind::kCat, {10, 50, 30, 85}), far = At(world::Kind::kHouse, {60, 40, 85, 82}),
                       near = At(world::Kind::kHouse, {34, 40, 60, 82});
  EXPECT_THAT(RelationsBetween(cat, far), UnorderedElementsAre(world::Relation::kLeftOf));
  EXPECT_THAT(RelationsBetween(far, cat), UnorderedElementsAre(world::Relation::kRightOf));
  EXPECT_THAT(RelationsBetween(cat, near), UnorderedElementsAre(world::Relation::kLeftOf, world::Relation::kNextTo));
}

TEST(Layout, AboveInsideAndInFront) {
  const world::Subject bird = At(world::Kind::kBird, {42, 10, 56, 30}),
                       house = At(world::Kind::kHouse, {35, 40, 65, 80});
  EXPECT_THAT(RelationsBetween(bird, house), UnorderedElementsAre(world::Relation::kAbove));
  EXPECT_THAT(RelationsBetween(house, bird), UnorderedElementsAre(world::Relation::kBelow));
  const world::Subject circle = At(world::Kind::kCircle, {20, 30, 70, 80}),
                       cat = At(world::Kind::kCat, {37, 50, 53, 72});
  EXPECT_THAT(RelationsBetween(cat, circle), UnorderedElementsAre(world::Relation::kInside));
  EXPECT_THAT(RelationsBetween(circle, cat), UnorderedElementsAre(world::Relation::kAround));
  const world::Subject dog = At(world::Kind::kDog, {30, 55, 44, 86});
  EXPECT_THAT(RelationsBetween(dog, house), UnorderedElementsAre(world::Relation::kInFrontOf));
  EXPECT_THAT(RelationsBetween(house, dog), UnorderedElementsAre(world::Relation::kBehind));
}

// The world's layouts, read back: its own relation is always among those that are seen, and is the one it put there.
TEST(Layout, FindsTheRelationsOfTheWorld) {
  int pairs = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    const world::Scene scene = world::SampleScene(seed, world::Split::kTraining, world::HeldOut());
    if (scene.subjects.size() < 2) continue;
    ++pairs;
    const world::Subject &first = scene.subjects[0], &second = scene.subjects[1];
    EXPECT_THAT(RelationsBetween(first, second), Contains(scene.relation)) << seed;
    EXPECT_THAT(RelationsBetween(second, first), Contains(world::Inverse(scene.relation))) << seed;
    EXPECT_THAT(RelationsBetween(first, second), Not(Contains(world::Relation::kNone)));
    const bool beside = scene.relation == world::Relation::kLeftOf || scene.relation == world::Relation::kLookingAt ||
                        scene.relation == world::Relation::kChasing;
    if (!beside) {
      EXPECT_EQ(PutTo(first, second), scene.relation) << seed;
    }
  }
  EXPECT_GT(pairs, 300);
}

TEST(Layout, OverlapIsSharedOverJointArea) {
  EXPECT_FLOAT_EQ(IntersectionOverUnion({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  EXPECT_FLOAT_EQ(IntersectionOverUnion({0, 0, 10, 10}, {5, 0, 15, 10}), 50.0f / 150);
  EXPECT_FLOAT_EQ(IntersectionOverUnion({0, 0, 10, 10}, {10, 0, 15, 10}), 0);
  EXPECT_FLOAT_EQ(IntersectionOverSmaller({0, 0, 10, 10}, {5, 0, 25, 10}), 0.5f);
  EXPECT_FLOAT_EQ(IntersectionOverSmaller({0, 0, 10, 10}, {11, 11, 25, 20}), 0);
}

}  // namespace
}  // namespace diptych::eval
