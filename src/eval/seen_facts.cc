#include "eval/seen_facts.h"

#include <algorithm>
#include <string>

#include "eval/layout.h"
#include "world/setting.h"

namespace diptych::eval {
namespace {

template <typename Words, typename Value>
std::string Word(const Words& words, Value value) {
  return std::string(words[static_cast<size_t>(value)]);
}

bool LooksTheSameMirrored(world::Kind kind) {
  return kind == world::Kind::kRocket || kind == world::Kind::kHotAirBalloon;
}

void AddSky(const world::Scene& seen, std::vector<text::Fact>& facts) {
  facts.push_back({"hour", Word(world::kHourWords, seen.hour)});
  facts.push_back({"weather", Word(world::kWeatherWords, seen.weather)});
  facts.push_back({"style", Word(world::kStyleWords, seen.style)});
  if (seen.mood != world::Mood::kNone) facts.push_back({"mood", Word(world::kMoodWords, seen.mood)});
  if (seen.sun) facts.push_back({"sun", ""});
  if (seen.moon) facts.push_back({"moon", Word(world::kMoonWords, seen.phase)});
  if (const size_t clouds = seen.clouds.size(); clouds > 0)
    facts.push_back({"clouds", clouds <= world::kCountWords.size() ? std::string(world::kCountWords[clouds - 1]) : ""});
  facts.push_back({"ground", Word(world::kGroundWords, seen.ground)});
}

void AddSubject(const world::Subject& subject, std::vector<text::Fact>& facts) {
  const world::KindRow& row = RowOf(subject.kind);
  const auto add = [&](const std::string& value) { facts.push_back({std::string(row.word), value}); };
  if (const size_t count = subject.boxes.size(); count <= world::kCountWords.size())
    add(std::string(world::kCountWords[count - 1]));
  add(Word(world::kColourWords, subject.colour));
  add(Word(world::kSizeWords, subject.size));
  add(Word(world::kPlaceWords, subject.place));
  if (subject.depth != world::Depth::kNone) add(Word(world::kDepthWords, subject.depth));
  if (subject.pattern != world::Pattern::kPlain) add(Word(world::kPatternWords, subject.pattern));
  if (subject.action != world::Action::kNone) add(Word(world::kActionWords, subject.action));
  if (subject.held != world::Held::kNone) add("holding " + Word(world::kHeldWords, subject.held));
  if (subject.feeling != world::Feeling::kNone) add(Word(world::kFeelingWords, subject.feeling));
  if (row.directed && !LooksTheSameMirrored(subject.kind)) add(subject.faces_left ? "facing left" : "facing right");
}

}  // namespace

bool CanShow(const text::Fact& fact) {
  return !fact.value.starts_with("facing ") ||
         (fact.key != RowOf(world::Kind::kRocket).word && fact.key != RowOf(world::Kind::kHotAirBalloon).word);
}

std::vector<text::Fact> FactsSeen(const world::Scene& seen) {
  std::vector<text::Fact> facts;
  AddSky(seen, facts);
  for (size_t i = 0; i < seen.subjects.size(); ++i) {
    AddSubject(seen.subjects[i], facts);
    for (size_t j = 0; j < seen.subjects.size(); ++j) {
      if (i == j) continue;
      for (world::Relation relation : RelationsBetween(seen.subjects[i], seen.subjects[j]))
        facts.push_back({std::string(RowOf(seen.subjects[i].kind).word),
                         Word(world::kRelationWords, relation) + ' ' + std::string(RowOf(seen.subjects[j].kind).word)});
    }
  }
  return facts;
}

bool Shows(const world::Scene& seen, const text::Fact& fact) { return world::Contains(FactsSeen(seen), fact); }

}  // namespace diptych::eval
