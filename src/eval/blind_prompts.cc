#include "eval/blind_prompts.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"
#include "world/facts.h"

namespace diptych::eval {
namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

// Words of the lists where the plan language has others.
const Pairs& OtherValues() {
  static const Pairs values = {{"clear sky", "clear"},          {"clouds", "cloudy"},
                               {"moon surface", "moon"},        {"snow field", "snow"},
                               {"at the left", "left"},         {"at the right", "right"},
                               {"in the middle", "middle"},     {"far away", "far"},
                               {"riding a bicycle", "riding"},  {"watering flowers", "watering"},
                               {"throwing a ball", "throwing"}, {"catching a ball", "catching"}};
  return values;
}
constexpr std::string_view kPlayingThe = "playing the ";

// Names of the lists that are no kind of the catalogue: what they are called there, or nothing.
const Pairs& OtherThings() {
  static const Pairs things = {{"tin can", "canned food"}, {"pirate", ""}};
  return things;
}

std::optional<std::string_view> Find(const Pairs& pairs, std::string_view word) {
  const auto found = std::ranges::find(pairs, word, &Pairs::value_type::first);
  return found == pairs.end() ? std::nullopt : std::optional(found->second);
}

std::string ValueOf(std::string_view words) {
  if (words.starts_with(kPlayingThe)) return "playing " + std::string(words.substr(kPlayingThe.size()));
  return std::string(Find(OtherValues(), words).value_or(words));
}

// The key in the plan language of a thing's name; nothing when there is no such name.
std::optional<std::string> KeyOf(std::string_view name) {
  const auto other = Find(OtherThings(), name);
  if (other && other->empty()) return std::string(name);
  const std::string_view called = other.value_or(name);
  const auto row =
      std::ranges::find_if(world::Kinds(), [called](const world::KindRow& one) { return one.thing->kind == called; });
  return row == world::Kinds().end() ? std::nullopt : std::optional(row->word);
}

std::optional<StatedFact> Stated(plan::Fact fact) {
  const auto topic = world::TopicOf(fact);
  // A thing that is no kind of the world has no facts in its language.
  if (!topic && !world::KindOf(fact.key) && Find(OtherThings(), fact.key)) return StatedFact{std::move(fact)};
  return topic ? std::optional(StatedFact{std::move(fact), *topic}) : std::nullopt;
}

std::optional<StatedFact> ReadThing(std::string_view name) {
  const auto key = KeyOf(name);
  return key ? Stated({*key, ""}) : std::nullopt;
}

std::optional<StatedFact> ReadAbsent(std::string_view name) {
  if (name == kPeople) return StatedFact{{std::string(kPeople), ""}, world::kAboutKind, true};
  const plan::Fact of_scene = {std::string(name), ""};
  std::optional<StatedFact> stated = world::TopicOf(of_scene) ? Stated(of_scene) : ReadThing(name);
  if (stated) stated->denied = true;
  return stated;
}

// "is blue", "is left of the bus", "holds: vase", of the thing with this key.
std::optional<StatedFact> ReadPredicate(const std::string& key, std::string_view words,
                                        std::span<const std::string> things) {
  constexpr std::string_view kHolds = "holds: ", kIs = "is ";
  if (words.starts_with(kHolds)) {
    const auto held = KeyOf(words.substr(kHolds.size()));
    return held ? Stated({key, "holding " + *held}) : std::nullopt;
  }
  if (!words.starts_with(kIs)) return {};
  words.remove_prefix(kIs.size());
  for (const std::string& other : things) {
    const std::string end = " the " + other;
    const auto other_key = KeyOf(other);
    if (words.ends_with(end) && other_key)
      if (auto relation = Stated({key, std::string(words.substr(0, words.size() - end.size())) + " " + *other_key}))
        return relation;
  }
  return Stated({key, ValueOf(words)});
}

// "time: night" and the like.
std::optional<StatedFact> ReadOfScene(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kBegins = {
      {{"time: ", "hour"}, {"weather: ", "weather"}, {"place: ", "ground"}}};
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kEnds = {
      {{" mood", "mood"}, {" style", "style"}, {" moon", "moon"}}};
  for (const auto& [begin, line] : kBegins)
    if (text.starts_with(begin)) return Stated({std::string(line), ValueOf(text.substr(begin.size()))});
  for (const auto& [end, line] : kEnds)
    if (text.ends_with(end)) return Stated({std::string(line), std::string(text.substr(0, text.size() - end.size()))});
  return {};
}

constexpr std::array<std::string_view, 2> kThings = {"thing: ", "second thing: "};

std::vector<std::string> ThingsOf(const std::vector<std::string>& facts) {
  std::vector<std::string> things;
  for (const std::string& fact : facts)
    for (const std::string_view begin : kThings)
      if (fact.starts_with(begin)) things.push_back(fact.substr(begin.size()));
  return things;
}

// A line of the file; Error says what is wrong with it.
class BlindLine {
 public:
  BlindLine(std::string_view text, std::string where) : where_(std::move(where)) {
    try {
      line_ = nlohmann::json::parse(text);
    } catch (const nlohmann::json::exception&) {
      Refuse("is no JSON");
    }
  }

  BenchmarkPrompt Read() const {
    BenchmarkPrompt prompt;
    prompt.id = Text("id");
    prompt.text = Text("prompt");
    const std::string language = Text("language");
    if (language != "en" && language != "zh") Refuse("is in the unknown language \"" + language + "\"");
    prompt.language = language == "en" ? text::Language::kEnglish : text::Language::kChinese;
    prompt.facts = Facts();
    prompt.rung = static_cast<int>(prompt.facts.size());
    return prompt;
  }
  [[noreturn]] void Refuse(const std::string& what) const {
    throw base::Error("blind prompts", where_ + " " + what + ".",
                      "a line has id, language, prompt and facts, as in src/eval/blind.");
  }

 private:
  std::string Text(const char* name) const {
    const bool there = line_.is_object() && line_.contains(name) && line_[name].is_string();
    if (!there || line_[name].get_ref<const std::string&>().empty()) Refuse("has no " + std::string(name));
    return line_[name];
  }

  std::vector<StatedFact> Facts() const {
    if (!line_.contains("facts") || !line_["facts"].is_array() || line_["facts"].empty()) Refuse("has no facts");
    std::vector<std::string> texts;
    for (const nlohmann::json& fact : line_["facts"])
      texts.push_back(fact.is_string() ? fact.get<std::string>() : fact.dump());
    const std::vector<std::string> things = ThingsOf(texts);
    std::vector<StatedFact> facts;
    for (const std::string& text : texts) {
      std::optional<StatedFact> fact = ReadBlindFact(text, things);
      if (!fact) Refuse("has a fact that cannot be read, \"" + text + "\"");
      facts.push_back(std::move(*fact));
    }
    return facts;
  }

  std::string where_;
  nlohmann::json line_;
};

}  // namespace

std::optional<StatedFact> ReadBlindFact(std::string_view text, std::span<const std::string> things) {
  constexpr std::string_view kAbsent = "absent (there is none): ", kNumber = "number of ";
  for (const std::string_view begin : kThings)
    if (text.starts_with(begin)) return ReadThing(text.substr(begin.size()));
  if (text.starts_with(kAbsent)) return ReadAbsent(text.substr(kAbsent.size()));
  for (const std::string& thing : things) {
    const auto key = KeyOf(thing);
    const std::string number = std::string(kNumber) + thing + ": ", about = "the " + thing + " ";
    if (key && text.starts_with(number)) return Stated({*key, std::string(text.substr(number.size()))});
    if (!key || !text.starts_with(about)) continue;
    if (auto fact = ReadPredicate(*key, text.substr(about.size()), things)) return fact;
  }
  return ReadOfScene(text);
}

std::vector<BenchmarkPrompt> ReadBlindPrompts(const std::filesystem::path& file, const world::HeldOut& held_out) {
  std::vector<BenchmarkPrompt> prompts;
  std::map<int, int> in_rung;
  std::set<std::pair<std::string, text::Language>> ids;
  std::istringstream lines(base::ReadFile(file));
  int number = 0;
  for (std::string text; std::getline(lines, text);) {
    ++number;
    if (base::Trim(text).empty()) continue;
    const BlindLine line(text, file.string() + ":" + std::to_string(number));
    BenchmarkPrompt prompt = line.Read();
    if (!ids.emplace(prompt.id, prompt.language).second) line.Refuse("has id and language of an earlier line");
    prompt.index = in_rung[prompt.rung]++;
    prompt.held_out = held_out.StatedIn(FactsOf(prompt.facts));
    prompts.push_back(std::move(prompt));
  }
  if (prompts.empty()) throw base::Error("blind prompts", file.string() + " holds no prompt.");
  return prompts;
}

}  // namespace diptych::eval
