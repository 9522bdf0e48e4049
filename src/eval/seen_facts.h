// Which facts of the plan language a scene shows that was recovered from a picture.
#pragma once

#include <vector>

#include "plan/fact.h"
#include "world/scene.h"

namespace diptych::eval {

// Whether a picture can show the fact at all. Rockets and balloons look the same whichever way the plan has them face.
bool CanShow(const plan::Fact& fact);
// All facts that a picture can show: those that the world's plan would state, and every relation that agrees with the
// boxes, whichever the plan would choose. "Next to" requires a narrow gap, "left of" boxes that do not overlap
// horizontally. A sun, moon or cloud is also stated by its key alone. A scene without subjects states its other facts.
// No more things of a kind, and no more clouds, than the plan language can count (SceneOf ensures that).
std::vector<plan::Fact> FactsSeen(const world::Scene& seen);
// Whether the fact is one of them. A key alone needs only a line of that key; of several subjects of one kind, any
// counts.
bool Shows(const world::Scene& seen, const plan::Fact& fact);

}  // namespace diptych::eval
