// The names of all kinds as rules of the grammar, so that a row of the catalogue is all that a kind needs.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "text/conversation.h"
#include "world/kinds.h"

namespace diptych::world {

enum class Gender { kMale, kFemale, kOpen };
// Which pronoun a kind has: he, she or it.
Gender GenderOf(const KindRow& row);

// How English counts what is named.
enum class EnglishForm {
  kOne,   // "a cat"
  kName,  // "Saturn", "the Earth"
  kPair,  // one thing whose name is a plural: "scissors"
  kMass,  // "popcorn"
  kMany   // more than one of anything
};
inline constexpr std::array<std::string_view, 5> kFormWords = {"one", "name", "pair", "mass", "many"};

EnglishForm FormOf(Kind kind, int count);
// Is it of the family of people, but no person: a hand, a tooth?
bool IsBodyPart(const KindRow& row);
// Do verbs take the plural?
constexpr bool IsPlural(EnglishForm form) { return form == EnglishForm::kPair || form == EnglishForm::kMany; }

// Rules in the form of the word files. English: kind_word (the names that take the same form as the everyday one, which
// comes most often), kind_word_else (the others), noun_one, nouns, the_article ("the ", which some names do without),
// packs ("pairs of " before what has no plural, else nothing), held_bare (the everyday name of what is held), held_a
// (with its article), he, him, his. Chinese: kind_word, noun_one, held_bare, measure (all), measure_plain (the usual
// one), held_measure, it.
std::string CatalogueRules(text::Language language);

}  // namespace diptych::world
