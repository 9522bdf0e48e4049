// What a small model folder brings along for the check, for tests.
#pragma once

#include "coherence/check_data.h"
#include "plan/lexicon_for_test.h"

namespace diptych::coherence {

inline CheckData CheckDataForTest() {
  return {.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
}

}  // namespace diptych::coherence
