#include "record/editable_answer.h"

#include "base/error.h"

namespace diptych::record {

coherence::EditableAnswer EditableOf(const AnswerRecord& record) {
  if (!record.panels.empty() || record.request.options.max_pictures > 1)
    throw base::Error("edit", "the picture belongs to a story, which is not changed by words.",
                      "edit pictures that stand alone.");
  coherence::EditableAnswer answer{.request = record.request, .plan = record.plan};
  answer.request.plan.reset();
  answer.request.options.repairs = 0;
  if (!record.prompt_given || record.edited_pictures > 0) answer.request.prompt.clear();
  return answer;
}

}  // namespace diptych::record
