// Where training takes its documents from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "data/document.h"
#include "data/task_mix.h"
#include "plan/lexicon.h"
#include "plan/vocabulary.h"
#include "world/scene.h"

namespace diptych::data {

using world::Split;

class Source {
 public:
  virtual ~Source() = default;
  // The documents of sample `index` under `seed`, the answer first. The same arguments always give the same documents.
  // Called from several threads at once.
  virtual std::vector<Document> Make(uint64_t seed, uint64_t index, Split split) const = 0;
  // The lexicon of the source's words, which exported models take along.
  virtual plan::Lexicon MakeLexicon() const = 0;
  virtual const plan::Vocabulary& PlanVocabulary() const = 0;
};

struct SourceOptions {
  std::filesystem::path words;  // of the world
  TaskMix mix;
  int size = 128;                 // pixels of a picture's side
  std::filesystem::path kinds{};  // a file with the kinds of scenes (world/repertoire.h); empty: all
  int artists = 0;                // how many artists' drawings of a kind scenes show; 0: all
};
// The only place that knows which kinds of source exist. Error: as the source's constructor.
std::unique_ptr<Source> OpenSource(const SourceOptions& options);

// FOLDER/lexicon.tsv and FOLDER/vocabulary.txt.
void WriteLexicon(const Source& source, const std::filesystem::path& folder);
// The same where the folder lacks one of them, or a file of words or kinds that `options` name has changed since:
// making a lexicon takes seconds.
void RefreshLexicon(const Source& source, const SourceOptions& options, const std::filesystem::path& folder);

}  // namespace diptych::data
