// Documents from the world: every task of the model from one scene, one seed.
#pragma once

#include <filesystem>
#include <vector>

#include "data/source.h"
#include "world/held_out.h"
#include "world/prompt_composer.h"
#include "world/repertoire.h"
#include "world/words.h"

namespace diptych::data {

class WorldSource : public Source {
 public:
  // `words`: the world's words and held-out combinations. Pictures are `size` pixels wide and high. Error as
  // world::Words::Load and world::HeldOut::Load.
  // Scenes of the repertoire.
  WorldSource(const std::filesystem::path& words, const TaskMix& mix, int size,
              world::Repertoire repertoire = world::Repertoire::Everything());

  std::vector<Document> Make(uint64_t seed, uint64_t index, Split split) const override;
  plan::Lexicon MakeLexicon() const override;
  const plan::Vocabulary& PlanVocabulary() const override { return vocabulary_; }

 private:
  std::string QuestionWords(const plan::Lexicon& lexicon) const;
  // A scene for a prompt: with a character or plain as often as the mix says.
  world::Scene SampleAsked(base::Random& random, Split split) const;
  world::Scene Sample(base::Random& random, Split split) const;
  // Prompt and plan of an answer, and the language of its narrative.
  struct Asked {
    text::AnswerParts parts;
    text::Language narrative;
  };
  // What a scene is asked for with.
  struct Asking {
    text::Language language;
    Split split;
  };
  world::Prompt MakePrompt(const world::Scene& scene, const Asking& asking, base::Random& random) const;
  Asked Ask(const world::Scene& scene, const Asking& asking, base::Random& random) const;
  Document MakePlan(const world::Scene& scene, Split split, base::Random& random) const;
  // With a picture unless the mix is blind.
  Document MakeAnswer(const world::Scene& scene, const base::Image& picture, const Asking& asking,
                      base::Random& random) const;
  // What a look asks about its picture, besides the plan.
  struct Questions {
    bool description = false;
    int claims = 0, questions = 0, places = 0;
  };
  Document MakeLook(const world::Scene& scene, const base::Image& picture, const Questions& asked,
                    base::Random& random) const;
  text::Language LanguageOf(base::Random& random) const;
  Document MakeFacts(const world::Scene& scene, const Asking& asking, base::Random& random) const;

  std::filesystem::path folder_;  // of the words
  world::Words words_;
  world::PromptComposer composer_;
  world::HeldOut held_out_;
  world::Repertoire repertoire_;
  plan::Vocabulary vocabulary_;
  TaskMix mix_;
  int size_;
};

}  // namespace diptych::data
