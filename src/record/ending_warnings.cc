#include "record/ending_warnings.h"

namespace diptych::record {
namespace {

std::string Called(std::string_view name, OptionNaming naming) {
  return naming == OptionNaming::kFlags ? "--" + std::string(model::FindOption(name)->flag) : std::string(name);
}

}  // namespace

std::string CutWarning(bool plan, bool text, const model::GenerationConfig& options, OptionNaming naming) {
  const std::string what = !text ? "the plan was" : !plan ? "the text was" : "plan and text were";
  return what + " cut at " + Called("max_new_tokens", naming) + " " + std::to_string(options.max_new_tokens) + ".";
}

std::vector<std::string> EndingWarnings(const engine::Answer& answer, const model::GenerationConfig& options,
                                        OptionNaming naming) {
  std::vector<std::string> warnings;
  if (answer.plan_cut || answer.text_cut)
    warnings.push_back(CutWarning(answer.plan_cut, answer.text_cut, options, naming));
  if (answer.ending == engine::Ending::kPictureLimit)
    warnings.push_back("the model began another picture; at most " + std::to_string(options.max_pictures) +
                       " were asked for (" + Called("pictures", naming) + "), and the answer ends there.");
  if (answer.ending == engine::Ending::kPositionLimit)
    warnings.push_back("the model began another picture, for which its context has no room; the answer ends there.");
  if (answer.picture.width == 0) warnings.push_back("the model wrote a text and drew nothing.");
  return warnings;
}

}  // namespace diptych::record
