#include "eval/judge_error.h"

#include <algorithm>
#include <cstdio>

#include "eval/seen_facts.h"
#include "world/blemish.h"
#include "world/draw.h"
#include "world/held_out.h"

namespace diptych {
namespace {

constexpr int kPicturesAtOnce = 64, kPictureSide = 128;

// Does the setting state anything on this topic?
bool States(const Setting& setting, Topic topic, size_t subject) {
  const auto& scene = setting.scene;
  const auto& values = setting.subjects[subject];
  switch (topic) {
    case kAboutSun:
      return scene[kSun] != 0;
    case kAboutMoon:
    case kAboutPhase:
      return scene[kMoon] != 0;
    case kAboutClouds:
      return scene[kClouds] != 0;
    case kAboutMood:
      return scene[kMood] != 0;
    case kAboutDepth:
      return values[kDepth] != 0;
    case kAboutPattern:
      return values[kPattern] != 0;
    case kAboutAction:
      return values[kAction] != 0;
    case kAboutHeld:
      return values[kHeld] != 0;
    case kAboutFeeling:
      return values[kFeeling] != 0;
    case kAboutFacing:
      return values[kFacing] != 0;
    case kAboutRelation:
      return values[kRelation] != 0;
    default:
      return true;
  }
}

// A relation has two facts, one from each side; the first is the subject's own.
Fact FactOf(const Setting& setting, Topic topic, size_t subject) {
  return FactsOfStatements(setting, {{.what = topic, .subject = static_cast<int>(subject)}}).front();
}

// A scene as it is and as it was seen.
struct Compared {
  Setting setting;
  std::vector<Fact> true_facts, seen_facts;
};

void CountTopic(const Compared& compared, Topic topic, size_t subject, Random& random, Verdicts& verdicts) {
  const Setting& setting = compared.setting;
  if (States(setting, topic, subject)) {
    const Fact fact = FactOf(setting, topic, subject);
    if (!CanShow(fact)) return;
    ++verdicts.true_facts;
    verdicts.granted += Contains(compared.seen_facts, fact);
  }
  const auto changed = Change(setting, topic, static_cast<int>(subject), random);
  if (!changed || !States(*changed, topic, subject)) return;
  const Fact fact = FactOf(*changed, topic, subject);
  if (Contains(compared.true_facts, fact)) return;  // of another subject of the same kind it is true
  ++verdicts.false_facts;
  verdicts.refused += !Contains(compared.seen_facts, fact);
}

std::string Row(const std::string& name, const JudgeError& error, Topic topic) {
  const Verdicts &flat = error.flat[topic], &all = error.all[topic], &blemished = error.blemished[topic];
  char text[200];
  std::snprintf(text, sizeof(text), "| %s | %.1f / %.1f | %.1f / %.1f | %.1f / %.1f | %d / %d | %s |\n", name.c_str(),
                flat.Granted(), flat.Refused(), all.Granted(), all.Refused(), blemished.Granted(), blemished.Refused(),
                all.true_facts, all.false_facts, all.Trusted() ? "yes" : "left out");
  return text;
}

std::string JsonOfVerdicts(const Verdicts& verdicts) {
  return "{\"true\": " + std::to_string(verdicts.true_facts) + ", \"granted\": " + std::to_string(verdicts.granted) +
         ", \"false\": " + std::to_string(verdicts.false_facts) + ", \"refused\": " + std::to_string(verdicts.refused) +
         "}";
}

}  // namespace

void CountVerdicts(const Scene& scene, const Scene& seen, uint64_t seed, VerdictsByTopic& verdicts) {
  const Compared compared = {SettingOf(scene), FactsOf(PlanOfScene(scene)), FactsSeen(seen)};
  Random random(seed);
  for (int topic = 0; topic < kTopics; ++topic) {
    const size_t subjects = topic < kAboutColour ? 1 : scene.subjects.size();
    for (size_t i = 0; i < subjects; ++i)
      CountTopic(compared, static_cast<Topic>(topic), i, random, verdicts[static_cast<size_t>(topic)]);
  }
}

JudgeError MeasureJudge(const SceneReader& reader, int pictures, uint64_t seed) {
  constexpr uint64_t kStream = uint64_t{0xE44} << 40;  // apart from training
  const HeldOut nothing;
  JudgeError error = {.pictures = pictures, .flat = {}, .all = {}, .blemished = {}};
  for (int first = 0; first < pictures; first += kPicturesAtOnce) {
    std::vector<Scene> scenes;
    std::vector<Image> exact, blemished;
    for (int i = first; i < std::min(first + kPicturesAtOnce, pictures); ++i) {
      Random random(seed, kStream + static_cast<uint64_t>(i));
      scenes.push_back(SampleScene(random.Next(), Split::kTraining, nothing));
      exact.push_back(Draw(scenes.back(), kPictureSide, kPictureSide));
      blemished.push_back(Blemish(exact.back(), random));
    }
    const std::vector<Scene> seen = reader(exact), seen_blemished = reader(blemished);
    for (size_t i = 0; i < scenes.size(); ++i) {
      CountVerdicts(scenes[i], seen[i], scenes[i].seed, error.all);
      if (scenes[i].style == Style::kFlat) CountVerdicts(scenes[i], seen[i], scenes[i].seed, error.flat);
      CountVerdicts(scenes[i], seen_blemished[i], scenes[i].seed, error.blemished);
    }
  }
  return error;
}

std::string TableOf(const JudgeError& error) {
  std::string table =
      "Percent of true facts granted / of false facts refused, on " + std::to_string(error.pictures) +
      " pictures.\n\n| kind of fact | exact, flat | exact, all styles | blemished | facts asked | trusted |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (int topic = 0; topic < kTopics; ++topic)
    table += Row(kTopicNames[static_cast<size_t>(topic)], error, static_cast<Topic>(topic));
  return table;
}

std::string JsonOf(const JudgeError& error) {
  std::string json = "{\"pictures\": " + std::to_string(error.pictures) + ", \"kinds\": {";
  for (size_t topic = 0; topic < kTopics; ++topic) {
    json += std::string(topic > 0 ? ", " : "") + '"' + kTopicNames[topic] +
            "\": {\"flat\": " + JsonOfVerdicts(error.flat[topic]) + ", \"all\": " + JsonOfVerdicts(error.all[topic]) +
            ", \"blemished\": " + JsonOfVerdicts(error.blemished[topic]) +
            ", \"trusted\": " + (error.all[topic].Trusted() ? "true" : "false") + "}";
  }
  return json + "}}";
}

}  // namespace diptych
