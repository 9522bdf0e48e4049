// The words of an edit, English or Chinese, clause by clause: which of them command, and which say what is there now or
// what is to go. "turn the cat into a dog", 把月亮去掉.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plan/lexicon.h"

namespace diptych::coherence {

using plan::TextSpan;

struct EditClause {
  // The clause's words in small letters; those that only command ("make", 把) are spaces, one for each byte, and some
  // are replaced by those that worlds of pictures have ("bigger" by "big").
  std::string text;
  TextSpan now{};   // of `text`: what is there and becomes what the rest says: "the cat"; empty: nothing of the kind
  TextSpan gone{};  // of `text`: what is to go: "the moon"; empty: nothing
  bool becomes = false;  // `now` is followed by "into" or the like; otherwise it ends at its noun: "the red bus blue"
  bool adds = false;     // "add a cat": one more, where there is one
};

std::vector<EditClause> ReadEditWords(std::string_view words);

}  // namespace diptych::coherence
