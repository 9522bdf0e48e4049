// A scene as facts and as a plan: the one way from the world to the plan language, and the vocabulary that the world
// registers in it.
#pragma once

#include <optional>
#include <vector>

#include "plan/fact.h"
#include "plan/plan.h"
#include "plan/vocabulary.h"
#include "world/grammar.h"
#include "world/scene.h"
#include "world/setting.h"

namespace diptych::world {

// The kinds of subject, and a property for each Topic: plan::TypedFact::property is a Topic.
const plan::Vocabulary& PlanVocabulary();
// What a fact of the plan language is about; nothing when it is none of the world's.
std::optional<Topic> TopicOf(const plan::Fact& fact);

// Whether the setting says anything on this topic: one without a moon says nothing of the moon's phase.
bool States(const Setting& setting, Topic topic, int subject);
// What it states on a topic; a relation from the subject's own side. Where it states nothing the value is "no".
plan::TypedFact FactOf(const Setting& setting, Topic topic, int subject);
plan::TypedFact RelationFact(const Setting& setting, int subject, Relation relation, int other);

// Everything visible, in the order in which a plan states it: the setting of the subjects, then each subject, numbered
// among those of its kind, then what it stands in to others.
std::vector<plan::TypedFact> FactsOfScene(const Scene& scene);
std::vector<plan::TypedFact> FactsOfBackdrop(const Setting& setting);
// The facts of one subject, without its relations to others.
std::vector<plan::TypedFact> FactsOfSubject(const Setting& setting, int subject);

// What statements say of a setting, each once; a relation from both sides.
std::vector<plan::Fact> FactsOfStatements(const Setting& setting, const std::vector<Statement>& statements);

// The facts of the scene with their layout.
plan::Plan PlanOfScene(const Scene& scene);

}  // namespace diptych::world
