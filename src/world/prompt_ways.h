// The sayings of one language sorted by what they say of a scene and by what their words can be part of.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "text/conversation.h"
#include "world/sayings.h"
#include "world/scene.h"
#include "world/setting.h"

namespace diptych::world {

struct Way {
  enum class Form {
    kPhrase,   // "at dawn": behind what it is said of
    kTag,      // "sunrise", "time: dawn": between commas
    kNoun,     // "{who} with a smile": stands where {who} can stand
    kClause,   // "{who} (sings|sing).", "gimme {a_thing}": for itself
    kSentence  // "It is noon."
  } form = Form::kTag;
  const Saying* saying = nullptr;
  bool one_only = false;  // its words fit one thing alone
  bool definite = false;  // "the {thing} is red": of something named before
};

struct Ways {
  std::vector<Way> training, held_out;
  bool empty() const { return training.empty() && held_out.empty(); }
};

// What must be so for a saying whose words state several facts. A value below zero: any.
struct Need {
  Topic topic;
  int value = -1;
};
struct WayOfMany {
  Way way;
  std::vector<Need> needs;
  bool denies = false;  // its {things}, {b} or {b_thing} are what is not there
};

struct PromptWays {
  // Error as Sayings::Load.
  PromptWays(const std::filesystem::path& folder, text::Language language);
  PromptWays(const PromptWays&) = delete;

  std::array<Ways, kHours> hour;
  std::array<Ways, kWeathers> weather;
  std::array<Ways, kGrounds> ground;
  std::array<Ways, kSeasons> season;
  std::array<Ways, kStyles> style;
  std::array<Ways, kMoods> mood;
  std::array<Ways, 3> phase;
  std::array<Ways, 5> clouds;  // by their number
  Ways sun, no_moon;
  std::array<Ways, kActions> action;
  std::array<Ways, kFeelings> feeling;
  std::array<Ways, 4> pattern;
  std::array<Ways, kSizes> size, size_said;
  std::array<Ways, kPlaces> located, place_said;
  std::array<Ways, 3> depth, depth_said, facing;
  std::array<Ways, 16> relation;
  Ways holding, wearing, between, riding, row;
  Ways colour, colour_said, two_colours, count, count_said;
  Ways one, one_in_scene, two, three, without, alone;
  std::vector<WayOfMany> longer, relative;

  std::array<std::vector<std::string>, kColours + 1> colour_word;
  std::array<std::vector<std::string>, kSizes> size_word;
  std::array<std::vector<std::string>, kFeelings> feeling_word, manner_word;  // "sad", "sadly"
  std::array<std::vector<std::string>, 4> pattern_word;
  std::array<std::vector<std::string>, kWorns> worn_word;

  // Sections and values that have no meaning in the world: "action driving".
  std::vector<std::string> skipped;
  const Sayings& sayings() const { return sayings_; }

 private:
  class Sorter;
  Sayings sayings_;
};

}  // namespace diptych::world
