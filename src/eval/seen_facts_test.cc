#include "eval/seen_facts.h"

#include <gtest/gtest.h>

#include "plan/plan_check.h"
#include "world/facts.h"
#include "world/held_out.h"

namespace diptych::eval {
namespace {

world::Scene Evening() {
  world::Scene scene;
  scene.hour = world::Hour::kSunset;
  scene.ground = world::Ground::kBeach;
  scene.sun = world::Point{20, 50};
  world::Subject bus, cats;
  bus.kind = world::Kind::kBus;
  bus.colour = world::Colour::kBlue;
  bus.place = world::Place::kRight;
  bus.faces_left = true;
  bus.boxes = {{60, 60, 90, 80}};
  cats.kind = world::Kind::kCat;
  cats.colour = world::Colour::kBlack;
  cats.place = world::Place::kLeft;
  cats.action = world::Action::kSitting;
  cats.held = world::Held::kBook;
  cats.feeling = world::Feeling::kSad;
  cats.boxes = {{5, 60, 17, 82}, {20, 60, 32, 82}};
  scene.subjects = {cats, bus};
  scene.relation = world::Relation::kLeftOf;
  return scene;
}

TEST(SeenFacts, WhatIsThereShowsAndWhatIsNotDoesNot) {
  const world::Scene scene = Evening();
  for (const plan::Fact& fact : {plan::Fact{"hour", "sunset"},
                                 {"ground", "beach"},
                                 {"sun", ""},
                                 {"bus", ""},
                                 {"bus", "blue"},
                                 {"bus", "one"},
                                 {"bus", "right"},
                                 {"bus", "facing left"},
                                 {"bus", "right of cat"},
                                 {"cat", "two"},
                                 {"cat", "holding book"},
                                 {"cat", "sad"},
                                 {"cat", "sitting"},
                                 {"cat", "left of bus"}})
    EXPECT_TRUE(Shows(scene, fact)) << plan::WriteFact(fact);
  for (const plan::Fact& fact : {plan::Fact{"hour", "noon"},
                                 {"moon", ""},
                                 {"clouds", ""},
                                 {"mood", "tense"},
                                 {"car", ""},
                                 {"bus", "red"},
                                 {"bus", "two"},
                                 {"bus", "left"},
                                 {"bus", "facing right"},
                                 {"bus", "left of cat"},
                                 {"cat", "holding lantern"},
                                 {"cat", "happy"},
                                 {"cat", "next to bus"},
                                 {"cat", "striped"}})
    EXPECT_FALSE(Shows(scene, fact)) << plan::WriteFact(fact);
}

TEST(SeenFacts, OfTwoSubjectsOfAKindAnyMayShowIt) {
  world::Scene scene = Evening();
  scene.subjects[0] = scene.subjects[1];
  scene.subjects[0].colour = world::Colour::kRed;
  scene.subjects[0].boxes = {{5, 60, 35, 80}};
  EXPECT_TRUE(Shows(scene, {"bus", "red"}));
  EXPECT_TRUE(Shows(scene, {"bus", "blue"}));
  EXPECT_TRUE(Shows(scene, {"bus", "left of bus"}));
  EXPECT_FALSE(Shows(scene, {"bus", "green"}));
}

TEST(SeenFacts, NobodySeesWhichWayARocketFaces) {
  world::Scene scene = Evening();
  scene.subjects[1].kind = world::Kind::kRocket;
  EXPECT_FALSE(Shows(scene, {"rocket", "facing left"}));
  EXPECT_FALSE(CanShow({"rocket", "facing left"}));
  EXPECT_TRUE(CanShow({"rocket", "red"}));
  EXPECT_TRUE(CanShow({"bus", "facing left"}));
}

TEST(SeenFacts, AnEmptySceneStillHasItsSky) {
  world::Scene scene = Evening();
  scene.subjects.clear();
  EXPECT_TRUE(Shows(scene, {"sun", ""}));
  EXPECT_FALSE(Shows(scene, {"bus", ""}));
}

// CheckPlan, which refuses users' plans, accepts all plans of the world.
TEST(CheckPlan, TakesEveryPlanOfTheWorld) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const plan::Plan plan = world::PlanOfScene(world::SampleScene(seed, world::Split::kTraining, {}));
    EXPECT_NO_THROW(plan::CheckPlan(plan, world::PlanVocabulary())) << plan::WritePlan(plan);
    EXPECT_TRUE(plan::IsLaidOut(plan, world::PlanVocabulary())) << plan::WritePlan(plan);
  }
}

}  // namespace
}  // namespace diptych::eval
