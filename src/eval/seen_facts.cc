#include "eval/seen_facts.h"

#include <algorithm>
#include <string>

#include "eval/layout.h"
#include "world/setting.h"

namespace diptych {
namespace {

template <typename Words, typename Value>
std::string Word(const Words& words, Value value) {
  return std::string(words[static_cast<size_t>(value)]);
}

bool LooksTheSameMirrored(Kind kind) { return kind == Kind::kRocket || kind == Kind::kHotAirBalloon; }

void AddSky(const Scene& seen, std::vector<Fact>& facts) {
  facts.push_back({"hour", Word(kHourWords, seen.hour)});
  facts.push_back({"weather", Word(kWeatherWords, seen.weather)});
  facts.push_back({"style", Word(kStyleWords, seen.style)});
  if (seen.mood != Mood::kNone) facts.push_back({"mood", Word(kMoodWords, seen.mood)});
  if (seen.sun) facts.push_back({"sun", ""});
  if (seen.moon) facts.push_back({"moon", Word(kMoonWords, seen.phase)});
  if (const size_t clouds = seen.clouds.size(); clouds > 0)
    facts.push_back({"clouds", clouds <= kCountWords.size() ? std::string(kCountWords[clouds - 1]) : ""});
  facts.push_back({"ground", Word(kGroundWords, seen.ground)});
}

void AddSubject(const Subject& subject, std::vector<Fact>& facts) {
  const KindRow& row = RowOf(subject.kind);
  const auto add = [&](const std::string& value) { facts.push_back({std::string(row.word), value}); };
  if (const size_t count = subject.boxes.size(); count <= kCountWords.size()) add(std::string(kCountWords[count - 1]));
  add(Word(kColourWords, subject.colour));
  add(Word(kSizeWords, subject.size));
  add(Word(kPlaceWords, subject.place));
  if (subject.depth != Depth::kNone) add(Word(kDepthWords, subject.depth));
  if (subject.pattern != Pattern::kPlain) add(Word(kPatternWords, subject.pattern));
  if (subject.action != Action::kNone) add(Word(kActionWords, subject.action));
  if (subject.held != Held::kNone) add("holding " + Word(kHeldWords, subject.held));
  if (subject.feeling != Feeling::kNone) add(Word(kFeelingWords, subject.feeling));
  if (row.directed && !LooksTheSameMirrored(subject.kind)) add(subject.faces_left ? "facing left" : "facing right");
}

}  // namespace

bool CanShow(const Fact& fact) {
  return !fact.value.starts_with("facing ") ||
         (fact.key != RowOf(Kind::kRocket).word && fact.key != RowOf(Kind::kHotAirBalloon).word);
}

std::vector<Fact> FactsSeen(const Scene& seen) {
  std::vector<Fact> facts;
  AddSky(seen, facts);
  for (size_t i = 0; i < seen.subjects.size(); ++i) {
    AddSubject(seen.subjects[i], facts);
    for (size_t j = 0; j < seen.subjects.size(); ++j) {
      if (i == j) continue;
      for (Relation relation : RelationsBetween(seen.subjects[i], seen.subjects[j]))
        facts.push_back({std::string(RowOf(seen.subjects[i].kind).word),
                         Word(kRelationWords, relation) + ' ' + std::string(RowOf(seen.subjects[j].kind).word)});
    }
  }
  return facts;
}

bool Shows(const Scene& seen, const Fact& fact) { return Contains(FactsSeen(seen), fact); }

}  // namespace diptych
