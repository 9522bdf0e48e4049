// How things stand relative to each other, by their boxes: the rules of world/layout.h, read backwards.
#pragma once

#include <vector>

#include "world/scene.h"

namespace diptych::eval {

// A box whose edges, in percent of the picture, are real numbers (plan::Box has whole ones).
struct Frame {
  float left = 0, top = 0, right = 0, bottom = 0;
  float width() const { return right - left; }
  float height() const { return bottom - top; }
  float x() const { return (left + right) / 2; }
  float y() const { return (top + bottom) / 2; }
};
Frame FrameOf(const plan::Box& box);
// The smallest frame around all boxes of a subject, of which there is at least one.
Frame Extent(const world::Subject& subject);
// The area of the intersection over that of the union (IoU), or over that of the smaller frame.
float IntersectionOverUnion(const Frame& a, const Frame& b);
float IntersectionOverSmaller(const Frame& a, const Frame& b);

// The relation that the world would state of a if it had placed a relative to b: inside, on, above, in front of or next
// to; kNone if none of these holds. Their inverses (behind, under ...) are not considered: ask for PutTo(b, a).
world::Relation PutTo(const world::Subject& a, const world::Subject& b);
// Every relation of a to b that a viewer would accept. "Next to" requires a narrow gap, "left of" that their extents
// across the picture hardly overlap.
std::vector<world::Relation> RelationsBetween(const world::Subject& a, const world::Subject& b);

}  // namespace diptych::eval
