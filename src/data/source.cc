#include "data/source.h"

#include "base/files.h"
#include "data/world_source.h"

namespace diptych::data {

std::unique_ptr<Source> OpenSource(const SourceOptions& options) {
  return std::make_unique<WorldSource>(options.words, options.mix, options.size);
}

void WriteKnownWords(const Source& source, const std::filesystem::path& folder) {
  std::string text;
  for (const std::string& word : source.Vocabulary()) text += word + '\n';
  base::WriteFileAtomically(folder / "words.txt", text);
}

}  // namespace diptych::data
