// The tales of a language (words/TALES.md) as rules of its grammar. Of them those state facts that tell an action, a
// feeling, what is held or worn or how two stand in so many words, and the first sentence of a whole story.
#pragma once

#include <filesystem>
#include <string>

#include "text/conversation.h"

namespace diptych::world {

// Rules in the form of the word files, each with an alternative for each sentence that suits:
//   tale_of_kind, tale_of_kind_named (with the thing's name, in the place of a pronoun where need be), tale_of_family;
//   tale_acts (states the action), tale_acts_so (action and feeling; states the feeling), tale_feels, tale_holds,
//   tale_wears (state what they tell), tale_beyond (what no picture shows of all these), each also with "_named"; where
//   no tale suits, {plain_acts} and so on of the narratives;
//   tale_where (states how two stand that have been named, or {plain_where}), tale_of_pair (what no picture shows of
//   them), tale_pair_first (which names both, or {pair_told}); tale_of_count;
//   tale_of_hour, tale_of_season, tale_of_moon, tale_of_place, tale_of_style, tale_of_mood, and after_hour,
//   after_weather, after_season, after_place of those that no picture shows;
//   opening_VOICE with {introduced} in the thing's place, opening_VOICE_pair and opening_VOICE_row with
//   {introduced_pair} and {introduced_row} of those that bear several, in English opening_VOICE_set of those that bear
//   {introduced_set}, a name with place and hour, and ending_VOICE, for the voices any, story, diary, letter,
//   caption, museum; tale_whole_thing, tale_whole_deed, whose first sentence is followed by {tale_setting};
//   tale_story_thing, tale_story_deed: the same without their first sentence;
//   tale_of_kind_lively: of tale_of_kind what no picture shows;
//   where there is a section "deed": tale_deed_tail (states the action) and tale_felt_tail (states the feeling), what follows the
//   subject's name, each also with "_full", then with what comes of it; tale_together (two who do the same, {introduced_deed} each), tale_beside (what is
//   beside one who acts), tale_others, tale_of_two and tale_gather; they need {beside}, {the_others} and, where no tale
//   suits, {plain_deed_tail}, {plain_felt_tail}, {plain_together}, {plain_beside}, {plain_others},
//   {plain_two}, {plain_gather} of the narratives;
//   claim_tale_TOPIC: what a picture shows if and only if the fact is so.
// Of `folder` the files of tales/ are read. Error names the file and line that cannot be used.
std::string TaleRules(const std::filesystem::path& folder, text::Language language);

}  // namespace diptych::world
