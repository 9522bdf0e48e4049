// The lexicon that an exported model takes along: all words and phrases of the word files and the sayings, with what
// they mean in the plan language.
#pragma once

#include <filesystem>

#include "plan/lexicon.h"
#include "world/repertoire.h"
#include "world/words.h"

namespace diptych::world {

// `folder` is the one that `words` was loaded from; its sayings, plain.txt, reading.txt, nouns.tsv and traditional.txt
// are read too (README.md there). Kinds are those of the repertoire; the names of all others are words of things whose
// nearest kind is known or not. The same files give the same lexicon. Error names the file that cannot be used.
plan::Lexicon MakeLexicon(const Words& words, const std::filesystem::path& folder, const Repertoire& repertoire);

// The same for a model that was trained on an earlier or smaller world, with this vocabulary: words of what it has not
// are no words for it, or, where they name a place or what is held or worn, words of things without a nearest kind.
plan::Lexicon MakeLexicon(const Words& words, const std::filesystem::path& folder, const plan::Vocabulary& vocabulary);

// The world's vocabulary without the kinds and small things that the repertoire has not.
plan::Vocabulary VocabularyOf(const Repertoire& repertoire);

}  // namespace diptych::world
