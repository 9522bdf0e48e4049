// How things stand to each other, by their boxes: the rules of world/layout.h, read backwards.
#pragma once

#include <vector>

#include "world/scene.h"

namespace diptych::eval {

// Edges in percent of the picture, unlike a Box's not whole.
struct Frame {
  float left = 0, top = 0, right = 0, bottom = 0;
  float width() const { return right - left; }
  float height() const { return bottom - top; }
  float x() const { return (left + right) / 2; }
  float y() const { return (top + bottom) / 2; }
};
Frame FrameOf(const plan::Box& box);
// Around all of a subject, which has at least one box.
Frame Extent(const world::Subject& subject);
// Shared area over joint area, and over the smaller one's.
float Overlap(const Frame& a, const Frame& b);
float Covered(const Frame& a, const Frame& b);

// The relation that the world would state of a to b if it had put a there: inside, on, above, in front of or next to;
// kNone for all others, that is, for two side by side and for the other side of these.
world::Relation PutTo(const world::Subject& a, const world::Subject& b);
// Every relation of a to b that a viewer would grant. "Next to" asks for a narrow gap, "left of" that hardly any of the
// width is shared.
std::vector<world::Relation> RelationsBetween(const world::Subject& a, const world::Subject& b);

}  // namespace diptych::eval
