#include "world/grid.h"

#include <gtest/gtest.h>

#include <cmath>

#include "world/held_out.h"
#include "world/layout.h"

namespace diptych::world {
namespace {

bool IsOnALine(int percent) {
  return std::abs(percent * kGridCells / 100.0 - std::round(percent * kGridCells / 100.0)) < 0.05;
}

TEST(OnGrid, ThingsKeepTheirShapePlaceAndOrder) {
  int moved = 0, scenes = 0;
  for (uint64_t seed = 0; seed < 600; ++seed) {
    const Scene before = SampleScene(seed, Split::kTraining, HeldOut());
    const Scene after = OnGrid(before);
    ASSERT_EQ(after.subjects.size(), before.subjects.size());
    ++scenes;
    bool same = true;
    for (size_t i = 0; i < after.subjects.size(); ++i)
      same = same && after.subjects[i].boxes == before.subjects[i].boxes;
    if (same) continue;
    ++moved;
    int left = -1;
    for (size_t i = 0; i < after.subjects.size(); ++i) {
      const Subject &was = before.subjects[i], &is = after.subjects[i];
      ASSERT_EQ(is.boxes.size(), was.boxes.size());
      EXPECT_EQ(is.kind, was.kind);
      EXPECT_EQ(PlaceAt((is.boxes.front().left + is.boxes.back().right) / 2.0), is.place);
      for (const plan::Box& box : is.boxes) {
        const plan::Box& first = was.boxes.front();
        EXPECT_TRUE(IsOnALine(box.left) && IsOnALine(box.right) && IsOnALine(box.bottom)) << seed;
        EXPECT_GE(box.left, std::max(0, left));
        EXPECT_LE(box.right, 100);
        EXPECT_GE(box.top, kFrame.top);
        const double shape = static_cast<double>(first.bottom - first.top) / (first.right - first.left);
        EXPECT_NEAR(box.bottom - box.top, (box.right - box.left) * shape, 1) << seed;
        left = box.left;
      }
    }
  }
  EXPECT_GT(moved, scenes / 2);
}

TEST(OnGrid, LeavesThingsThatTouch) {
  for (uint64_t seed = 0; seed < 600; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    if (scene.relation != Relation::kOn && scene.relation != Relation::kNextTo) continue;
    EXPECT_EQ(OnGrid(scene).subjects[0].boxes, scene.subjects[0].boxes);
  }
}

}  // namespace
}  // namespace diptych::world
