// Claims: the single facts that prompt, plan and narrative state of a picture, each with the words it stands in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/fact.h"

namespace diptych::coherence {

enum class ClaimSource { kPrompt, kPlan, kNarrative, kText };  // kText: a text that a user asks about
// "prompt", "plan", "narrative", "text".
std::string_view NameOf(ClaimSource source);

// Bytes [first, last) of a source text.
struct TextSpan {
  size_t first = 0, last = 0;
  bool operator==(const TextSpan&) const = default;
};

// A statement to be checked, and what the check found. Facts are written in the plan language, "bus: blue".
struct CheckedClaim {
  std::string text;
  std::vector<ClaimSource> sources;  // who states it, at least one; `words` refers to the first
  std::string subject{};             // of a fact: its key; empty for sentences
  std::optional<TextSpan> words{};   // where the first source says it, when that is known
  double probability = 0;            // P(true), from the model's look at the picture
  bool holds = false;                // probability >= 0.5
  std::optional<plan::Box> box{};    // where the subject is, when that was asked for
  int picture = 0;                   // of a story: the number of the picture that it was judged by; otherwise 0
};

// Where the sentences of an English or Chinese text lie, without the white space around them. A sentence ends at
// . ! ? followed by white space, at 。！？, or at a line's end; closing quotes and brackets belong to it. Parts without
// a letter or digit are left out.
std::vector<TextSpan> SplitSentences(std::string_view text);

// Where a prompt says a fact: its value as whole words, else the value's last word, else its key, letters' case and a
// plural's ending aside.
std::optional<TextSpan> FindWords(std::string_view prompt, const plan::Fact& fact);

// The texts of one answer. Empty ones state nothing.
struct AnswerTexts {
  std::string_view prompt;
  std::string_view prompt_facts;  // what the prompt states, in the plan language (engine/look.h, ReadFacts)
  std::string_view plan;
  std::string_view narrative;
};
// All claims of an answer, not yet checked: prompt, plan, narrative. A fact that two sources state is one claim.
std::vector<CheckedClaim> ClaimsOf(const AnswerTexts& texts);
// One claim a sentence.
std::vector<CheckedClaim> ClaimsOfSentences(std::string_view text, ClaimSource source);

}  // namespace diptych::coherence
