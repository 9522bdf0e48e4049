#include "judge/classes.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "base/error.h"
#include "base/split.h"
#include "world/setting.h"

namespace diptych::judge {
namespace {

constexpr std::array<world::SceneProperty, eval::kSceneAttributes> kSceneProperties = {
    world::kStyle, world::kMood, world::kHour, world::kWeather, world::kGround, world::kSeason};
constexpr std::array<world::SubjectProperty, eval::kThingAttributes> kThingProperties = {
    world::kKind, world::kColour, world::kSize,    world::kPattern, world::kAction,
    world::kHeld, world::kWorn,   world::kFeeling, world::kFacing};
constexpr std::string_view kEntry = "classes.";

std::vector<int> AllOf(const world::Property& property) {
  std::vector<int> values(property.values.size());
  std::iota(values.begin(), values.end(), 0);
  return values;
}

// Calls visit(property, classes) for every attribute.
template <typename Classes, typename Visit>
void ForEach(Classes& classes, Visit visit) {
  for (size_t i = 0; i < classes.scene.size(); ++i) visit(world::Terms().scene[kSceneProperties[i]], classes.scene[i]);
  for (size_t i = 0; i < classes.things.size(); ++i)
    visit(world::Terms().subject[kThingProperties[i]], classes.things[i]);
}

std::vector<int> ReadValues(const world::Property& property, std::string_view words, const std::string& file) {
  std::vector<int> values;
  for (std::string_view word : base::Split(words, ',')) {
    word = base::Trim(word);
    const auto found = std::ranges::find(property.values, word);
    if (found == property.values.end())
      throw base::Error("judge", file + " has the " + property.name + " \"" + std::string(word) + "\".",
                        "the world has no such value; the judge was trained on another one.");
    values.push_back(static_cast<int>(found - property.values.begin()));
  }
  return values;
}

}  // namespace

JudgeClasses ClassesOf(const world::Repertoire& repertoire) {
  JudgeClasses classes;
  ForEach(classes, [](const world::Property& property, std::vector<int>& values) { values = AllOf(property); });
  std::erase_if(classes.things[eval::kKindAttribute],
                [&](int value) { return !repertoire.Has(static_cast<world::Kind>(value)); });
  std::vector<int>& held = classes.things[eval::kHeldAttribute];
  held = {0};  // nothing
  for (const world::Held one : repertoire.helds()) held.push_back(static_cast<int>(one));
  return classes;
}

std::map<std::string, std::string> WriteClasses(const JudgeClasses& classes) {
  std::map<std::string, std::string> entries;
  ForEach(classes, [&entries](const world::Property& property, const std::vector<int>& values) {
    std::string words;
    for (int value : values) words += (words.empty() ? "" : ", ") + property.values[static_cast<size_t>(value)];
    entries[std::string(kEntry) + property.name] = words;
  });
  return entries;
}

JudgeClasses ReadClasses(const std::map<std::string, std::string>& entries, const std::string& file) {
  JudgeClasses classes;
  ForEach(classes, [&](const world::Property& property, std::vector<int>& values) {
    const auto entry = entries.find(std::string(kEntry) + property.name);
    values = entry == entries.end() ? AllOf(property) : ReadValues(property, entry->second, file);
  });
  return classes;
}

}  // namespace diptych::judge
