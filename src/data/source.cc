#include "data/source.h"

#include "base/files.h"
#include "data/world_source.h"

namespace diptych::data {

std::unique_ptr<Source> OpenSource(const SourceOptions& options) {
  return std::make_unique<WorldSource>(
      options.words, options.mix, options.size,
      options.kinds.empty() ? world::Repertoire::Everything() : world::Repertoire::Load(options.kinds));
}

void WriteLexicon(const Source& source, const std::filesystem::path& folder) {
  base::WriteFileAtomically(folder / "lexicon.tsv", source.MakeLexicon().Text());
  base::WriteFileAtomically(folder / "vocabulary.txt", plan::WriteVocabulary(source.PlanVocabulary()) + "\n");
}

}  // namespace diptych::data
