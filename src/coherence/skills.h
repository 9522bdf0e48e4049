// What a model is good for that it has not learned: edits and stories by its plans.
#pragma once

#include <vector>

#include "coherence/check_data.h"
#include "engine/generate.h"

namespace diptych::coherence {

// Whether a model edits by changing plans (coherence/plan_edit.h): it draws by plans, has a lexicon, and has not
// learned edits as a skill.
bool EditsByPlan(const model::GenerationConfig& generation, const CheckData& data);
// The same of stories (coherence/story.h).
bool TellsByPlan(const model::GenerationConfig& generation, const CheckData& data);

// Those of both.
std::vector<model::Skill> SkillsByPlan(const model::GenerationConfig& generation, const CheckData& data);

}  // namespace diptych::coherence
