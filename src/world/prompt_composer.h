// Prompts as people type them, put together from sayings by many people (words/SAYINGS.md), with the facts they state.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "text/conversation.h"
#include "world/scene.h"
#include "world/words.h"

namespace diptych::world {

struct ComposedPrompt {
  Prompt prompt;
  std::string clean;                 // its text before it was typed with errors
  std::vector<std::string> sayings;  // what it was put together from
};

// Const after loading, safe to share between threads.
class PromptComposer {
 public:
  // `folder` is that of Words. Error names file and line of a saying that is none.
  static PromptComposer Load(const std::filesystem::path& folder);
  PromptComposer(PromptComposer&&) noexcept;
  ~PromptComposer();

  // A prompt of one to all facts of the scene. States mostly what a picture shows only when somebody asks for it, and
  // seldom leaves one of several subjects open. For kTraining one in ten sayings is never used; for kHeldOut those are,
  // wherever there are any.
  Prompt Make(const Scene& scene, text::Language language, Split split, base::Random& random) const;
  // The same prompt for the same random numbers, with how it came about.
  ComposedPrompt Compose(const Scene& scene, text::Language language, Split split, base::Random& random) const;

  // The sections and values of the sayings that have no meaning in the world: "action driving".
  const std::vector<std::string>& Skipped(text::Language language) const;

 private:
  struct State;
  explicit PromptComposer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diptych::world
