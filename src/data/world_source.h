// Training sequences from the world: every task of the model from one scene, one seed.
#pragma once

#include <memory>
#include <vector>

#include "data/sequence.h"
#include "world/held_out.h"
#include "world/words.h"

namespace diptych::data {

// How often a scene yields each kind of document (percent), and how much each holds.
struct TaskMix {
  int copies = 4;         // noised copies of an answer's picture; 0: it is read alone
  int look_percent = 40;  // a document that looks at the picture: its plan, description, claims, questions, places
  int claims = 4, questions = 2, places = 1;
  // Further scenes a sample, which are looked at alone: their plans and a claim. A drawing teaches a picture's every
  // pixel, a look some sixty words; an eye needs many more pictures than a hand.
  int glances = 2;
  int plans = 0;                // further scenes a sample of which the prompt is read and the plan written, no more
  int facts_percent = 40;       // text alone: the facts of a prompt or a narrative
  int undirected_percent = 40;  // drawings without any condition, for guidance: one document with one copy
  int chinese_percent = 40;
  // Scenes that give way to one with a character, which is hard to draw, or to a plain one, which is asked for most.
  int characters_percent = 0, plain_percent = 0;
  bool blind = false;                 // answers have no picture: their narrative is written from prompt and plan
  bool pictures_only = false;         // answers end with their picture and have no text to learn; nothing is looked at
  bool mid_sentence = true;           // prompts are spelt as within a sentence (text/conversation.h)
  int language_request_percent = 15;  // answers whose prompt says in which language the narrative shall be
};

class WorldSource {
 public:
  struct Parts {
    const world::Words& words;
    const world::HeldOut& held_out;
    const text::Tokenizer& tokenizer;
    const model::ModelConfig& config;
  };
  // The parts must outlive the source. Pictures are `size` pixels wide and high.
  WorldSource(const Parts& parts, const TaskMix& mix, int size);

  // The documents of sample `index` under `seed`: the same for ever for one world version. Thread-safe.
  std::vector<Sequence> Make(uint64_t seed, uint64_t index, world::Split split) const;
  // A drawing of the picture without any condition: what guidance leads away from.
  Sequence MakeUndirected(const base::Image& picture, std::vector<plan::Box> subjects) const;

 private:
  // A scene that is asked for.
  world::Scene SampleAsked(base::Random& random, world::Split split) const;
  // The turn of who asks, up to the plan; yields the language that the narrative shall be in.
  text::Language AppendAsking(const world::Scene& scene, text::Language language, base::Random& random,
                              SequenceBuilder& builder) const;
  Sequence MakePlan(const world::Scene& scene, base::Random& random) const;
  Sequence MakeAnswer(const world::Scene& scene, const base::Image& picture, text::Language language,
                      base::Random& random) const;
  // What is asked about a picture that is looked at, besides its plan.
  struct Asked {
    bool description = false;
    int claims = 0, questions = 0, places = 0;
  };
  Sequence MakeLook(const world::Scene& scene, const base::Image& picture, const Asked& asked,
                    base::Random& random) const;
  text::Language LanguageOf(base::Random& random) const;
  Sequence MakeFacts(const world::Scene& scene, text::Language language, base::Random& random) const;

  Parts parts_;
  TaskMix mix_;
  int size_;
};

}  // namespace diptych::data
