// Claims: what prompt, plan and narrative state of a picture, each with the words it stands in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/asked.h"
#include "coherence/calibration.h"
#include "coherence/check_data.h"
#include "coherence/sentences.h"
#include "plan/fact.h"

namespace diptych::coherence {

enum class ClaimSource { kPrompt, kPlan, kNarrative, kText };  // kText: a text that a user asks about
// "prompt", "plan", "narrative", "text".
std::string_view NameOf(ClaimSource source);

// A single fact of a claim.
struct ClaimFact {
  plan::Fact fact;         // or a whole sentence as its key, where nothing better is known (kWholeSentence)
  std::string property{};  // by the vocabulary: "colour"; empty: unknown
  std::string kind{};      // of subjects: which must be there; empty: of the scene
  std::string other{};     // of a relation: the kind that must be there too
  bool denied = false;     // "no bus", "not red"
  bool operator==(const ClaimFact&) const = default;
};
// The property of sentences that are judged as they stand, by models without a lexicon.
inline constexpr std::string_view kWholeSentence = "sentence";

// A statement to be checked, and what the check found.
struct CheckedClaim {
  std::string text;                  // of a fact as in the plan language, "bus: blue", "no bus"; else the sentence
  std::vector<ClaimSource> sources;  // who states it, at least one; `words` refers to the first
  std::string subject{};             // of a fact about one: its kind; empty for sentences and for the whole scene's
  std::optional<TextSpan> words{};   // where the first source says it, when that is known
  std::vector<ClaimFact> facts{};    // of which all must hold; none: the sentence states nothing that could be seen
  bool near = false;                 // the prompt's words name another thing, of which the subject is the nearest kind
  bool left_out = false;             // asked for, but the plan that was drawn does not have it: it does not hold
  double probability = 0;            // that all its facts are true, calibrated; 0 where there are none
  Verdict verdict = Verdict::kUnknown;
  std::optional<plan::Box> box{};  // where the subject is, when that was asked for
  int picture = 0;                 // of a story: the number of the picture that it was judged by; otherwise 0

  bool IsFrom(ClaimSource source) const;
};

// Where a prompt says a fact: its value as whole words, else the value's last word, else its key, letters' case and a
// plural's ending aside.
std::optional<TextSpan> FindWords(std::string_view prompt, const plan::Fact& fact);

// What prompt and plan state, not yet checked. A fact that both state, in whichever words, is one claim. Of each
// subject of a plan it is claimed first that there is such a thing.
std::vector<CheckedClaim> ClaimsOf(const Asked& asked, std::string_view plan, const CheckData& data);
// One claim a sentence, with the facts that it states; `plan` tells what "it" can be, and may be empty.
std::vector<CheckedClaim> ClaimsOfSentences(std::string_view text, ClaimSource source, std::string_view plan,
                                            const CheckData& data);

}  // namespace diptych::coherence
