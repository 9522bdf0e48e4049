#include "world/prompt_composer.h"

#include <utility>

#include "world/prompt_draft.h"
#include "world/prompt_noise.h"

namespace diptych::world {

using text::Language;

struct PromptComposer::State {
  static std::string TraditionalNames() {
    std::string names;
    for (const KindRow& row : Kinds())
      for (const std::string& name : row.thing->traditional) names += name;
    return names;
  }

  explicit State(const std::filesystem::path& folder)
      : english(folder / "en", Language::kEnglish),
        chinese(folder / "zh", Language::kChinese),
        noise(folder / "zh/traditional.txt", TraditionalNames()) {
    for (const auto& [key, list] : english.ways.sayings().all())
      for (const Saying& saying : list) noise.Know(saying.text);
    for (const KindRow& row : Kinds())
      for (const EnglishNoun& noun : row.thing->english) {
        noise.Know(noun.singular);
        noise.Know(noun.plural);
      }
  }

  const PromptLanguage& Of(Language language) const { return language == Language::kEnglish ? english : chinese; }

  PromptLanguage english, chinese;
  PromptNoise noise;
};

PromptComposer::PromptComposer(std::unique_ptr<State> state) : state_(std::move(state)) {}
PromptComposer::PromptComposer(PromptComposer&&) noexcept = default;
PromptComposer::~PromptComposer() = default;

PromptComposer PromptComposer::Load(const std::filesystem::path& folder) {
  return PromptComposer(std::make_unique<State>(folder));
}

ComposedPrompt PromptComposer::Compose(const Scene& scene, Language language, Split split, base::Random& random) const {
  PromptDraft draft(state_->Of(language), scene, split, random);
  ComposedPrompt made{.prompt = {}, .clean = draft.Text(), .sayings = {}};
  for (const Saying* saying : draft.used()) made.sayings.push_back(saying->text);
  made.prompt = {.text = state_->noise.Type(made.clean, language, random), .facts = draft.Facts()};
  return made;
}

Prompt PromptComposer::Make(const Scene& scene, Language language, Split split, base::Random& random) const {
  return Compose(scene, language, split, random).prompt;
}

const std::vector<std::string>& PromptComposer::Skipped(Language language) const {
  return state_->Of(language).ways.skipped;
}

}  // namespace diptych::world
