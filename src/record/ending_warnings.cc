#include "record/ending_warnings.h"

namespace diptych::record {

std::vector<std::string> EndingWarnings(const engine::Answer& answer, const model::GenerationConfig& options,
                                        OptionNaming naming) {
  const auto called = [naming](std::string_view name) {
    return naming == OptionNaming::kFlags ? "--" + std::string(model::FindOption(name)->flag) : std::string(name);
  };
  std::vector<std::string> warnings;
  if (answer.plan_cut || answer.text_cut)
    warnings.push_back(std::string(!answer.text_cut   ? "the plan was"
                                   : !answer.plan_cut ? "the text was"
                                                      : "plan and text were") +
                       " cut at " + called("max_new_tokens") + " " + std::to_string(options.max_new_tokens) + ".");
  if (answer.ending == engine::Ending::kPictureLimit)
    warnings.push_back("the model began another picture; at most " + std::to_string(options.max_pictures) +
                       " were asked for (" + called("pictures") + "), and the answer ends there.");
  if (answer.ending == engine::Ending::kPositionLimit)
    warnings.push_back("the model began another picture, for which its context has no room; the answer ends there.");
  if (answer.picture.width == 0) warnings.push_back("the model wrote a text and drew nothing.");
  return warnings;
}

}  // namespace diptych::record
