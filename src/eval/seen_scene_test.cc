#include "eval/seen_scene.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "world/facts.h"
#include "world/held_out.h"

namespace diptych::eval {
namespace {

// What a reader without error sees of a scene.
SeenPicture Seen(const world::Scene& scene) {
  SeenPicture seen;
  seen.scene = {static_cast<int>(scene.style),   static_cast<int>(scene.mood),   static_cast<int>(scene.hour),
                static_cast<int>(scene.weather), static_cast<int>(scene.ground), static_cast<int>(scene.season)};
  seen.sun = scene.sun;
  seen.moon = scene.moon;
  seen.phase = scene.phase;
  seen.clouds = scene.clouds;
  for (const world::Subject& subject : scene.subjects) {
    const std::array<int, kThingAttributes> values = {static_cast<int>(subject.kind),
                                                      static_cast<int>(subject.colour),
                                                      static_cast<int>(subject.size),
                                                      static_cast<int>(subject.pattern),
                                                      static_cast<int>(subject.action),
                                                      static_cast<int>(subject.held),
                                                      static_cast<int>(subject.worn),
                                                      static_cast<int>(subject.feeling),
                                                      !world::IsDirected(subject) ? 0
                                                      : subject.faces_left        ? 1
                                                                                  : 2};
    for (const plan::Box& box : subject.boxes) {
      SeenThing thing = {.frame = FrameOf(box), .confidence = 1, .probabilities = {}};
      for (size_t i = 0; i < kThingAttributes; ++i) {
        thing.probabilities[i].assign(static_cast<size_t>(ThingAttributeValues()[i]), 0.0f);
        thing.probabilities[i][static_cast<size_t>(values[i])] = 1;
      }
      seen.things.push_back(thing);
    }
  }
  // In whatever order a reader finds them.
  std::reverse(seen.things.begin(), seen.things.end());
  return seen;
}

std::vector<std::string> Facts(const world::Scene& scene) {
  std::vector<std::string> facts;
  for (const plan::Fact& fact : FactsOf(world::PlanOfScene(scene))) facts.push_back(plan::WriteFact(fact));
  std::sort(facts.begin(), facts.end());
  return facts;
}

TEST(SeenScene, ExactThingsMakeTheSceneAgain) {
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    world::Scene scene = world::SampleScene(seed, world::Split::kTraining, world::HeldOut());
    // Who looks at whom is also left of whom; a picture does not say which of it was meant.
    if (scene.relation == world::Relation::kLookingAt || scene.relation == world::Relation::kChasing)
      scene.relation = world::Relation::kLeftOf;
    EXPECT_EQ(Facts(SceneOf(Seen(scene))), Facts(scene)) << seed;
  }
}

TEST(SeenScene, ManyDoubtfulThingsAgreeOnOneSubject) {
  world::Scene scene;
  world::Subject cats;
  cats.kind = world::Kind::kCat;
  cats.colour = world::Colour::kOrange;
  cats.action = world::Action::kSitting;
  cats.feeling = world::Feeling::kHappy;
  cats.boxes = {{10, 60, 22, 80}, {25, 60, 37, 80}, {40, 60, 52, 80}};
  scene.subjects = {cats};
  SeenPicture seen = Seen(scene);
  auto& kinds = seen.things[1].probabilities[kKindAttribute];
  kinds[static_cast<size_t>(world::Kind::kCat)] = 0.4f;
  kinds[static_cast<size_t>(world::Kind::kFox)] = 0.6f;
  const world::Scene read = SceneOf(seen);
  ASSERT_EQ(read.subjects.size(), 1u);
  EXPECT_EQ(read.subjects[0].kind, world::Kind::kCat);
  EXPECT_EQ(read.subjects[0].boxes, cats.boxes);
}

TEST(SeenScene, AThingSeenTwiceIsOneThing) {
  world::Scene scene;
  scene.subjects = {world::Subject()};
  scene.subjects[0].boxes = {{20, 50, 60, 80}};
  SeenPicture seen = Seen(scene);
  seen.things.push_back(seen.things[0]);
  seen.things[1].frame = {35, 52, 65, 79};
  seen.things[1].confidence = 0.4f;
  ASSERT_EQ(SceneOf(seen).subjects.size(), 1u);
  EXPECT_EQ(SceneOf(seen).subjects[0].boxes, scene.subjects[0].boxes);
}

TEST(SeenScene, NothingSeenAndFarTooMuchSeenAreScenesToo) {
  EXPECT_TRUE(SceneOf(SeenPicture()).subjects.empty());
  world::Scene scene;
  for (int i = 0; i < 8; ++i) {
    world::Subject subject;
    subject.kind = static_cast<world::Kind>(i);
    subject.boxes = {{10 * i, 50, 10 * i + 8, 60}};
    scene.subjects.push_back(subject);
  }
  EXPECT_EQ(SceneOf(Seen(scene)).subjects.size(), static_cast<size_t>(world::kMostSubjects));
  scene.subjects.resize(1);
  scene.subjects[0].boxes.clear();
  for (int i = 0; i < 14; ++i) scene.subjects[0].boxes.push_back({7 * i, 50, 7 * i + 6, 60});
  EXPECT_EQ(SceneOf(Seen(scene)).subjects[0].boxes.size(), static_cast<size_t>(world::kMostOfAKind));
}

}  // namespace
}  // namespace diptych::eval
