// An answer changed in one thing by words, without a model that has learned edits: the words are read by the lexicon
// and put into the answer's own plan, which is drawn again with the same seed, so that all else stays as alike as it
// can.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/asked.h"
#include "coherence/check_data.h"
#include "coherence/plan_merge.h"
#include "coherence/understood.h"
#include "engine/generate.h"

namespace diptych::coherence {

struct PlanEdit {
  MergedPlan merged;                   // its open lines are still to be laid out
  Asked asked;                         // of the answer from now on, without words
  std::vector<AskedFact> wanted{};     // by the edit alone, kinds before what is said of them
  std::vector<std::string> unknown{};  // words of the edit that nobody understands
  std::vector<NearThing> near{};       // of the edit; without `span`
  bool changes = false;                // the plan lacked something of it; false also where nothing is understood
  // Keys of lines that stay where a line of the old plan was, with that line's key.
  std::map<std::string, std::string> in_place{};
};

// The plan with what the words ask for. They give a property another value ("make it night", "paint the bus red"), add
// things ("add a cat"; one more, where there is one), take them away ("without the moon", 去掉月亮), or put one in the
// place of another ("turn the cat into a dog", 把猫换成狗); several clauses do so one after another. What is said of
// "it", or of nobody, is said of the first thing that is asked for and planned. What the old prompt asked for (`asked`)
// is asked for further, but for what the edit replaces or denies. When the hour or the weather changes, things in the
// sky that nobody asked for are left to the model (scene_open); the moon by day makes it night, the sun by night noon.
// Nothing is wanted where no word is understood. NotUnderstood without a lexicon.
PlanEdit EditPlan(std::string_view words, std::string_view plan, const Asked& asked, const CheckData& data);

// What is asked for as an English sentence that AskedBy reads as the same facts, denied ones too: "a red bus, at night,
// no moon".
std::string PromptOf(const Asked& asked, const CheckData& data);

// An answer that is to be changed.
struct EditableAnswer {
  engine::GenerateRequest request;  // that made it; its prompt is empty where none is known
  std::string plan;                 // that it was drawn by
};
// Of a picture of which nothing is known: the plan that the model reads in it. Error where the picture is foreign
// (coherence/foreign.h), or no plan can be read.
EditableAnswer ReadEditable(const engine::Model& model, const CheckData& data, const base::Image& picture,
                            engine::GenerateRequest request, const std::function<bool()>& cancelled);

// Whether something of the words is understood as a change. "make the bus wobbly" of a planned bus is none: all that is
// known of it is there already.
inline bool IsUnderstood(const PlanEdit& edit) {
  return !edit.wanted.empty() && (edit.changes || edit.unknown.empty());
}

// What is asked for in an answer: by its prompt, or where none is known by its plan.
Asked AskedIn(const engine::Model& model, const CheckData& data, const EditableAnswer& answer);

struct AnswerEdit {
  engine::GenerateRequest request;     // draws the changed answer; its prompt says what is asked for now
  std::vector<std::string> unknown{};  // as of PlanEdit
  std::vector<NearThing> near{};
  std::string warning{};  // for people; empty: none
};
// The request of `answer` with the plan that `edit` changes, laid out, and a prompt in English, whatever the words'
// language: this is what the model draws best, and the narrative's language is the request's own. Where the plan states
// all of it already, the next seed draws it. `cancelled` may be empty.
AnswerEdit LayOutEdit(const engine::Model& model, const CheckData& data, const EditableAnswer& answer, PlanEdit edit,
                      const std::function<bool()>& cancelled);
// The same by words. NotUnderstood where nothing of them is, or without a lexicon.
AnswerEdit EditAnswer(const engine::Model& model, const CheckData& data, const EditableAnswer& answer,
                      std::string_view words, const std::function<bool()>& cancelled);

}  // namespace diptych::coherence
