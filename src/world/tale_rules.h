// The tales of a language (words/TALES.md) as rules of its grammar. None of them states a fact, but for the action that
// a whole story begins with.
#pragma once

#include <filesystem>
#include <string>

#include "text/conversation.h"

namespace diptych::world {

// Rules in the form of the word files, each with an alternative for each sentence that suits:
//   tale_of_kind, tale_of_kind_named (with the thing's name), tale_of_family;
//   tale_of_deed (of action, feeling, what is held and worn), tale_of_deed_named, tale_after_deed (what no picture
//   shows); tale_of_pair, tale_pair_first (which names both, or {pair_told}); tale_of_count;
//   tale_of_hour, tale_of_season, tale_of_moon, tale_of_place, tale_of_style, tale_of_mood, and after_hour,
//   after_weather, after_season, after_place of those that no picture shows;
//   opening_VOICE, opening_VOICE_deed, opening_VOICE_pair, opening_VOICE_row with {introduced}, {introduced_deed},
//   {introduced_pair}, {introduced_row} in the thing's place, opening_VOICE_set and opening_VOICE_deed_set of those
//   that bear {introduced_set} and {introduced_deed_set}, and ending_VOICE, for the voices any, story, diary, letter,
//   caption, museum; tale_whole_thing, tale_whole_deed, whose first sentence is followed by {tale_setting};
//   claim_tale_TOPIC: what a picture shows if and only if the fact is so.
// Of `folder` the files of tales/ are read. Error names the file and line that cannot be used.
std::string TaleRules(const std::filesystem::path& folder, text::Language language);

}  // namespace diptych::world
