// Which facts of the plan language a scene as seen shows.
#pragma once

#include <vector>

#include "plan/fact.h"
#include "world/scene.h"

namespace diptych::eval {

// Could a picture show it at all? Rockets and balloons look the same whichever way the plan has them face.
bool CanShow(const plan::Fact& fact);
// All facts that a picture can show: those that the world's plan would state, and every relation that the boxes bear
// out, whichever the plan would choose. "Next to" asks for a narrow gap, "left of" for boxes that stand clear of each
// other side by side. A sun, moon or cloud is also stated by its key alone. A scene without subjects states what it
// shows else. No more of a kind, and no more clouds, than the plan language can count (SceneOf sees to it).
std::vector<plan::Fact> FactsSeen(const world::Scene& seen);
// Is the fact one of them? A key alone needs only a line of that key; of subjects of one kind, any.
bool Shows(const world::Scene& seen, const plan::Fact& fact);

}  // namespace diptych::eval
