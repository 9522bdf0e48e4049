// Where the sentences of a text lie.
#pragma once

#include <string_view>
#include <vector>

#include "plan/lexicon.h"

namespace diptych::coherence {

using plan::TextSpan;

// Where the sentences of an English or Chinese text lie, without the white space around them. A sentence ends at
// . ! ? followed by white space, at 。！？, or at a line's end; closing quotes and brackets belong to it. Titles and
// the like ("Mr. Smith", "e.g. small") end none. Parts without a letter or digit are left out.
std::vector<TextSpan> SplitSentences(std::string_view text);

}  // namespace diptych::coherence
