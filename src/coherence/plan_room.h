// Room for what joins a plan: nothing new stands in front of what was there.
#pragma once

#include "coherence/plan_merge.h"
#include "plan/plan.h"
#include "plan/vocabulary.h"

namespace diptych::coherence {

// A merged plan that was laid out, its open lines moved to the side, as near as there is room, where they and another
// thing hide each other. What the model said of their place then goes; a line of which a relation or a place is asked
// for stays.
plan::Plan WithRoom(plan::Plan plan, const MergedPlan& merged, const plan::Vocabulary& vocabulary);

}  // namespace diptych::coherence
