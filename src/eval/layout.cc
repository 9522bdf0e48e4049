#include "eval/layout.h"

#include <algorithm>
#include <cmath>

#include "world/layout.h"

namespace diptych::eval {
namespace {

// The overlap of the extents of two subjects along each axis, in percent of the picture; negative: the gap.
struct Meeting {
  Meeting(const world::Subject& first, const world::Subject& second)
      : a(Extent(first)),
        b(Extent(second)),
        base(RowOf(second.kind)),
        rides(first.action == world::Action::kRiding),
        ridden(second.action == world::Action::kRiding) {
    shared_width = std::min(a.right, b.right) - std::max(a.left, b.left);
    shared_height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  }
  Frame a, b;
  const world::KindRow& base;  // of the second
  bool rides, ridden;          // the first does, the second does
  float shared_width, shared_height;
};

// Each limit below is that of world/layout.h plus a tolerance: the error of a detected box, or what a viewer would
// still accept.

bool IsInside(const Meeting& m) {
  constexpr float kSlack = 1.5f, kMostWidth = 0.85f;
  return world::CanContain(m.base) && m.a.left >= m.b.left - kSlack && m.a.right <= m.b.right + kSlack &&
         m.a.top >= m.b.top - kSlack && m.a.bottom <= m.b.bottom + kSlack && m.a.width() < kMostWidth * m.b.width();
}

bool IsRiding(const Meeting& m) {
  constexpr float kSlack = 12;  // percent of the height of what is ridden
  if (!m.rides || std::abs(m.a.x() - m.b.x()) > m.b.width() / 2) return false;
  const float seat = 100 * (m.a.bottom - m.b.top) / m.b.height();
  return std::abs(seat - world::kSeat) < kSlack && m.a.top < m.b.bottom;
}

bool IsOn(const Meeting& m) {
  constexpr float kSlack = 3.5f;
  if (m.rides) return IsRiding(m);
  if (m.base.top < 0 || std::abs(m.a.x() - m.b.x()) > m.b.width() / 2) return false;
  const float top = m.b.top + m.b.height() * static_cast<float>(m.base.top) / 100;
  return std::abs(m.a.bottom - top - world::kOnSink) < kSlack;
}

bool IsAbove(const Meeting& m) {
  constexpr float kSlack = 6, kLeastGap = world::kAboveGap.first - kSlack;
  return m.a.bottom <= m.b.top - kLeastGap && m.shared_width > 0;
}

// Lower in the picture and overlapping the other. Not if it stands on the other, is inside it or contains it.
bool IsInFront(const Meeting& m) {
  constexpr float kLeastDrop = world::kLeastInFrontDrop - 1.0f, kLeastShared = world::kLeastInFrontShared - 4.0f;
  if (m.rides || m.ridden) return false;
  const bool covers = m.a.left <= m.b.left && m.a.right >= m.b.right && m.a.top <= m.b.top;
  return m.shared_width > 0 && m.shared_height > kLeastShared && m.a.bottom > m.b.bottom + kLeastDrop && !IsInside(m) &&
         !covers;
}

bool IsLeft(const Meeting& m) {
  return m.a.x() < m.b.x() && m.shared_width < 0.25f * std::min(m.a.width(), m.b.width());
}

constexpr float kTouch = world::kNextToGap.last + 1.0f;
bool IsNext(const Meeting& m, float widest_gap) { return m.shared_width <= 1.5f && m.shared_width >= -widest_gap; }

// The relations of the first to the second, without symmetric ones and without inverses (world::Inverse).
std::vector<world::Relation> OneWay(const Meeting& m) {
  std::vector<world::Relation> relations;
  if (IsLeft(m)) relations.push_back(world::Relation::kLeftOf);
  if (IsInside(m)) relations.push_back(world::Relation::kInside);
  if (IsOn(m)) relations.push_back(world::Relation::kOn);
  if (IsAbove(m)) relations.push_back(world::Relation::kAbove);
  if (IsInFront(m)) relations.push_back(world::Relation::kInFrontOf);
  return relations;
}

// Whether the first, on the left, looks at the second or chases it.
std::vector<world::Relation> Regards(const world::Subject& a, const world::Subject& b) {
  std::vector<world::Relation> relations;
  if (!IsLeft(Meeting(a, b))) return relations;
  if (world::LooksAtNeighbour(a)) relations.push_back(world::Relation::kLookingAt);
  if (world::Chases(a, b)) relations.push_back(world::Relation::kChasing);
  return relations;
}

float SharedArea(const Frame& a, const Frame& b) {
  const float width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const float height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  return std::max(0.0f, width) * std::max(0.0f, height);
}

}  // namespace

Frame FrameOf(const plan::Box& box) {
  return {static_cast<float>(box.left), static_cast<float>(box.top), static_cast<float>(box.right),
          static_cast<float>(box.bottom)};
}

Frame Extent(const world::Subject& subject) {
  Frame extent = FrameOf(subject.boxes.front());
  for (const plan::Box& box : subject.boxes) {
    const Frame frame = FrameOf(box);
    extent = {std::min(extent.left, frame.left), std::min(extent.top, frame.top), std::max(extent.right, frame.right),
              std::max(extent.bottom, frame.bottom)};
  }
  return extent;
}

float IntersectionOverUnion(const Frame& a, const Frame& b) {
  const float shared = SharedArea(a, b);
  return shared / (a.width() * a.height() + b.width() * b.height() - shared);
}

float IntersectionOverSmaller(const Frame& a, const Frame& b) {
  return SharedArea(a, b) / std::min(a.width() * a.height(), b.width() * b.height());
}

world::Relation PutTo(const world::Subject& a, const world::Subject& b) {
  constexpr float kAligned = std::max(world::kMostAboveShift, world::kMostOnShift) + 4.0f;
  const Meeting m(a, b);
  if (IsInside(m)) return world::Relation::kInside;
  if (IsRiding(m)) return world::Relation::kOn;
  const bool aligned = std::abs(m.a.x() - m.b.x()) < kAligned;
  if (aligned && IsOn(m)) return world::Relation::kOn;
  if (aligned && IsAbove(m)) return world::Relation::kAbove;
  if (IsInFront(m) && m.shared_width > 2) return world::Relation::kInFrontOf;
  return a.boxes.size() == 1 && b.boxes.size() == 1 && IsNext(m, kTouch) ? world::Relation::kNextTo
                                                                         : world::Relation::kNone;
}

std::vector<world::Relation> RelationsBetween(const world::Subject& a, const world::Subject& b) {
  constexpr float kNarrow = 8;
  const Meeting there(a, b), back(b, a);
  std::vector<world::Relation> relations = OneWay(there);
  for (world::Relation relation : OneWay(back)) relations.push_back(world::Inverse(relation));
  for (world::Relation relation : Regards(a, b)) relations.push_back(relation);
  for (world::Relation relation : Regards(b, a)) relations.push_back(world::Inverse(relation));
  if (IsNext(there, there.shared_height > 0 ? kNarrow : kTouch)) relations.push_back(world::Relation::kNextTo);
  return relations;
}

}  // namespace diptych::eval
