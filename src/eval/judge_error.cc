#include "eval/judge_error.h"

#include <algorithm>
#include <cstdio>

#include "eval/seen_facts.h"
#include "world/blemish.h"
#include "world/draw.h"
#include "world/facts.h"
#include "world/held_out.h"

namespace diptych::eval {
namespace {

constexpr int kPicturesAtOnce = 64, kPictureSide = 128;

plan::Fact Said(const world::Setting& setting, world::Topic topic, int who) {
  return world::PlanVocabulary().Say(world::FactOf(setting, topic, who));
}

// A kind of fact and, for those about a subject, its index.
struct Asked {
  world::Topic topic;
  int subject;
};

// The true scene, and the facts of it and of the scene that was seen.
struct Compared {
  world::Setting setting;
  std::vector<plan::Fact> true_facts, seen_facts;
  const world::Repertoire& repertoire;  // of what false facts may speak
};

// Adds the reader's verdicts on a true and on a false fact of that kind.
void CountTopic(const Compared& compared, const Asked& asked, base::Random& random, Verdicts& verdicts) {
  const world::Setting& setting = compared.setting;
  const auto [topic, subject] = asked;
  if (world::States(setting, topic, subject)) {
    const plan::Fact fact = Said(setting, topic, subject);
    if (!CanShow(fact)) return;
    ++verdicts.true_facts;
    verdicts.granted += plan::Contains(compared.seen_facts, fact);
  }
  const auto changed = world::Change(setting, topic, subject, random);
  if (!changed || !world::States(*changed, topic, subject) || !IsKnown(compared.repertoire, *changed, topic, subject))
    return;
  const plan::Fact fact = Said(*changed, topic, subject);
  if (plan::Contains(compared.true_facts, fact)) return;  // true of another subject of the same kind
  ++verdicts.false_facts;
  verdicts.refused += !plan::Contains(compared.seen_facts, fact);
}

void CountVerdicts(const Compared& compared, uint64_t seed, VerdictsByTopic& verdicts) {
  base::Random random(seed);
  for (int topic = 0; topic < world::kTopics; ++topic) {
    const int subjects = topic < world::kAboutColour ? 1 : 1 + compared.setting.scene[world::kSubjects];
    for (int i = 0; i < subjects; ++i)
      CountTopic(compared, {static_cast<world::Topic>(topic), i}, random, verdicts[static_cast<size_t>(topic)]);
  }
}

std::string Row(const std::string& name, const JudgeError& error, world::Topic topic) {
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

bool IsKnown(const world::Repertoire& repertoire, const world::Setting& setting, world::Topic topic, int subject) {
  const auto& values = setting.subjects[static_cast<size_t>(subject)];
  if (world::IsOfSubject(topic) && !repertoire.Has(static_cast<world::Kind>(values[world::kKind]))) return false;
  const auto relation = static_cast<world::Relation>(values[world::kRelation]);
  switch (topic) {
    case world::kAboutGround:
      return repertoire.Has(static_cast<world::Ground>(setting.scene[world::kGround]));
    case world::kAboutWeather:
      return repertoire.Has(static_cast<world::Weather>(setting.scene[world::kWeather]));
    case world::kAboutSeason:
      return repertoire.seasons();
    case world::kAboutCount:
      return values[world::kCount] < repertoire.most_of_a_kind();
    case world::kAboutAction:
      return repertoire.Has(static_cast<world::Action>(values[world::kAction]));
    case world::kAboutHeld:
      return std::ranges::find(repertoire.helds(), static_cast<world::Held>(values[world::kHeld])) !=
             repertoire.helds().end();
    case world::kAboutWorn:
      return repertoire.worn();
    case world::kAboutRelation:
      return repertoire.regards() || relation < world::Relation::kLookingAt;
    default:
      return true;
  }
}

void CountVerdicts(const world::Scene& scene, const world::Scene& seen, uint64_t seed, VerdictsByTopic& verdicts) {
  CountVerdicts(
      {world::SettingOf(scene), FactsOf(world::PlanOfScene(scene)), FactsSeen(seen), world::Repertoire::Everything()},
      seed, verdicts);
}

JudgeError MeasureJudge(const SceneReader& reader, int pictures, uint64_t seed, const world::Repertoire& repertoire) {
  constexpr uint64_t kStream = uint64_t{0xE44} << 40;  // random numbers that training does not use
  const world::HeldOut nothing;
  JudgeError error = {.pictures = pictures, .flat = {}, .all = {}, .blemished = {}};
  for (int first = 0; first < pictures; first += kPicturesAtOnce) {
    std::vector<world::Scene> scenes;
    std::vector<base::Image> exact, blemished;
    for (int i = first; i < std::min(first + kPicturesAtOnce, pictures); ++i) {
      base::Random random(seed, kStream + static_cast<uint64_t>(i));
      scenes.push_back(world::SampleScene(random.Next(), world::Split::kTraining, nothing, repertoire));
      exact.push_back(world::Draw(scenes.back(), kPictureSide, kPictureSide));
      blemished.push_back(world::Blemish(exact.back(), random));
    }
    const std::vector<world::Scene> seen = reader(exact), seen_blemished = reader(blemished);
    for (size_t i = 0; i < scenes.size(); ++i) {
      const world::Scene& scene = scenes[i];
      const auto count = [&](const world::Scene& as_seen, VerdictsByTopic& verdicts) {
        CountVerdicts({world::SettingOf(scene), FactsOf(world::PlanOfScene(scene)), FactsSeen(as_seen), repertoire},
                      scene.seed, verdicts);
      };
      count(seen[i], error.all);
      if (scene.style == world::Style::kFlat) count(seen[i], error.flat);
      count(seen_blemished[i], error.blemished);
    }
  }
  return error;
}

VerdictWorth WorthOf(const JudgeError& error) {
  VerdictWorth worth;
  for (size_t topic = 0; topic < error.all.size(); ++topic) {
    const Verdicts& verdicts = error.all[topic];
    if (verdicts.true_facts == 0 || verdicts.false_facts == 0) continue;
    // Bayes' rule with even odds.
    const double granted = verdicts.Granted() / 100, refused = verdicts.Refused() / 100;
    const auto share = [](double a, double b) { return a + b > 0 ? a / (a + b) : 0.5; };
    worth.granted[topic] = share(granted, 1 - refused);
    worth.refused[topic] = share(1 - granted, refused);
  }
  return worth;
}

std::string TableOf(const JudgeError& error) {
  std::string table =
      "Percent of true facts granted / of false facts refused, on " + std::to_string(error.pictures) +
      " pictures.\n\n| kind of fact | exact, flat | exact, all styles | blemished | facts asked | trusted |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  for (int topic = 0; topic < world::kTopics; ++topic)
    table += Row(world::kTopicNames[static_cast<size_t>(topic)], error, static_cast<world::Topic>(topic));
  return table;
}

std::string JsonOf(const JudgeError& error) {
  std::string json = "{\"pictures\": " + std::to_string(error.pictures) + ", \"kinds\": {";
  for (size_t topic = 0; topic < world::kTopics; ++topic) {
    json += std::string(topic > 0 ? ", " : "") + '"' + world::kTopicNames[topic] +
            "\": {\"flat\": " + JsonOfVerdicts(error.flat[topic]) + ", \"all\": " + JsonOfVerdicts(error.all[topic]) +
            ", \"blemished\": " + JsonOfVerdicts(error.blemished[topic]) +
            ", \"trusted\": " + (error.all[topic].Trusted() ? "true" : "false") + "}";
  }
  return json + "}}";
}

}  // namespace diptych::eval
