#include "coherence/skills.h"

namespace diptych::coherence {
namespace {

bool DrawsByWords(const model::GenerationConfig& generation, const CheckData& data) {
  return data.lexicon && generation.plan && generation.Knows(model::Skill::kGenerate);
}

}  // namespace

bool EditsByPlan(const model::GenerationConfig& generation, const CheckData& data) {
  return DrawsByWords(generation, data) && !generation.Knows(model::Skill::kEdit);
}

bool TellsByPlan(const model::GenerationConfig& generation, const CheckData& data) {
  return DrawsByWords(generation, data) && !generation.Knows(model::Skill::kStory);
}

std::vector<model::Skill> SkillsByPlan(const model::GenerationConfig& generation, const CheckData& data) {
  std::vector<model::Skill> skills;
  if (EditsByPlan(generation, data)) skills.push_back(model::Skill::kEdit);
  if (TellsByPlan(generation, data)) skills.push_back(model::Skill::kStory);
  return skills;
}

}  // namespace diptych::coherence
