// Reads the facts back from a text, whose sentences are parsed with the rules that narratives and prompts are written
// by.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/fact.h"
#include "text/conversation.h"
#include "world/scene.h"
#include "world/setting.h"

namespace diptych::world {

class Grammar;
class Words;

struct ReadSentence {
  std::string text;
  bool grammatical = false;  // some rule derives it, and its spaces, commas and first capital are as Tidy makes them
  std::vector<plan::Fact> facts;  // what it states for certain, in the plan language; of the whole when that was read
};

struct ReadText {
  std::vector<ReadSentence> sentences;
  std::vector<plan::Fact> facts;  // of all sentences, each once
  bool whole = false;             // read as one text of one scene, whose sentences cannot contradict each other
};

// Const after construction, safe to share between threads.
class NarrativeReader {
 public:
  // `words` must outlive the reader.
  explicit NarrativeReader(const Words& words);

  // First as one narrative; failing that, sentence by sentence, where a pronoun refers to the last mention that fits. A
  // fact that only some of the derivations of a text state is left out.
  ReadText Read(std::string_view narrative, text::Language language) const;
  // What a user asks for. Only as a whole: a prompt of another wording is not grammatical and yields no facts.
  ReadText ReadPrompt(std::string_view prompt, text::Language language) const;

 private:
  struct LanguageRules {
    const Grammar* grammar;
    int narrative, prompt;
    std::vector<int> parts;  // what yields the sentences of a narrative
  };
  const LanguageRules& RulesOf(text::Language language) const { return rules_[static_cast<size_t>(language)]; }

  std::array<LanguageRules, 2> rules_;
};

// How well the world's own narratives are read.
struct ReaderError {
  struct OfTopic {
    int stated = 0;  // facts that the texts state
    int found = 0;   // those of them that were read
    int untrue = 0;  // facts read that are not so in the scene
  };
  int texts = 0, whole = 0, sentences = 0, ungrammatical = 0;
  std::array<OfTopic, kTopics + 1> topics{};  // by Topic
};

// One narrative of each scene in each language.
ReaderError MeasureReader(const Words& words, std::span<const Scene> scenes);
// Markdown: a line on sentences and a table of the topics.
std::string WriteReaderError(const ReaderError& error);

}  // namespace diptych::world
