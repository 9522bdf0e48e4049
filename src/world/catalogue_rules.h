// The names of all kinds as rules of the grammar, so that a row of the catalogue is all that a kind needs.
#pragma once

#include <string>

#include "text/conversation.h"
#include "world/kinds.h"

namespace diptych::world {

enum class Gender { kMale, kFemale, kOpen };
// Of a person or a fantasy figure, by a word of the everyday name.
Gender GenderOf(const KindRow& row);

// Rules in the form of the word files. English: kind_word (every name, the everyday one most often), noun_one, nouns,
// held_bare (the everyday name of what is held), he, him, his. Chinese: kind_word, noun_one, held_bare, measure (all),
// measure_plain (the usual one), held_measure, it.
std::string CatalogueRules(text::Language language);

}  // namespace diptych::world
