// Scene -> words: plan, prompts, narratives, questions, claims. The words and sentence patterns are data files in
// src/world/words/, which a non-programmer can extend.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "plan/fact.h"
#include "plan/plan.h"
#include "text/conversation.h"
#include "world/scene.h"

namespace diptych::world {

class Grammar;

struct Prompt {
  std::string text;
  std::vector<plan::Fact> facts;  // what it states, in the plan language; a plan for it contains all of them
};
struct Narrative {
  std::string text;
  std::vector<plan::Fact> facts;  // what it states, in the plan language
};
struct Question {
  std::string text, answer;
};
struct Claim {
  std::string text;
  bool holds = false;  // a false claim differs from the scene in exactly one fact
};
struct Location {
  std::string subject;  // "the blue bus": exactly one thing in the picture answers to it
  plan::Box box;
};

// Whether a scene has nothing that pictures should show on request only: a style, rain, a mood, a book in a hand.
bool IsPlain(const Scene& scene);

// The lexicon and the patterns of both languages. Const after loading, safe to share between threads.
class Words {
 public:
  // Error names file and line of a word or pattern that cannot be used.
  static Words Load(const std::filesystem::path& folder);
  Words(Words&&) noexcept;
  ~Words();

  // In the plan language (English words), see plan/plan.h. Everything visible is in it.
  plan::Plan PlanOf(const Scene& scene) const;
  // One to all facts of the scene, in varied wordings, from terse ("a red car") to rich. Seldom leaves out a fact that
  // is not plain (IsPlain) or one of several subjects.
  Prompt MakePrompt(const Scene& scene, text::Language language, base::Random& random) const;
  // Two to seven sentences, all true of the scene.
  std::string MakeNarrative(const Scene& scene, text::Language language, base::Random& random) const;
  // The same text for the same random numbers, with its facts.
  Narrative MakeStatedNarrative(const Scene& scene, text::Language language, base::Random& random) const;
  // Short answers: a word, a number or a few words.
  Question MakeQuestion(const Scene& scene, text::Language language, base::Random& random) const;
  // A sentence as a narrative or a user would write it, or a fact of the plan language ("bus: blue").
  Claim MakeClaim(const Scene& scene, text::Language language, bool holds, base::Random& random) const;
  Location MakeLocation(const Scene& scene, text::Language language, base::Random& random) const;
  // What texts are made of, and read with.
  const Grammar& GrammarOf(text::Language language) const;

 private:
  struct State;
  explicit Words(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diptych::world
