#include "data/source.h"

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "data/world_source.h"

namespace diptych::data {
namespace {

namespace fs = std::filesystem;

// When the newest of the files was written that a lexicon is made from.
fs::file_time_type TimeOfWords(const SourceOptions& options) {
  fs::file_time_type newest = options.kinds.empty() ? fs::file_time_type::min() : fs::last_write_time(options.kinds);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(options.words))
    newest = std::max(newest, entry.last_write_time());
  return newest;
}

bool IsOlder(const fs::path& file, fs::file_time_type time) {
  return !fs::exists(file) || fs::last_write_time(file) < time;
}

}  // namespace

std::unique_ptr<Source> OpenSource(const SourceOptions& options) {
  world::Repertoire shown =
      options.kinds.empty() ? world::Repertoire::Everything() : world::Repertoire::Load(options.kinds);
  if (options.artists > 0) shown = shown.WithArtists(options.artists);
  return std::make_unique<WorldSource>(options.words, options.mix, options.size, std::move(shown));
}

void WriteLexicon(const Source& source, const fs::path& folder) {
  base::WriteFileAtomically(folder / "lexicon.tsv", source.MakeLexicon().Text());
  base::WriteFileAtomically(folder / "vocabulary.txt", plan::WriteVocabulary(source.PlanVocabulary()) + "\n");
}

void RefreshLexicon(const Source& source, const SourceOptions& options, const fs::path& folder) {
  const fs::file_time_type words = TimeOfWords(options);
  if (IsOlder(folder / "lexicon.tsv", words) || IsOlder(folder / "vocabulary.txt", words)) WriteLexicon(source, folder);
}

}  // namespace diptych::data
