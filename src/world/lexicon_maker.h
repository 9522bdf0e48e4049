// The lexicon that an exported model takes along: all words and phrases of the word files and the sayings, with what
// they mean in the plan language.
#pragma once

#include <filesystem>

#include "plan/lexicon.h"
#include "world/words.h"

namespace diptych::world {

// `folder` is the one that `words` was loaded from; its sayings, plain.txt, nouns.tsv and traditional.txt are read too
// (README.md there). The same files give the same lexicon. Error names the file that cannot be used.
plan::Lexicon MakeLexicon(const Words& words, const std::filesystem::path& folder);

}  // namespace diptych::world
