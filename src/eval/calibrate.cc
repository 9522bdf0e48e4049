#include "eval/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "coherence/foreign.h"
#include "engine/generate.h"
#include "engine/look.h"
#include "eval/seen_facts.h"
#include "world/draw.h"
#include "world/facts.h"
#include "world/held_out.h"

namespace diptych::eval {
namespace {

using coherence::CalibrationCurve, coherence::Verdict;

// Kinds that are nowhere in the picture, asked of each.
constexpr int kAbsentKinds = 4;
constexpr int kJudgedPictures = 300;                 // to find out which kinds of fact the judge reads well enough
constexpr uint64_t kStream = uint64_t{0xCA1} << 40;  // random numbers that training does not use

// A statement about a picture, and whether it is so.
struct Claim {
  std::string property, text;
  bool holds = false;
};

// True facts of a scene, the same facts made false, and kinds that are not there; each statement once.
class ClaimMaker {
 public:
  ClaimMaker(const world::Scene& scene, const world::Repertoire& known, base::Random& random)
      : known_(known),
        setting_(world::SettingOf(scene)),
        truth_(plan::FactsOf(world::PlanOfScene(scene))),
        random_(random) {
    for (int topic = 0; topic < world::kTopics; ++topic) {
      const bool of_subject = world::IsOfSubject(static_cast<world::Topic>(topic));
      const int subjects = of_subject ? static_cast<int>(scene.subjects.size()) : 1;
      for (int who = 0; who < subjects; ++who) AddTopic(static_cast<world::Topic>(topic), who);
    }
    AddAbsentKinds();
  }
  std::vector<Claim> Take() { return std::move(claims_); }

 private:
  void AddTopic(world::Topic topic, int who) {
    if (world::States(setting_, topic, who)) Add(topic, world::FactOf(setting_, topic, who), true);
    const auto changed = world::Change(setting_, topic, who, random_);
    if (changed && world::States(*changed, topic, who) && IsKnown(known_, *changed, topic, who))
      Add(topic, world::FactOf(*changed, topic, who), false);
  }

  void AddAbsentKinds() {
    std::vector<std::string> kinds = world::PlanVocabulary().subjects();
    std::erase_if(kinds, [this](const std::string& kind) { return !known_.Has(world::KindOf(kind).value()); });
    for (int i = 0; i < kAbsentKinds; ++i) {
      const std::string& kind = random_.Pick(kinds);
      Add(world::kAboutKind, {.property = world::kAboutKind, .subject = kind}, false);
    }
  }

  void Add(world::Topic topic, const plan::TypedFact& typed, bool holds) {
    const plan::Fact fact = world::PlanVocabulary().Say(typed);
    if (plan::Contains(truth_, fact) != holds || !texts_.insert(plan::WriteFact(fact)).second) return;
    claims_.push_back({.property = world::kTopicNames[topic], .text = plan::WriteFact(fact), .holds = holds});
  }

  const world::Repertoire& known_;
  world::Setting setting_;
  std::vector<plan::Fact> truth_;
  base::Random& random_;
  std::set<std::string> texts_;
  std::vector<Claim> claims_;
};

// How familiar a picture is, and whether it should be.
void AddFamiliarity(const engine::Model& model, const base::Image& picture, bool of_world,
                    OpinionsByProperty& opinions) {
  engine::PictureLook look(model, picture);
  opinions[std::string(coherence::kPictureCurve)].push_back(
      {.probability = coherence::Familiarity(model, look, picture, {}), .holds = of_world});
}

void AskAll(const engine::Model& model, const base::Image& picture, const std::vector<Claim>& claims,
            OpinionsByProperty& opinions) {
  std::vector<std::string> texts;
  for (const Claim& claim : claims) texts.push_back(claim.text);
  if (texts.empty()) return;
  const std::vector<double> probabilities = engine::PictureLook(model, picture).Check(texts, text::Language::kEnglish);
  for (size_t i = 0; i < claims.size(); ++i)
    opinions[claims[i].property].push_back({.probability = probabilities[i], .holds = claims[i].holds});
}

// The properties that the judge reads well enough on exact pictures.
std::set<std::string> ToldByJudge(const SceneReader& judge, uint64_t seed, const world::Repertoire& known) {
  std::set<std::string> told;
  const JudgeError error = MeasureJudge(judge, kJudgedPictures, seed, known);
  for (size_t topic = 0; topic < world::kTopics; ++topic)
    if (error.all[topic].Trusted()) told.insert(world::kTopicNames[topic]);
  return told;
}

base::Image DrawnByModel(const engine::Model& model, const world::Scene& scene, uint64_t seed) {
  engine::GenerateRequest request{.prompt = plan::WriteFacts(plan::FactsOf(world::PlanOfScene(scene)), ", "),
                                  .plan = plan::WritePlan(world::PlanOfScene(scene)),
                                  .seed = seed,
                                  .options = model.generation(),
                                  .scope = engine::Scope::kWithoutNarrative};
  return engine::Generate(model, request, {}).picture;
}

struct Rates {
  int right_of[2] = {0, 0}, of[2] = {0, 0}, without = 0;  // [holds]
  std::string Text(int holds) const {
    if (of[holds] == 0) return "-";
    char text[16];
    std::snprintf(text, sizeof(text), "%.0f %%", 100.0 * right_of[holds] / of[holds]);
    return text;
  }
};

Rates RatesOf(const std::string& property, std::span<const Opinion> opinions,
              const coherence::Calibration& calibration) {
  Rates rates;
  for (const Opinion& opinion : opinions) {
    const Verdict verdict = calibration.VerdictOf(property, calibration.Correct(property, opinion.probability));
    if (verdict == Verdict::kUnknown) {
      ++rates.without;
      continue;
    }
    ++rates.of[opinion.holds];
    rates.right_of[opinion.holds] += (verdict == Verdict::kHolds) == opinion.holds;
  }
  return rates;
}

std::string AucText(const OpinionsByProperty& opinions, const std::string& property) {
  const auto found = opinions.find(property);
  if (found == opinions.end()) return "-";
  char text[16];
  std::snprintf(text, sizeof(text), "%.3f", AreaUnderCurve(found->second));
  return text;
}

}  // namespace

double AreaUnderCurve(std::span<const Opinion> opinions) {
  std::vector<double> of[2];
  for (const Opinion& opinion : opinions) of[opinion.holds].push_back(opinion.probability);
  if (of[0].empty() || of[1].empty()) return 0.5;
  std::sort(of[0].begin(), of[0].end());
  double wins = 0;
  for (double p : of[1]) {
    const auto below = std::lower_bound(of[0].begin(), of[0].end(), p), above = std::upper_bound(below, of[0].end(), p);
    wins += static_cast<double>(below - of[0].begin()) + 0.5 * static_cast<double>(above - below);
  }
  return wins / (static_cast<double>(of[0].size()) * static_cast<double>(of[1].size()));
}

namespace {

// Weights that give true and false claims the same total, however many of each were asked, since before the picture is
// seen a claim is as likely true as false.
std::array<double, 2> BalancedWeights(std::span<const Opinion> opinions) {
  double of[2] = {0, 0};
  for (const Opinion& opinion : opinions) ++of[opinion.holds];
  const double half = 0.5 * (of[0] + of[1]);
  return {of[0] > 0 ? half / of[0] : 0, of[1] > 0 ? half / of[1] : 0};
}

}  // namespace

double CalibrationError(std::span<const Opinion> opinions, const CalibrationCurve& curve) {
  constexpr int kBins = 10;
  struct Bin {
    double probability = 0, holding = 0;
  };
  std::array<Bin, kBins> bins{};
  const std::array<double, 2> weights = BalancedWeights(opinions);
  for (const Opinion& opinion : opinions) {
    const double p = curve.Correct(opinion.probability);
    Bin& bin = bins[static_cast<size_t>(std::clamp(static_cast<int>(p * kBins), 0, kBins - 1))];
    bin.probability += weights[opinion.holds] * p;
    bin.holding += opinion.holds ? weights[1] : 0;
  }
  double error = 0;
  for (const Bin& bin : bins) error += std::abs(bin.probability - bin.holding);
  return opinions.empty() ? 0 : error / static_cast<double>(opinions.size());
}

CalibrationCurve FitCurve(std::span<const Opinion> opinions) {
  constexpr int kSteps = 50;
  constexpr double kPrior = 1e-2;  // a prior of scale 1 and offset 0, so that few opinions change little
  constexpr double kLeastScale = 0.05;
  std::vector<Opinion> fit, measure;
  base::Random random(1, 0);  // shuffles them: true and false opinions may alternate
  for (const Opinion& opinion : opinions) (random.Percent(50) ? fit : measure).push_back(opinion);
  const std::array<double, 2> weights = BalancedWeights(fit);
  CalibrationCurve curve;
  for (int step = 0; step < kSteps; ++step) {
    double g0 = kPrior * curve.offset, g1 = kPrior * (curve.scale - 1), h00 = kPrior, h01 = 0, h11 = kPrior;
    for (const Opinion& opinion : fit) {
      const double x = coherence::LogOdds(opinion.probability), p = curve.Correct(opinion.probability);
      const double error = weights[opinion.holds] * (p - (opinion.holds ? 1 : 0)),
                   weight = weights[opinion.holds] * std::max(p * (1 - p), 1e-6);
      g0 += error;
      g1 += error * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const double determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-12)) break;
    curve.offset -= (h11 * g0 - h01 * g1) / determinant;
    curve.scale = std::max(kLeastScale, curve.scale - (h00 * g1 - h01 * g0) / determinant);
  }
  curve.auc = AreaUnderCurve(measure);
  curve.ece = CalibrationError(measure, curve);
  curve.claims = static_cast<int>(opinions.size());
  return curve;
}

CalibrationMeasurement MeasureCalibration(const engine::Model& model, const world::HeldOut& held_out,
                                          const SceneReader& judge, const CalibrationOptions& options) {
  CalibrationMeasurement measurement;
  const world::Repertoire& known = options.known != nullptr ? *options.known : world::Repertoire::Everything();
  const int drawn = judge ? options.drawn : 0, all = options.exact + drawn;
  const std::set<std::string> told = drawn > 0 ? ToldByJudge(judge, options.seed, known) : std::set<std::string>{};
  const int side = model.generation().width;
  for (int i = 0; i < all; ++i) {
    if (options.cancelled && options.cancelled()) throw base::Cancelled();
    base::Random random(options.seed, kStream + static_cast<uint64_t>(i));
    const world::Scene scene = world::SampleScene(random.Next(), world::Split::kHeldOut, held_out, known);
    std::vector<Claim> claims = ClaimMaker(scene, known, random).Take();
    if (i < options.exact) {
      const base::Image picture = world::Draw(scene, side, side);
      AskAll(model, picture, claims, measurement.exact);
      if (!options.foreign.empty()) AddFamiliarity(model, picture, true, measurement.exact);
    } else {
      const base::Image picture = DrawnByModel(model, scene, random.Next());
      const world::Scene seen = judge(std::span(&picture, 1)).at(0);
      std::erase_if(claims, [&told](const Claim& claim) { return !told.contains(claim.property); });
      for (Claim& claim : claims) claim.holds = Shows(seen, plan::ParseFact(claim.text));
      AskAll(model, picture, claims, measurement.drawn);
      if (!options.foreign.empty()) AddFamiliarity(model, picture, true, measurement.drawn);
    }
    if (options.on_progress) options.on_progress(i + 1, all);
  }
  for (const base::Image& picture : options.foreign) {
    if (options.cancelled && options.cancelled()) throw base::Cancelled();
    const std::string name(coherence::kPictureCurve);
    AddFamiliarity(model, picture, false, measurement.exact);
    if (drawn > 0) measurement.drawn[name].push_back(measurement.exact[name].back());
  }
  std::map<std::string, CalibrationCurve, std::less<>> curves;
  for (const auto& [property, opinions] : measurement.exact) {
    // The check looks at the model's own drawings, so the fit uses those alone where there are enough.
    constexpr size_t kEnough = 200;
    const auto found = measurement.drawn.find(property);
    const bool enough = found != measurement.drawn.end() && found->second.size() >= kEnough;
    curves.emplace(property, FitCurve(enough ? found->second : opinions));
  }
  measurement.calibration = coherence::Calibration(std::move(curves));
  return measurement;
}

std::string TableOf(const CalibrationMeasurement& measurement) {
  std::string table =
      "| kind of fact | claims | AUC, exact pictures | AUC, drawn | true granted | false refused | without a verdict | "
      "calibration error |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& [property, curve] : measurement.calibration.curves()) {
    std::vector<Opinion> all = measurement.exact.at(property);
    if (const auto drawn = measurement.drawn.find(property); drawn != measurement.drawn.end())
      all.insert(all.end(), drawn->second.begin(), drawn->second.end());
    const Rates rates = RatesOf(property, all, measurement.calibration);
    char row[240];
    std::snprintf(row, sizeof(row), "| %s | %zu | %s | %s | %s | %s | %.0f %% | %.1f %% |\n", property.c_str(),
                  all.size(), AucText(measurement.exact, property).c_str(),
                  AucText(measurement.drawn, property).c_str(), rates.Text(1).c_str(), rates.Text(0).c_str(),
                  100.0 * rates.without / static_cast<double>(all.size()), 100 * curve.ece);
    table += row;
  }
  return table;
}

}  // namespace diptych::eval
