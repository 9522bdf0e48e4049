#include "world/grid.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "plan/box.h"
#include "world/layout.h"

namespace diptych::world {
namespace {

using plan::Box;

constexpr double kCell = 100.0 / kGridCells;

int LineAt(int cell) { return static_cast<int>(std::lround(cell * kCell)); }

bool AreApart(const Scene& scene) {
  return scene.relation == Relation::kNone || scene.relation == Relation::kLeftOf ||
         scene.relation == Relation::kLookingAt || scene.relation == Relation::kChasing;
}

// The line nearest to a lower edge at which a thing of that height is in the picture, and on the ground if it was.
std::optional<int> BottomOf(const Scene& scene, int bottom, int height) {
  const int least = bottom > scene.horizon ? scene.horizon + 3 : 0;
  std::optional<int> best;
  for (int cell = 1; cell <= kGridCells; ++cell) {
    const int line = LineAt(cell);
    if (line < least || line - height < kFrame.top) continue;
    if (!best || std::abs(line - bottom) < std::abs(*best - bottom)) best = line;
  }
  return best;
}

// The subject's boxes side by side, each so many cells wide.
std::optional<std::vector<Box>> BoxesAt(const Scene& scene, const Subject& subject, int cells) {
  const int count = static_cast<int>(subject.boxes.size());
  const Box& first = subject.boxes.front();
  const double shape = static_cast<double>(first.bottom - first.top) / (first.right - first.left);
  const auto bottom = BottomOf(scene, first.bottom, static_cast<int>(std::lround(cells * kCell * shape)));
  if (!bottom) return {};
  const double centre = (first.left + subject.boxes.back().right) / 2.0;
  std::optional<int> best;
  const auto middle = [&](int cell) { return (cell + count * cells / 2.0) * kCell; };
  for (int cell = 0; cell + count * cells <= kGridCells; ++cell)
    if (PlaceAt(middle(cell)) == subject.place &&
        (!best || std::abs(middle(cell) - centre) < std::abs(middle(*best) - centre)))
      best = cell;
  if (!best) return {};
  std::vector<Box> boxes;
  for (int i = 0; i < count; ++i) {
    const int left = LineAt(*best + i * cells), right = LineAt(*best + (i + 1) * cells);
    boxes.push_back({left, *bottom - static_cast<int>(std::lround((right - left) * shape)), right, *bottom});
  }
  return boxes;
}

// Beside or apart from those before it, on their right.
bool FollowsAll(const std::vector<Box>& boxes, const std::vector<Subject>& before) {
  for (const Subject& other : before)
    for (const Box& there : other.boxes)
      for (const Box& box : boxes)
        if (plan::CommonArea(box, there) > 0 || box.left + box.right <= there.left + there.right) return false;
  return true;
}

// Whether it would stand before sun or moon.
bool HidesLight(const Scene& scene, const std::vector<Box>& boxes) {
  for (const std::optional<Point>& light : {scene.sun, scene.moon})
    for (const Box& box : boxes)
      if (light && plan::CommonArea(box, BoxAround(*light, kLightReach, kLightReach)) > 0) return true;
  return false;
}

// In cells as many as it fills and a little more, or where there is no room, fewer.
bool PutOnGrid(const Scene& scene, const std::vector<Subject>& before, Subject& subject) {
  const Box& first = subject.boxes.front();
  const double width = (first.right - first.left) / kCell;
  for (int cells = static_cast<int>(std::ceil(width - 0.2)); cells >= 1; --cells) {
    const auto boxes = BoxesAt(scene, subject, cells);
    if (!boxes || boxes->front().top < kFrame.top || HidesLight(scene, *boxes) || !FollowsAll(*boxes, before)) continue;
    subject.boxes = *boxes;
    return true;
  }
  return false;
}

}  // namespace

Scene OnGrid(const Scene& scene) {
  Scene moved = scene;
  moved.subjects.clear();
  if (!AreApart(scene)) return scene;
  for (Subject subject : scene.subjects) {
    if (static_cast<int>(subject.boxes.size()) > kGridCells / 2 || subject.depth != Depth::kNone) return scene;
    if (!PutOnGrid(scene, moved.subjects, subject)) return scene;
    moved.subjects.push_back(std::move(subject));
  }
  return moved;
}

}  // namespace diptych::world
