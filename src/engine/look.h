// Questions put to the model: about finished pictures, and about a text.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "engine/generate.h"
#include "engine/model.h"
#include "engine/read_observer.h"
#include "text/conversation.h"

namespace diptych::engine {

// A look: finished pictures in the model's context, and questions about them. Owns the KV cache of the pictures, which
// all questions share. Every question throws Error when it is too long for the model.
class PictureLook {
 public:
  // The picture is resized to what the model reads. Error: an empty picture.
  PictureLook(const Model& model, const base::Image& picture);
  // Several pictures, which questions may compare. Error also when there are none, or several and the model has not
  // learned to compare.
  PictureLook(const Model& model, std::span<const base::Image> pictures, ReadObserver on_read = {});
  PictureLook(PictureLook&&) noexcept;
  ~PictureLook();
  std::string Describe(text::Language language, const Listener& listener);
  std::string Ask(std::string_view question, const Listener& listener);
  // The probability of each claim: P("yes") / (P("yes") + P("no")) of the answer to "is this true?".
  std::vector<double> Check(const std::vector<std::string>& claims, text::Language language);
  // The plan of the picture as the model reads it: facts and boxes.
  std::string SeenPlan(const Listener& listener);
  // Where a subject is, as the model's text; read it with plan::ParseBox.
  std::string Where(std::string_view subject, text::Language language);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The facts that the model reads in a text, in the plan language.
std::string ReadFacts(const Model& model, std::string_view text, const Listener& listener = {});

}  // namespace diptych::engine
