// Whether a prompt can be followed word by word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "coherence/asked.h"
#include "coherence/check_data.h"

namespace diptych::coherence {

// A prompt that cannot be followed word by word.
class NotUnderstood : public base::Error {
 public:
  using base::Error::Error;
};
// NotUnderstood names the words of the prompt that nobody understands, and the things that would be drawn as their
// nearest known kind.
void RequireUnderstood(std::string_view prompt, const CheckData& data);
void RequireUnderstood(const std::vector<std::string>& unknown_words, const std::vector<NearThing>& near_things);

}  // namespace diptych::coherence
