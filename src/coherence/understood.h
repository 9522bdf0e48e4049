// Whether a prompt can be followed word by word.
#pragma once

#include <string_view>

#include "base/error.h"
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

}  // namespace diptych::coherence
