#include "world/layout.h"

#include <gtest/gtest.h>

#include "world/held_out.h"

namespace diptych::world {
namespace {

template <typename Visit>
void ForScenes(const Visit& visit) {
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    SCOPED_TRACE(seed);
    visit(SampleScene(seed, Split::kTraining, HeldOut()));
  }
}

bool Within(int value, Range range) { return value >= range.first && value <= range.last; }

TEST(Layout, BordersOfPlacesAreHalfwayBetweenThem) {
  EXPECT_EQ(PlaceAt(0), Place::kLeft);
  EXPECT_EQ(PlaceAt(36.4), Place::kLeft);
  EXPECT_EQ(PlaceAt(36.5), Place::kMiddle);
  EXPECT_EQ(PlaceAt(63.4), Place::kMiddle);
  EXPECT_EQ(PlaceAt(63.5), Place::kRight);
  EXPECT_EQ(PlaceAt(100), Place::kRight);
}

// The place that sampling chose is found again from the boxes, by PlaceAt.
TEST(Layout, PlacesAreToldFromTheBoxes) {
  int groups = 0;
  ForScenes([&groups](const Scene& scene) {
    if (scene.relation != Relation::kNone && scene.relation != Relation::kLeftOf) return;
    for (const Subject& subject : scene.subjects) {
      EXPECT_EQ(PlaceAt((subject.boxes.front().left + subject.boxes.back().right) / 2.0), subject.place);
      ++groups;
    }
  });
  EXPECT_GT(groups, 3000);
}

TEST(Layout, DepthIsToldFromTheLowerEdge) {
  int near = 0, far = 0;
  ForScenes([&](const Scene& scene) {
    for (const Subject& subject : scene.subjects) {
      const int bottom = subject.boxes.front().bottom;
      const int farthest = HorizonsOf(scene.ground).last + kFarBelowHorizon.last;
      if (subject.depth != Depth::kNone) {
        EXPECT_TRUE(CanHaveDepth(subject.kind, scene.ground));
        subject.depth == Depth::kNear ? ++near : ++far;
      }
      const bool leaves = subject.action == Action::kFlying || subject.action == Action::kSwimming;
      if (leaves) {
        EXPECT_EQ(subject.depth, Depth::kNone);
      }
      if (leaves || scene.subjects.size() > 1 || subject.boxes.size() > 1 || !CanHaveDepth(subject.kind, scene.ground))
        continue;
      EXPECT_EQ(subject.depth == Depth::kNear, subject.size == Size::kLarge && bottom >= kNearBottoms.first);
      EXPECT_EQ(subject.depth == Depth::kFar,
                subject.size == Size::kSmall && ReachesHorizon(scene.ground) && bottom <= farthest);
    }
  });
  EXPECT_GT(near, 30);
  EXPECT_GT(far, 30);
}

TEST(Layout, HorizonAndSkyAreWhereTheRulesSay) {
  int lights = 0, clouds = 0;
  ForScenes([&](const Scene& scene) {
    EXPECT_TRUE(Within(scene.horizon, HorizonsOf(scene.ground)));
    EXPECT_EQ(scene.horizon % kHorizonStep, 0);
    for (const auto& light : {scene.sun, scene.moon}) {
      if (!light) continue;
      ++lights;
      EXPECT_TRUE(Within(light->x, LightPlace(scene).x) && Within(light->y, LightPlace(scene).y));
    }
    for (const Point& cloud : scene.clouds) {
      ++clouds;
      EXPECT_TRUE(Within(cloud.x, kCloudPlace.x) && Within(cloud.y, kCloudPlace.y));
    }
    EXPECT_LE(scene.clouds.size(), static_cast<size_t>(kCloudCounts.last));
  });
  EXPECT_GT(lights, 1000);
  EXPECT_GT(clouds, 1000);
}

// A room's sun and moon are whole behind its window.
TEST(Layout, LightsOfARoomAreInItsWindow) {
  for (int ground = 0; ground < kGrounds; ++ground) {
    Scene scene;
    scene.ground = static_cast<Ground>(ground);
    if (!IsRoom(scene.ground)) continue;
    const SkyPlace place = LightPlace(scene);
    for (const Point corner : {Point{place.x.first, place.y.first}, {place.x.last, place.y.last}}) {
      const plan::Box box = BoxAround(corner, kLightReach, kLightReach);
      EXPECT_TRUE(box.left >= kWindow.left && box.right <= kWindow.right);
      EXPECT_TRUE(box.top >= kWindow.top && box.bottom <= kWindow.bottom);
    }
  }
}

TEST(Layout, LookingAtAndChasingAreToldFromTheTwo) {
  int looking = 0;
  ForScenes([&looking](const Scene& scene) {
    if (scene.relation == Relation::kLookingAt) {
      EXPECT_TRUE(LooksAtNeighbour(scene.subjects[0]));
      ++looking;
    }
    if (scene.relation == Relation::kChasing) {
      EXPECT_TRUE(Chases(scene.subjects[0], scene.subjects[1]));
    }
  });
  EXPECT_GT(looking, 20);
}

TEST(Layout, WhoFacesAwaySleepsOrReadsLooksAtNobody) {
  Subject fox, cat;
  fox.kind = Kind::kFox;
  cat.kind = Kind::kCat;
  fox.action = cat.action = Action::kRunning;
  EXPECT_TRUE(LooksAtNeighbour(fox) && Chases(fox, cat));
  cat.faces_left = true;
  EXPECT_FALSE(Chases(fox, cat));
  for (const Action action : {Action::kSleeping, Action::kReading, Action::kNone}) {
    fox.action = action;
    EXPECT_FALSE(LooksAtNeighbour(fox) || Chases(fox, cat));
  }
  fox.action = Action::kRunning;
  fox.faces_left = true;
  EXPECT_FALSE(LooksAtNeighbour(fox));
}

// The lower edge of a swimmer is between the far bank and the near one.
TEST(Layout, WhoSwimsInARiverIsInItsWater) {
  Scene scene;
  scene.ground = Ground::kRiver;
  const Range horizons = HorizonsOf(scene.ground);
  for (scene.horizon = horizons.first; scene.horizon <= horizons.last; scene.horizon += kHorizonStep) {
    for (int size = 0; size < kSizes; ++size) {
      Subject ship = {.kind = Kind::kShip, .size = static_cast<Size>(size), .boxes = {}};
      const Range bottoms = BottomsOf(scene, ship);
      EXPECT_LE(bottoms.first, bottoms.last);
      EXPECT_GT(bottoms.first, scene.horizon + kRiverBend);
      EXPECT_LE(bottoms.last, 76);
    }
  }
}

}  // namespace
}  // namespace diptych::world
