// What a user should be told of how an answer ended: cut short, or without a picture.
#pragma once

#include <string>
#include <vector>

#include "engine/generate.h"

namespace diptych::record {

// How the options are called where the warnings are read: "--max-tokens" or "max_new_tokens".
enum class OptionNaming { kFlags, kFields };

// What the limit of tokens cut: the plan, the text after it, or both.
std::string CutWarning(bool plan, bool text, const model::GenerationConfig& options, OptionNaming naming);

// A sentence each; none for an answer that ended as the model chose. `options` are those of its request.
std::vector<std::string> EndingWarnings(const engine::Answer& answer, const model::GenerationConfig& options,
                                        OptionNaming naming);

}  // namespace diptych::record
