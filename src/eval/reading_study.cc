#include "eval/reading_study.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "coherence/plan_repair.h"
#include "eval/interval_json.h"
#include "world/facts.h"
#include "world/repertoire.h"

namespace diptych::eval {
namespace {

using world::Topic;

// How rows are called: facts that deny, and prompts of so many facts.
constexpr std::string_view kDeniedPart = "denied";
std::string PartOfRung(int rung) { return std::to_string(rung) + (rung == 1 ? " fact" : " facts"); }

void Count(const std::vector<StatedFact>& facts, const std::string& plan, KeptFacts& kept) {
  const std::vector<plan::Fact> planned = plan::FactsOfLines(plan);
  bool all = true;
  for (size_t i = 0; i < facts.size(); ++i) {
    const bool keeps = Keep(planned, facts[i]);
    kept.facts[i] += keeps ? 1 : 0;
    all = all && keeps;
  }
  kept.whole += all ? 1 : 0;
}

bool KnowsThing(const world::Repertoire& known, const StatedFact& stated) {
  if (stated.fact.key == kPeople) return true;
  if (stated.topic == world::kAboutHeld) {
    return std::ranges::any_of(known.helds(), [&stated](world::Held held) {
      return stated.fact.value.ends_with(" " + world::HeldWords()[static_cast<size_t>(held)]);
    });
  }
  if (stated.topic != world::kAboutKind) return true;
  const auto kind = world::KindOf(stated.fact.key);
  return kind && known.Has(*kind);
}

// Which facts of which prompts a row is about.
struct Choice {
  std::string known, language, part;
  bool Takes(const PromptReading& reading) const {
    const bool english = reading.prompt.language == text::Language::kEnglish;
    return (known != "things" || reading.knows_things) && (known != "facts" || reading.knows_facts) &&
           (language.empty() || (language == "en") == english);
  }
  bool Takes(const StatedFact& stated, const BenchmarkPrompt& prompt) const {
    return part.empty() || part == PartOf(stated) || part == PartOfRung(prompt.rung);
  }
  bool TakesWholePrompts() const { return part.empty() || part.ends_with(" fact") || part.ends_with(" facts"); }
  static std::string PartOf(const StatedFact& stated) {
    return std::string(stated.denied ? kDeniedPart : world::kTopicNames[stated.topic]);
  }
};

struct Ratios {
  std::vector<Ratio> facts, whole;
};

// One entry a prompt. `whole` counts seeds in which all facts are kept; where a row takes some facts of a prompt alone,
// there is none.
Ratios RatiosOf(const std::vector<PromptReading>& readings, const Choice& choice, KeptFacts PromptReading::*way) {
  Ratios ratios;
  for (const PromptReading& reading : readings) {
    Ratio facts, whole;
    size_t taken = 0;
    for (size_t i = 0; choice.Takes(reading) && i < reading.prompt.facts.size(); ++i) {
      if (!choice.Takes(reading.prompt.facts[i], reading.prompt)) continue;
      facts.part += (reading.*way).facts[i];
      facts.whole += reading.seeds;
      ++taken;
    }
    if (taken == reading.prompt.facts.size())
      whole = {static_cast<double>((reading.*way).whole), static_cast<double>(reading.seeds)};
    ratios.facts.push_back(facts);
    ratios.whole.push_back(whole);
  }
  return ratios;
}

ReadingRow RowOf(const std::vector<PromptReading>& readings, const Choice& choice) {
  const Bootstrap bootstrap(readings.size());
  const Ratios alone = RatiosOf(readings, choice, &PromptReading::alone),
               program = RatiosOf(readings, choice, &PromptReading::program);
  ReadingRow row{.known = choice.known,
                 .language = choice.language,
                 .part = choice.part,
                 .alone = bootstrap.Of(alone.facts),
                 .program = bootstrap.Of(program.facts),
                 .whole_alone = {},
                 .whole_program = {}};
  if (choice.TakesWholePrompts()) {
    row.whole_alone = bootstrap.Of(alone.whole);
    row.whole_program = bootstrap.Of(program.whole);
  }
  for (size_t i = 0; i < readings.size(); ++i) {
    row.prompts += alone.facts[i].whole > 0 ? 1 : 0;
    row.facts += static_cast<int>(alone.facts[i].whole) / readings[i].seeds;
  }
  return row;
}

// The parts that occur, kinds of fact in the world's order, then numbers of facts.
std::vector<std::string> PartsOf(const std::vector<PromptReading>& readings) {
  std::set<int> topics, rungs;
  bool denied = false;
  for (const PromptReading& reading : readings) {
    rungs.insert(reading.prompt.rung);
    for (const StatedFact& stated : reading.prompt.facts) {
      if (!stated.denied) topics.insert(stated.topic);
      denied = denied || stated.denied;
    }
  }
  std::vector<std::string> parts;
  for (int topic : topics) parts.emplace_back(world::kTopicNames[static_cast<size_t>(topic)]);
  if (denied) parts.emplace_back(kDeniedPart);
  for (int rung : rungs) parts.push_back(PartOfRung(rung));
  return parts;
}

std::string Cell(const std::optional<Interval>& interval) {
  if (!interval) return "–";
  char text[64];
  std::snprintf(text, sizeof(text), "%.1f (%.1f to %.1f)", 100 * interval->value, 100 * interval->low,
                100 * interval->high);
  return text;
}

// What the plan lost of the facts, and "" where it kept them all.
std::string LostBy(const std::string& plan, const std::vector<StatedFact>& facts) {
  const std::vector<plan::Fact> planned = plan::FactsOfLines(plan);
  std::string lost;
  for (const StatedFact& stated : facts)
    if (!Keep(planned, stated)) lost += (lost.empty() ? "" : "; ") + Write(stated);
  return lost;
}

std::string InOneLine(std::string plan) {
  for (size_t at = 0; (at = plan.find('\n', at)) != plan.npos; at += 2) plan.replace(at, 1, " / ");
  return plan;
}

}  // namespace

Planner PlannerOf(const engine::Model& model, const coherence::CheckData& data, std::function<bool()> cancelled) {
  return [&model, &data, cancelled = std::move(cancelled)](const BenchmarkPrompt& prompt, uint64_t seed) {
    engine::Listener listener;
    listener.cancelled = cancelled;
    const engine::GenerateRequest request{
        .prompt = prompt.text, .plan = {}, .language = prompt.language, .seed = seed, .options = model.generation()};
    return PlansOfPrompt{
        .alone = engine::MakePlan(model, request, listener).text,
        .program = engine::MakePlan(model, coherence::AsDrawn(model, data, request, cancelled), listener).text};
  };
}

std::vector<PromptReading> MeasureReading(const ReadingTask& task, const Planner& planner,
                                          const plan::Vocabulary& vocabulary) {
  const world::Repertoire known = world::KnownBy(vocabulary);
  std::vector<PromptReading> readings;
  for (size_t i = 0; i < task.prompts.size(); ++i) {
    PromptReading& reading = readings.emplace_back();
    reading.prompt = task.prompts[i];
    reading.seeds = task.seeds;
    const std::vector<StatedFact>& facts = reading.prompt.facts;
    reading.alone.facts.resize(facts.size());
    reading.program.facts.resize(facts.size());
    for (int seed = 0; seed < task.seeds; ++seed) {
      const PlansOfPrompt plans =
          planner(reading.prompt, task.seed + i * static_cast<uint64_t>(task.seeds) + static_cast<uint64_t>(seed));
      Count(facts, plans.alone, reading.alone);
      Count(facts, plans.program, reading.program);
      if (seed == 0) reading.first = plans;
    }
    reading.knows_things =
        std::ranges::all_of(facts, [&known](const StatedFact& one) { return KnowsThing(known, one); });
    reading.knows_facts = reading.knows_things && std::ranges::all_of(facts, [&vocabulary](const StatedFact& one) {
                            return one.fact.key == kPeople || vocabulary.Read(one.fact).has_value();
                          });
    if (task.on_progress) task.on_progress(i + 1, task.prompts.size());
  }
  return readings;
}

std::vector<ReadingRow> ReadingRows(const std::vector<PromptReading>& readings) {
  std::vector<ReadingRow> rows;
  for (const char* known : {"all", "things", "facts"}) {
    std::vector<Choice> choices = {{known, "", ""}, {known, "en", ""}, {known, "zh", ""}};
    for (const std::string& part : PartsOf(readings)) choices.push_back({known, "", part});
    for (const Choice& choice : choices) rows.push_back(RowOf(readings, choice));
  }
  std::erase_if(rows, [](const ReadingRow& row) { return row.prompts == 0; });
  return rows;
}

std::string TableOf(const std::vector<ReadingRow>& rows) {
  std::string table =
      "| prompts | language | of | prompts | facts | kept by the model alone | kept by the program | whole, alone | "
      "whole, program |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const ReadingRow& row : rows) {
    table += "| " + (row.known == "all" ? row.known : "all " + row.known + " known") + " | " +
             (row.language.empty() ? "both" : row.language) + " | " + (row.part.empty() ? "all" : row.part) + " | " +
             std::to_string(row.prompts) + " | " + std::to_string(row.facts);
    for (const auto& interval : {row.alone, row.program, row.whole_alone, row.whole_program})
      table += " | " + Cell(interval);
    table += " |\n";
  }
  return table;
}

std::string JsonOf(const std::vector<ReadingRow>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const ReadingRow& row : rows) {
    all.push_back({{"known", row.known},
                   {"language", row.language},
                   {"part", row.part},
                   {"prompts", row.prompts},
                   {"facts", row.facts},
                   {"alone", IntervalJson(row.alone)},
                   {"program", IntervalJson(row.program)},
                   {"whole_alone", IntervalJson(row.whole_alone)},
                   {"whole_program", IntervalJson(row.whole_program)}});
  }
  return all.dump(1) + "\n";
}

std::string LossesOf(const std::vector<PromptReading>& readings) {
  std::string text;
  for (const PromptReading& reading : readings) {
    const std::string alone = LostBy(reading.first.alone, reading.prompt.facts),
                      program = LostBy(reading.first.program, reading.prompt.facts);
    if (alone.empty() && program.empty()) continue;
    text += "- " + (reading.prompt.id.empty() ? "" : reading.prompt.id + ": ") + reading.prompt.text +
            (reading.knows_things ? "" : " (a thing that the model does not know)") +
            "\n  - lost by the model: " + (alone.empty() ? "nothing" : alone) +
            "\n  - lost by the program: " + (program.empty() ? "nothing" : program) +
            "\n  - plan: " + InOneLine(reading.first.alone) + "\n";
  }
  return text;
}

}  // namespace diptych::eval
