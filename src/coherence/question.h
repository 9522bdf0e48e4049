// Questions about a picture, answered only where the model knows: things that are not there are said not to be, and an
// answer must stand up to the check.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/check.h"
#include "coherence/check_data.h"
#include "engine/look.h"

namespace diptych::coherence {

struct Reply {
  std::string text;                           // in the question's language; "I do not know." where `known` is false
  bool known = true;                          // the model understands the question, and its answer stands the check
  std::string guess{};                        // what the model would have said, where it does not know
  std::vector<std::string> absent{};          // kinds that the question speaks of and that are not there
  std::vector<std::string> not_understood{};  // words of the question
};

// The model's own answer to a question, in words.
using Answerer = std::function<std::string(std::string_view question)>;

// In this order: a question with words that nobody understands is not answered; of a thing that is not there it is said
// so; "red or blue?" is decided by the check; any other answer is the model's, if the facts that question and answer
// state together get a verdict that agrees. Without a lexicon it is always the model's.
Reply ReplyTo(std::string_view question, const CheckData& data, const Answerer& answerer, const Opinions& opinions);
// The same by a look at the picture.
Reply ReplyTo(std::string_view question, const CheckData& data, engine::PictureLook& look,
              const engine::Listener& listener);

}  // namespace diptych::coherence
