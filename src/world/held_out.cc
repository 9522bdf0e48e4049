#include "world/held_out.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"

namespace diptych::world {
namespace {

template <typename Enum, size_t N>
std::optional<Enum> Parse(const std::array<std::string_view, N>& words, std::string_view text) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end() || text == "no") return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

// Takes `value` into `field`; false when there is no value or the field is already taken.
template <typename T>
bool Take(std::optional<T>& field, std::optional<T> value) {
  if (!value || field) return false;
  field = value;
  return true;
}

}  // namespace

// "panda", "noon", "snow", "reading", "watercolour", "blue" or "blue panda"; false when it is none of these or the
// combination already has one.
bool HeldOut::Takes(Combination& combination, std::string_view words) {
  constexpr std::string_view kBy = "by ";
  if (words.starts_with(kBy)) {
    combination.drawing = words.substr(kBy.size());
    return combination.drawing.find(':') != combination.drawing.npos;
  }
  if (const auto kind = KindOf(words); kind && kind != combination.kind)
    return Take(combination.kind, kind) ||
           (!combination.colour && !combination.action && Take(combination.other, kind));
  if (Take(combination.hour, Parse<Hour>(kHourWords, words))) return true;
  if (Take(combination.ground, Parse<Ground>(kGroundWords, words))) return true;
  if (Take(combination.action, Parse<Action>(kActionWords, words))) return true;
  if (Take(combination.style, Parse<Style>(kStyleWords, words))) return true;
  const size_t space = std::min(words.find(' '), words.size());
  if (!Take(combination.colour, Parse<Colour>(kColourWords, words.substr(0, space)))) return false;
  return space == words.size() || Take(combination.kind, KindOf(base::Trim(words.substr(space))));
}

HeldOut HeldOut::Load(const std::filesystem::path& file) {
  const std::string text = base::ReadFile(file);
  HeldOut held_out;
  int number = 0;
  for (std::string_view line : base::Split(text, '\n')) {
    ++number;
    line = base::Trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    Combination combination;
    for (const std::string_view piece : base::Split(line, ',')) {
      if (Takes(combination, piece)) continue;
      throw base::Error("world",
                        file.string() + ", line " + std::to_string(number) + ": \"" + std::string(piece) +
                            "\" is none of the world's words, or says twice what the line says already.",
                        "write lines such as \"blue bus, starry night\", \"cat, reading\" or \"panda, sunset\"");
    }
    held_out.combinations_.push_back(combination);
  }
  return held_out;
}

bool HeldOut::Holds(const Combination& held, const Scene& scene) {
  if (held.hour.value_or(scene.hour) != scene.hour || held.ground.value_or(scene.ground) != scene.ground) return false;
  if (held.style.value_or(scene.style) != scene.style) return false;
  const auto shows = [&scene](const auto& fits) {
    return std::any_of(scene.subjects.begin(), scene.subjects.end(), fits);
  };
  if (!held.drawing.empty())
    return shows([&held](const Subject& subject) { return LookOf(subject).drawing == held.drawing; });
  if (held.other && !shows([&held](const Subject& subject) { return subject.kind == *held.other; })) return false;
  return shows([&held](const Subject& subject) {
    return held.kind.value_or(subject.kind) == subject.kind && held.colour.value_or(subject.colour) == subject.colour &&
           held.action.value_or(subject.action) == subject.action;
  });
}

bool HeldOut::Contains(const Scene& scene) const {
  return std::any_of(combinations_.begin(), combinations_.end(),
                     [&scene](const Combination& held) { return Holds(held, scene); });
}

bool HeldOut::IsStated(const Combination& held, std::span<const plan::Fact> facts) {
  const auto stated = [&facts](std::string_view key, const auto& value, const auto& words) {
    return !value || std::any_of(facts.begin(), facts.end(), [&](const plan::Fact& fact) {
      return fact.key == key && fact.value == words[static_cast<size_t>(*value)];
    });
  };
  if (!stated("hour", held.hour, kHourWords) || !stated("ground", held.ground, kGroundWords)) return false;
  if (!stated("style", held.style, kStyleWords)) return false;
  if (!held.drawing.empty()) return false;
  const auto names = [&facts](Kind kind) {
    return std::any_of(facts.begin(), facts.end(),
                       [kind](const plan::Fact& fact) { return fact.key == RowOf(kind).word; });
  };
  if (held.other && !names(*held.other)) return false;
  if (!held.kind && !held.colour && !held.action) return true;
  return std::any_of(facts.begin(), facts.end(), [&](const plan::Fact& fact) {
    const auto kind = KindOf(fact.key);
    return kind && held.kind.value_or(*kind) == *kind && stated(fact.key, held.colour, kColourWords) &&
           stated(fact.key, held.action, kActionWords);
  });
}

bool HeldOut::StatedIn(std::span<const plan::Fact> facts) const {
  return std::any_of(combinations_.begin(), combinations_.end(),
                     [&facts](const Combination& held) { return IsStated(held, facts); });
}

}  // namespace diptych::world
