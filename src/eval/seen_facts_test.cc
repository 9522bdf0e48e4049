#include "eval/seen_facts.h"

#include <gtest/gtest.h>

namespace diptych {
namespace {

Scene Evening() {
  Scene scene;
  scene.hour = Hour::kSunset;
  scene.ground = Ground::kBeach;
  scene.sun = Point{20, 50};
  Subject bus, cats;
  bus.kind = Kind::kBus;
  bus.colour = Colour::kBlue;
  bus.place = Place::kRight;
  bus.faces_left = true;
  bus.boxes = {{60, 60, 90, 80}};
  cats.kind = Kind::kCat;
  cats.colour = Colour::kBlack;
  cats.place = Place::kLeft;
  cats.action = Action::kSitting;
  cats.held = Held::kBook;
  cats.feeling = Feeling::kSad;
  cats.boxes = {{5, 60, 17, 82}, {20, 60, 32, 82}};
  scene.subjects = {cats, bus};
  scene.relation = Relation::kLeftOf;
  return scene;
}

TEST(SeenFacts, WhatIsThereShowsAndWhatIsNotDoesNot) {
  const Scene scene = Evening();
  for (const Fact& fact : {Fact{"hour", "sunset"},
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
    EXPECT_TRUE(Shows(scene, fact)) << WriteFact(fact);
  for (const Fact& fact : {Fact{"hour", "noon"},
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
    EXPECT_FALSE(Shows(scene, fact)) << WriteFact(fact);
}

TEST(SeenFacts, OfTwoSubjectsOfAKindAnyMayShowIt) {
  Scene scene = Evening();
  scene.subjects[0] = scene.subjects[1];
  scene.subjects[0].colour = Colour::kRed;
  scene.subjects[0].boxes = {{5, 60, 35, 80}};
  EXPECT_TRUE(Shows(scene, {"bus", "red"}));
  EXPECT_TRUE(Shows(scene, {"bus", "blue"}));
  EXPECT_TRUE(Shows(scene, {"bus", "left of bus"}));
  EXPECT_FALSE(Shows(scene, {"bus", "green"}));
}

TEST(SeenFacts, NobodySeesWhichWayARocketFaces) {
  Scene scene = Evening();
  scene.subjects[1].kind = Kind::kRocket;
  EXPECT_FALSE(Shows(scene, {"rocket", "facing left"}));
  EXPECT_FALSE(CanShow({"rocket", "facing left"}));
  EXPECT_TRUE(CanShow({"rocket", "red"}));
  EXPECT_TRUE(CanShow({"bus", "facing left"}));
}

TEST(SeenFacts, AnEmptySceneStillHasItsSky) {
  Scene scene = Evening();
  scene.subjects.clear();
  EXPECT_TRUE(Shows(scene, {"sun", ""}));
  EXPECT_FALSE(Shows(scene, {"bus", ""}));
}

}  // namespace
}  // namespace diptych
