// Puts what a prompt's words ask for into the plan that a model wrote, and keeps the rest of it.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "coherence/asked.h"
#include "plan/plan.h"
#include "plan/vocabulary.h"

namespace diptych::coherence {

struct MergedPlan {
  plan::Plan plan;
  std::set<std::string> open;  // keys of lines whose layout is to be written anew, and has been taken out
  bool scene_open = false;     // the scene may get further lines
};

// The plan with the facts that it lacks, without those that are denied. A fact takes the place of another value of its
// property. A thing that it lacks takes the line of one that nobody asked for where there is such a line, else it gets
// a line of its own, "one", without a layout; an open line of the scene may have no value yet. Facts that the
// vocabulary cannot say are left out; so are malformed lines.
MergedPlan MergePlan(std::string_view plan, const Asked& asked, const plan::Vocabulary& vocabulary);

// The kinds of a plan's things that a whole prompt does not ask for, where it asks for some thing and no word of it is
// unknown: what the model took another word for, such as a guitar for "ukulele".
std::set<std::string> UnaskedIn(const plan::Plan& plan, const Asked& asked, const plan::Vocabulary& vocabulary);
std::set<std::string> UnaskedIn(std::string_view plan, const Asked& asked, const plan::Vocabulary& vocabulary);
// Takes these things out of the plan, and what it says of them elsewhere.
void TakeOutUnasked(const Asked& asked, const plan::Vocabulary& vocabulary, plan::Plan& plan);

}  // namespace diptych::coherence
