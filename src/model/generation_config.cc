#include "model/generation_config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "model/json.h"

namespace diptych::model {
namespace {

constexpr const char* kGenerationConfigPlace = "config";

constexpr std::array<std::string_view, 4> kRescales = {"none", "global", "channel", "cfg_zero_star"};
constexpr std::array<std::string_view, 2> kSolvers = {"euler", "heun"};

using Config = GenerationConfig;

// In the order in which records list them; the rare ones come last.
constexpr std::array kOptions = {
    GenerationOption{"width", "", "width", IntegerOption{&Config::width, 1, kMaxSide}},
    GenerationOption{"height", "", "height", IntegerOption{&Config::height, 1, kMaxSide}},
    GenerationOption{"steps", "steps", "num_steps", IntegerOption{&Config::steps, 1, 1000}, Steers::kDrawing, "N",
                     "Denoising steps (default: the model's)"},
    GenerationOption{"solver", "solver", "method", WordOption{&Config::solver, kSolvers}, Steers::kDrawing,
                     "euler|heun", "How a step is made; heun costs two passes a step (default: the model's)"},
    GenerationOption{"guidance", "guidance", "cfg_scale", NumberOption{&Config::guidance, 0, 100, true},
                     Steers::kDrawing, "X",
                     "How strongly the picture follows the prompt; 1 is none (default: the model's)"},
    GenerationOption{"guidance_rescale", "guidance-rescale", "cfg_norm",
                     WordOption{&Config::guidance_rescale, kRescales}, Steers::kDrawing,
                     "none|global|channel|cfg_zero_star",
                     "How strong guidance is kept from overshooting (default: the model's)"},
    GenerationOption{"guidance_from", "", "", NumberOption{&Config::guidance_from, 0, 1, true}},
    GenerationOption{"guidance_to", "", "", NumberOption{&Config::guidance_to, 0, 1, true}},
    GenerationOption{"shift", "shift", "timestep_shift", NumberOption{&Config::shift, 0, 100}, Steers::kDrawing, "X",
                     "Time shift: above 1 spends more steps on the noisy part (default: the model's)"},
    GenerationOption{"temperature", "temperature", "temperature", NumberOption{&Config::temperature, 0, 10, true},
                     Steers::kWriting, "X",
                     "0 takes the likeliest word, above it words are drawn (default: the model's)"},
    GenerationOption{"top_p", "top-p", "top_p", NumberOption{&Config::top_p, 0, 1}, Steers::kWriting, "X",
                     "Draw only from the likeliest words that sum to this probability (default: the model's)"},
    GenerationOption{"max_new_tokens", "max-tokens", "max_new_tokens",
                     IntegerOption{&Config::max_new_tokens, 1, 1 << 20}, Steers::kWriting, "N",
                     "Most tokens of a plan or narrative (default: the model's)"},
    GenerationOption{"picture_guidance", "picture-guidance", "img_cfg_scale",
                     NumberOption{&Config::picture_guidance, 0, 100, true}, Steers::kDrawing, "X",
                     "How strongly it follows the pictures in view, of a story say; 1 is none (default: the model's)",
                     true},
    GenerationOption{
        "candidates", "candidates", "num_candidates", IntegerOption{&Config::candidates, 1, 64}, Steers::kDrawing, "N",
        "Draw each picture N times and keep the one that shows the plan best (default: the model's)", true},
    GenerationOption{"repairs", "repairs", "num_repairs", IntegerOption{&Config::repairs, 0, 64}, Steers::kDrawing, "N",
                     "Draw again at most N times what the check finds missing, and keep what is better (default: the "
                     "model's)",
                     true},
    GenerationOption{
        "pictures", "pictures", "max_images", IntegerOption{&Config::max_pictures, 1, 1000}, Steers::kStory, "N",
        "With more than 1, a story: text and at most N pictures as the model chooses, or where it has not learned "
        "that, one for each sentence (default: the model's)",
        true},
};

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string Shown(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

std::string Shown(const OptionValue& value) {
  return std::visit(
      Overloaded{[](const std::string& word) { return "\"" + word + "\""; },
                 [](int64_t number) { return std::to_string(number); }, [](double number) { return Shown(number); }},
      value);
}

bool Store(const IntegerOption& form, const OptionValue& value, Config* config) {
  const auto* number = std::get_if<int64_t>(&value);
  if (number == nullptr || *number < form.low || *number > form.high) return false;
  config->*form.member = static_cast<int>(*number);
  return true;
}

bool Store(const NumberOption& form, const OptionValue& value, Config* config) {
  if (std::holds_alternative<std::string>(value)) return false;
  const auto* whole = std::get_if<int64_t>(&value);
  const double number = whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
  const bool fits = number <= form.high && (form.low_itself ? number >= form.low : number > form.low);
  if (fits) config->*form.member = number;
  return fits;
}

bool Store(const WordOption& form, const OptionValue& value, Config* config) {
  const auto* word = std::get_if<std::string>(&value);
  if (word == nullptr || std::ranges::find(form.words, *word) == form.words.end()) return false;
  config->*form.member = *word;
  return true;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || stop != end) return {};
  return number;
}

void SetOrThrow(const GenerationOption& option, const OptionValue& value, Config* config) {
  if (SetOption(option, value, config)) return;
  throw base::Error("options",
                    std::string(option.name) + " is " + Shown(value) + ", it must be " + RangeOf(option) + ".");
}

// A number or a text of a JSON file; nothing for anything else.
std::optional<OptionValue> ValueIn(const nlohmann::json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
    return json.get<double>();
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number()) return json.get<double>();
  return {};
}

void ReadOption(const JsonSection& top, const GenerationOption& option, Config* config) {
  const std::string key(option.config_key);
  if (key.empty() || !top.Has(key)) return;
  const std::optional<OptionValue> value = ValueIn(top.At(key));
  if (!value || !SetOption(option, *value, config)) top.Fail(key, RangeOf(option));
}

void ReadInterval(const JsonSection& top, Config* config) {
  if (!top.Has("cfg_interval")) return;
  const auto& interval = top.At("cfg_interval");
  if (!interval.is_array() || interval.size() != 2 || !interval[0].is_number() || !interval[1].is_number())
    top.Fail("cfg_interval", "two numbers");
  config->guidance_from = interval[0].get<double>();
  config->guidance_to = interval[1].get<double>();
}

std::vector<Skill> ReadSkills(const JsonSection& top) {
  const char* const kNames = "a list of generate, describe, ask, check, compare, edit and story";
  const auto& list = top.At("skills");
  if (!list.is_array()) top.Fail("skills", kNames);
  std::vector<Skill> skills;
  for (const auto& name : list) {
    const auto* found = std::find_if(kAllSkills.begin(), kAllSkills.end(), [&](Skill skill) {
      return name.is_string() && name.get<std::string>() == NameOf(skill);
    });
    if (found == kAllSkills.end()) top.Fail("skills", kNames);
    skills.push_back(*found);
  }
  return skills;
}

// The lowest and the highest learned value of options, by their keys.
std::map<std::string, LearnedRange> ReadLearned(const JsonSection& top) {
  const char* const kForm = "an object that has two numbers for each of some options, the lowest first";
  const auto& object = top.At("learned");
  if (!object.is_object()) top.Fail("learned", kForm);
  std::map<std::string, LearnedRange> learned;
  for (const auto& [key, range] : object.items()) {
    const auto option = std::ranges::find(kOptions, std::string_view(key), &GenerationOption::config_key);
    const bool two = range.is_array() && range.size() == 2 && range[0].is_number() && range[1].is_number();
    if (option == kOptions.end() || !two || range[0].get<double>() > range[1].get<double>()) top.Fail("learned", kForm);
    learned[std::string(option->name)] = {range[0].get<double>(), range[1].get<double>()};
  }
  return learned;
}

}  // namespace

std::string_view NameOf(Skill skill) {
  constexpr std::array<std::string_view, kAllSkills.size()> kNames = {"generate", "describe", "ask",  "check",
                                                                      "compare",  "edit",     "story"};
  return kNames[static_cast<size_t>(skill)];
}

bool GenerationConfig::Knows(Skill skill) const {
  return std::find(skills.begin(), skills.end(), skill) != skills.end();
}

std::span<const GenerationOption> GenerationOptions() { return kOptions; }

const GenerationOption* FindOption(std::string_view name) {
  const auto found = std::ranges::find(kOptions, name, &GenerationOption::name);
  return found == kOptions.end() ? nullptr : &*found;
}

std::vector<std::string> UnlearnedOptions(const GenerationConfig& config) {
  std::vector<std::string> sentences;
  for (const auto& [name, range] : config.learned) {
    const OptionValue value = ValueOf(*FindOption(name), config);
    const double number = std::holds_alternative<int64_t>(value)  ? static_cast<double>(std::get<int64_t>(value))
                          : std::holds_alternative<double>(value) ? std::get<double>(value)
                                                                  : range.low;
    if (number >= range.low && number <= range.high) continue;
    sentences.push_back(name + " is " + Shown(value) + ", this model has learned " +
                        (range.low == range.high ? Shown(range.low) : Shown(range.low) + " to " + Shown(range.high)) +
                        ".");
  }
  return sentences;
}

OptionValue ValueOf(const GenerationOption& option, const GenerationConfig& config) {
  return std::visit(Overloaded{[&](const IntegerOption& form) -> OptionValue { return int64_t{config.*form.member}; },
                               [&](const auto& form) -> OptionValue { return config.*form.member; }},
                    option.form);
}

bool SetOption(const GenerationOption& option, const OptionValue& value, GenerationConfig* config) {
  return std::visit([&](const auto& form) { return Store(form, value, config); }, option.form);
}

GenerationConfig WithOptions(GenerationConfig defaults, const OptionValues& values) {
  for (const auto& [name, value] : values) {
    const GenerationOption* option = FindOption(name);
    if (option == nullptr) throw base::Error("options", "no option is called \"" + std::string(name) + "\".");
    SetOrThrow(*option, value, &defaults);
  }
  return defaults;
}

std::optional<OptionValue> ParseOption(const GenerationOption& option, std::string_view text) {
  std::optional<OptionValue> value;
  if (std::holds_alternative<WordOption>(option.form)) {
    value = std::string(text);
  } else if (std::holds_alternative<IntegerOption>(option.form)) {
    value = ParseNumber<int64_t>(text);
  } else {
    value = ParseNumber<double>(text);
  }
  GenerationConfig unused;
  return value && SetOption(option, *value, &unused) ? value : std::nullopt;
}

std::string RangeOf(const GenerationOption& option) {
  return std::visit(
      Overloaded{[](const IntegerOption& form) {
                   return "a whole number from " + std::to_string(form.low) + " to " + std::to_string(form.high);
                 },
                 [](const NumberOption& form) {
                   return std::string("a number ") + (form.low_itself ? "from " : "above ") + Shown(form.low) +
                          (form.low_itself ? " to " : " up to ") + Shown(form.high);
                 },
                 [](const WordOption& form) {
                   std::string words;
                   for (const std::string_view& word : form.words)
                     words += (words.empty() ? "" : &word == &form.words.back() ? " or " : ", ") + std::string(word);
                   return words;
                 }},
      option.form);
}

void CheckOptions(const GenerationConfig& config) {
  GenerationConfig unused;
  for (const GenerationOption& option : kOptions) SetOrThrow(option, ValueOf(option, config), &unused);
  if (!(config.guidance_from <= config.guidance_to))
    throw base::Error("options", "guidance_from is " + Shown(config.guidance_from) +
                                     ", it must be at most guidance_to, " + Shown(config.guidance_to) + ".");
}

GenerationConfig LoadGenerationConfig(const std::filesystem::path& folder) {
  GenerationConfig result;
  const std::filesystem::path path = folder / "generation_config.json";
  if (!std::filesystem::exists(path)) return result;
  const nlohmann::json object = ParseJsonObject(base::ReadFile(path), kGenerationConfigPlace, path.string());
  const JsonSection top(object, kGenerationConfigPlace, path.string());
  for (const GenerationOption& option : kOptions) ReadOption(top, option, &result);
  ReadInterval(top, &result);
  if (!top.Bool("do_sample", true)) result.temperature = 0;
  result.plan = top.Bool("plan", result.plan);
  result.mid_sentence = top.Bool("mid_sentence", result.mid_sentence);
  if (top.Has("skills")) result.skills = ReadSkills(top);
  if (top.Has("learned")) result.learned = ReadLearned(top);
  return result;
}

std::string WriteGenerationConfig(const GenerationConfig& config) {
  nlohmann::ordered_json object;
  for (const GenerationOption& option : kOptions) {
    if (option.name == "guidance_from") object["cfg_interval"] = {config.guidance_from, config.guidance_to};
    if (option.name == "temperature") object["do_sample"] = config.temperature > 0;
    if (option.config_key.empty()) continue;
    std::visit([&](const auto& value) { object[std::string(option.config_key)] = value; }, ValueOf(option, config));
  }
  object["plan"] = config.plan;
  object["mid_sentence"] = config.mid_sentence;
  object["skills"] = nlohmann::ordered_json::array();
  for (Skill skill : config.skills) object["skills"].push_back(NameOf(skill));
  for (const auto& [name, range] : config.learned)
    object["learned"][std::string(FindOption(name)->config_key)] = {range.low, range.high};
  return object.dump(2) + "\n";
}

}  // namespace diptych::model
