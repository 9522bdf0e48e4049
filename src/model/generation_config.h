// How a model answers: its defaults from generation_config.json, and the one table of the options that a user may
// change.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace diptych::model {

// What a model has learned to answer.
enum class Skill { kGenerate, kDescribe, kAsk, kCheck, kCompare, kEdit, kStory };
inline constexpr std::array kAllSkills = {Skill::kGenerate, Skill::kDescribe, Skill::kAsk,  Skill::kCheck,
                                          Skill::kCompare,  Skill::kEdit,     Skill::kStory};
// "generate", "describe", "ask", "check", "compare", "edit", "story".
std::string_view NameOf(Skill skill);

// Pixels: the longest side of a picture that may be asked for.
inline constexpr int kMaxSide = 8192;

// Both ends belong to it.
struct LearnedRange {
  double low = 0, high = 0;
  bool operator==(const LearnedRange&) const = default;
};

// Answer defaults of a model, from FOLDER/generation_config.json; absent file or keys: these defaults.
struct GenerationConfig {
  int steps = 50;
  double guidance = 4;                    // classifier-free guidance towards the text; 1: none
  double picture_guidance = 1;            // the same towards the pictures in context, in edits and stories
  std::string guidance_rescale = "none";  // none, global, channel, cfg_zero_star
  double guidance_from = 0, guidance_to = 1;
  double shift = 3;
  std::string solver = "euler";  // euler, heun
  double temperature = 0;        // 0: greedy
  double top_p = 1;
  int width = 512, height = 512;
  int max_new_tokens = 1024;
  int candidates = 1;         // drawings of each picture, of which the one that shows the plan best is kept
  int repairs = 0;            // further drawings at most, to mend what the check of an answer finds missing
  int max_pictures = 1;       // 1: a picture at once, then its narrative; more: text and pictures as the model chooses
  bool plan = false;          // the model writes a plan in its thinking block
  bool mid_sentence = false;  // prompts are spelt as within a sentence (text/conversation.h)
  std::vector<Skill> skills{kAllSkills.begin(), kAllSkills.end()};  // that the model has learned
  // By an option's name: the values that the model was trained for, or found to answer well with. Others may be asked
  // for. Options without a range: nothing is known.
  std::map<std::string, LearnedRange> learned{};

  bool Knows(Skill skill) const;
};

// The value of an option as files and records hold it.
using OptionValue = std::variant<int64_t, double, std::string>;

struct IntegerOption {
  int GenerationConfig::*member;
  int low, high;  // both belong to the range
};
struct NumberOption {
  double GenerationConfig::*member;
  double low, high;         // `high` belongs to the range
  bool low_itself = false;  // so does `low`
};
struct WordOption {
  std::string GenerationConfig::*member;
  std::span<const std::string_view> words;
};

// What an option changes, and so which verbs take it.
enum class Steers { kDrawing, kWriting, kStory };

// One option of an answer. generation_config.json, flags, environment, settings file, help, a picture's record and the
// library read its names and its range here.
struct GenerationOption {
  std::string_view name;        // in records and the library
  std::string_view flag;        // on the command line and in settings; empty: no flag of its own
  std::string_view config_key;  // in generation_config.json; empty: part of another key
  std::variant<IntegerOption, NumberOption, WordOption> form;
  Steers steers = Steers::kDrawing;
  std::string_view value_name{}, help{};  // of the flag
  bool rare = false;                      // a record leaves it out when it has its default
};
std::span<const GenerationOption> GenerationOptions();
// The row of this name, or null.
const GenerationOption* FindOption(std::string_view name);

// Options that were asked for, by name. All others keep the values of the model's generation_config.json.
using OptionValues = std::map<std::string_view, OptionValue>;
// The defaults with what was asked for. Error for an unknown name or a value out of range.
GenerationConfig WithOptions(GenerationConfig defaults, const OptionValues& values);

OptionValue ValueOf(const GenerationOption& option, const GenerationConfig& config);
// Stores `value` and returns true, or returns false and stores nothing when it is of another kind or out of range. A
// whole number is taken where any number is wanted.
bool SetOption(const GenerationOption& option, const OptionValue& value, GenerationConfig* config);
// The value that a text states; nothing when it states none, or one out of range.
std::optional<OptionValue> ParseOption(const GenerationOption& option, std::string_view text);
// "a whole number from 1 to 1000", "a number above 0 up to 1", "euler or heun".
std::string RangeOf(const GenerationOption& option);
// One sentence for each option whose value the model has not learned: its value, and what was learned.
std::vector<std::string> UnlearnedOptions(const GenerationConfig& config);
// Error when an option is out of range; names it, its value and its range.
void CheckOptions(const GenerationConfig& config);

// Keys are the public code's argument names: num_steps, cfg_scale, img_cfg_scale, cfg_norm, cfg_interval,
// timestep_shift, method (euler, heun), do_sample, temperature, top_p, max_new_tokens, max_images; ours: width, height,
// num_candidates, num_repairs, plan, mid_sentence, skills, learned ({"cfg_scale": [1, 6], ...}). Error as in
// LoadConfig.
GenerationConfig LoadGenerationConfig(const std::filesystem::path& folder);
// generation_config.json that LoadGenerationConfig reads.
std::string WriteGenerationConfig(const GenerationConfig& config);

}  // namespace diptych::model
