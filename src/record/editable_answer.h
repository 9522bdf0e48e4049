// A recorded answer as words can change it.
#pragma once

#include "coherence/plan_edit.h"
#include "record/answer_record.h"

namespace diptych::record {

// What coherence::EditAnswer goes on from. The prompt is left out where it does not say what was asked for: where only
// a plan was given, and where it is the instruction of an edit. It is not repaired, which would move what is to stay.
// Error: a story.
coherence::EditableAnswer EditableOf(const AnswerRecord& record);

}  // namespace diptych::record
