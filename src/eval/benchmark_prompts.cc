#include "eval/benchmark_prompts.h"

#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"
#include "eval/blind_prompts.h"
#include "eval/fingerprint.h"
#include "world/facts.h"
#include "world/repertoire.h"

namespace diptych::eval {
namespace {

constexpr uint64_t kPromptSeed = 0xD1F7;

// Whether no two subjects are of one kind. Facts name a subject by its kind alone.
bool KindsDiffer(const world::Scene& scene) {
  std::set<world::Kind> kinds;
  for (const world::Subject& subject : scene.subjects) kinds.insert(subject.kind);
  return kinds.size() == scene.subjects.size();
}

// The kinds of most held-out combinations; among all kinds these are too rare to find.
world::Repertoire MostlyHeldOut(const world::Repertoire& known) {
  return known.Only([](world::Kind kind) { return static_cast<int>(kind) < world::kCodedKinds; });
}

// What prompts speak of.
struct Spoken {
  const world::Repertoire& usual;
  world::Repertoire held_out;
};

// Makes the prompts of one rung, in order.
class RungMaker {
 public:
  RungMaker(const world::Words& words, const world::HeldOut& held_out, const Spoken& spoken, int rung)
      : words_(words), held_out_(held_out), spoken_(spoken), rung_(rung) {}

  BenchmarkPrompt Make(int index) {
    constexpr int kTries = 20000;
    BenchmarkPrompt prompt{.rung = rung_,
                           .index = index,
                           .language = index / 2 % 2 == 0 ? text::Language::kEnglish : text::Language::kChinese,
                           .held_out = rung_ >= kFirstHeldOutRung && index % 2 == 1,
                           .text = {},
                           .facts = {},
                           .scene = {}};
    base::Random random(kPromptSeed, static_cast<uint64_t>(rung_) << 32 | static_cast<uint64_t>(index));
    for (int i = 0; i < kTries; ++i) {
      if (Fill(random, prompt) && taken_.insert(prompt.text).second) return prompt;
    }
    throw base::Error(
        "benchmark",
        "no new prompt of " + std::to_string(rung_) + " facts came in " + std::to_string(kTries) + " draws.",
        "ask for fewer prompts a rung.");
  }

 private:
  // Draws text, facts and scene of a prompt whose place in the set is decided; false when this draw does not fit.
  bool Fill(base::Random& random, BenchmarkPrompt& prompt) const {
    prompt.scene = prompt.held_out
                       ? world::SampleScene(random.Next(), world::Split::kHeldOut, held_out_, spoken_.held_out)
                       : world::SampleScene(random.Next(), world::Split::kTraining, held_out_, spoken_.usual);
    if (!KindsDiffer(prompt.scene)) return false;
    world::Prompt made = words_.MakePrompt(prompt.scene, prompt.language, random);
    prompt.text = std::move(made.text);
    prompt.facts = CountFacts(made.facts);
    return static_cast<int>(prompt.facts.size()) == rung_ &&
           held_out_.StatedIn(FactsOf(prompt.facts)) == prompt.held_out;
  }

  const world::Words& words_;
  const world::HeldOut& held_out_;
  const Spoken& spoken_;
  int rung_;
  std::set<std::string> taken_;
};

constexpr const char* kPromptFormat = "write a line as: a red car at sunset | car: one; car: red; hour: sunset";

// `where`: file and line, for errors.
BenchmarkPrompt PromptOf(PromptLine line, const std::string& where) {
  if (!line.facts) throw base::Error("benchmark", where + " has no facts.", kPromptFormat);
  std::vector<plan::Fact> facts;
  std::istringstream parts(*line.facts);
  for (std::string part; std::getline(parts, part, ';');) {
    plan::Fact fact = plan::ParseFact(part);
    if (!world::TopicOf(fact))
      throw base::Error("benchmark", where + ": '" + std::string(base::Trim(part)) + "' is no fact.", kPromptFormat);
    facts.push_back(std::move(fact));
  }
  BenchmarkPrompt prompt;
  prompt.text = std::move(line.text);
  prompt.facts = CountFacts(facts);
  if (prompt.text.empty()) throw base::Error("benchmark", where + " has no text.", kPromptFormat);
  if (prompt.facts.empty() || std::ssize(prompt.facts) > kRungs)
    throw base::Error("benchmark",
                      where + " asks for " + std::to_string(prompt.facts.size()) + " facts; one to " +
                          std::to_string(kRungs) + " can be measured.",
                      kPromptFormat);
  return prompt;
}

}  // namespace

std::vector<BenchmarkPrompt> MakeBenchmarkPrompts(const world::Words& words, const world::HeldOut& held_out,
                                                  const PromptChoice& choice) {
  const world::Repertoire& known = choice.known != nullptr ? *choice.known : world::Repertoire::Everything();
  const Spoken spoken = {known, MostlyHeldOut(known)};
  std::vector<BenchmarkPrompt> prompts;
  for (int rung : choice.rungs) {
    if (rung < 1 || rung > kRungs)
      throw base::Error("benchmark", "there is no rung " + std::to_string(rung) + ".",
                        "the rungs are 1 to " + std::to_string(kRungs) + ".");
    RungMaker maker(words, held_out, spoken, rung);
    for (int index = 0; index < choice.per_rung; ++index) prompts.push_back(maker.Make(index));
  }
  return prompts;
}

std::vector<PromptLine> ReadPromptLines(const std::filesystem::path& file) {
  std::vector<PromptLine> prompts;
  std::istringstream lines{std::string(base::WithoutByteOrderMark(base::ReadFile(file)))};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (base::Trim(line).empty() || line.starts_with('#')) continue;
    const size_t bar = line.find('|');
    PromptLine& prompt = prompts.emplace_back();
    prompt.text = base::Trim(std::string_view(line).substr(0, bar));
    if (bar != line.npos) prompt.facts = line.substr(bar + 1);
    prompt.number = number;
  }
  if (prompts.empty()) throw base::Error("prompts", file.string() + " holds no prompt.", "write one a line.");
  return prompts;
}

std::vector<BenchmarkPrompt> ReadBenchmarkPrompts(const std::filesystem::path& file, const world::HeldOut& held_out) {
  if (file.extension() == ".jsonl") return ReadBlindPrompts(file, held_out);
  std::vector<BenchmarkPrompt> prompts;
  std::map<int, int> in_rung;
  for (PromptLine& line : ReadPromptLines(file)) {
    const std::string where = file.string() + ":" + std::to_string(line.number);
    BenchmarkPrompt prompt = PromptOf(std::move(line), where);
    prompt.rung = static_cast<int>(prompt.facts.size());
    prompt.index = in_rung[prompt.rung]++;
    prompt.language = text::LanguageOf(prompt.text);
    prompt.held_out = held_out.StatedIn(FactsOf(prompt.facts));
    prompts.push_back(std::move(prompt));
  }
  return prompts;
}

uint64_t HashOf(const std::vector<BenchmarkPrompt>& prompts) {
  Fingerprint fingerprint;
  for (const BenchmarkPrompt& prompt : prompts) {
    fingerprint.Add(prompt.text);
    for (const StatedFact& stated : prompt.facts) fingerprint.Add(Write(stated));
  }
  return fingerprint.value();
}

}  // namespace diptych::eval
