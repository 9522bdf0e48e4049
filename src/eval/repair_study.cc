#include "eval/repair_study.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "base/error.h"
#include "coherence/check.h"
#include "coherence/plan_repair.h"

namespace diptych::eval {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// An answer as the readers see it.
struct Read {
  AnswerReadings readings;
  AnswerScore score;
};

Read ReadOf(const engine::Answer& answer, const BenchmarkPrompt& prompt, const Readers& readers) {
  Read read;
  read.readings.plan = plan::FactsOfLines(answer.plan);
  if (readers.narrative) read.readings.narrative = readers.narrative(answer.narrative, prompt.language);
  if (readers.picture != nullptr) read.readings.picture = readers.picture->Read(std::span(&answer.picture, 1)).at(0);
  read.score = ScoreAnswer(prompt.facts, read.readings, readers.left_out);
  return read;
}

void AddShare(const Share& one, Share& sum) {
  sum.right += one.right;
  sum.of += one.of;
}

int Lost(const Share& share) { return share.of - share.right; }

double Part(const Share& share) { return share.of > 0 ? static_cast<double>(share.right) / share.of : 1; }

bool IsDrawing(const coherence::RepairStep& step) {
  return step.action == coherence::RepairAction::kDrawRegion || step.action == coherence::RepairAction::kDrawWhole;
}

std::string NameOf(const std::vector<coherence::RepairAction>& ways) {
  std::string name;
  for (const auto way : ways) name += (name.empty() ? "" : ", ") + std::string(coherence::NameOf(way));
  return name;
}

void Count(const coherence::RepairedAnswer& repaired, const AnswerScore& before, const AnswerScore& after,
           RepairFigures& figures) {
  const auto& steps = repaired.steps;
  const auto kept = [](bool drawing) {
    return [drawing](const coherence::RepairStep& step) { return step.kept && IsDrawing(step) == drawing; };
  };
  figures.drawn += std::any_of(steps.begin(), steps.end(), IsDrawing);
  figures.kept += std::any_of(steps.begin(), steps.end(), kept(true));
  figures.told += std::any_of(steps.begin(), steps.end(), kept(false));
  figures.mended += Lost(after.drawn.all) < Lost(before.drawn.all);
  figures.worse += Lost(after.drawn.all) > Lost(before.drawn.all);
  figures.told_mended += Part(after.agreement.all) > Part(before.agreement.all);
  figures.told_worse += Part(after.agreement.all) < Part(before.agreement.all);
  AddShare(before.drawn.all, figures.shown_before);
  AddShare(after.drawn.all, figures.shown_after);
  AddShare(before.agreement.all, figures.true_before);
  AddShare(after.agreement.all, figures.true_after);
}

}  // namespace

RepairStudy MeasureRepair(const engine::Model& model, const coherence::CheckData& data,
                          const std::vector<BenchmarkPrompt>& prompts, const Readers& readers,
                          const RepairStudyOptions& options) {
  RepairStudy study;
  for (const auto& ways : options.ways) study.ways.push_back({.name = NameOf(ways)});
  for (const BenchmarkPrompt& prompt : prompts) {
    if (options.cancelled && options.cancelled()) throw base::Cancelled();
    const engine::GenerateRequest request{.prompt = prompt.text,
                                          .plan = {},
                                          .language = prompt.language,
                                          .seed = SeedOf(prompt, {.first = options.seed}),
                                          .options = model.generation()};
    auto start = Clock::now();
    const engine::GenerateRequest drawn = coherence::AsDrawn(model, data, request, options.cancelled);
    const engine::Answer answer = engine::Generate(model, drawn, {});
    const coherence::Asked asked = coherence::ReadAsked(model, data, request);
    const coherence::Report report = coherence::CheckAnswer(model, data, asked, request.prompt, answer, {});
    study.seconds += SecondsSince(start);
    const coherence::RepairTask task{
        .model = model, .data = data, .drawn = drawn, .prompt = request.prompt, .asked = asked};
    const Read before = ReadOf(answer, prompt, readers);
    study.before.Add(report, prompt.facts, readers.left_out, before.readings, before.score);
    ++study.answers;
    const bool failed = coherence::CanRepair(task, answer, report);
    study.failed += failed;
    for (size_t i = 0; i < options.ways.size(); ++i) {
      const bool last = i + 1 == options.ways.size();
      if (!failed) {
        if (last) study.after.Add(report, prompt.facts, readers.left_out, before.readings, before.score);
        continue;
      }
      start = Clock::now();
      const coherence::RepairedAnswer repaired =
          coherence::Repair(task, answer, report, coherence::RepairOptions{.ways = options.ways[i]});
      study.ways[i].seconds += SecondsSince(start);
      const Read after = ReadOf(repaired.answer, prompt, readers);
      Count(repaired, before.score, after.score, study.ways[i]);
      if (last) study.after.Add(repaired.report, prompt.facts, readers.left_out, after.readings, after.score);
    }
    if (options.on_progress) options.on_progress(static_cast<size_t>(study.answers), prompts.size());
  }
  return study;
}

std::string TableOf(const RepairStudy& study) {
  char row[400];
  std::snprintf(row, sizeof(row), "%d answers, of which %d have a claim that fails; %.2f s each without repair.\n\n",
                study.answers, study.failed, study.seconds / std::max(1, study.answers));
  std::string table = row;
  table +=
      "| ways, two drawings | drawn again | kept | lost facts of prompts | answers mended | made worse | facts of "
      "narratives that hold | told again, kept | mended | made worse | seconds, mean |\n| --- | --- | --- | --- | --- "
      "| "
      "--- | --- | --- | --- | --- | --- |\n";
  for (const RepairFigures& way : study.ways) {
    std::snprintf(row, sizeof(row),
                  "| %s | %d | %d | %d -> %d | %d | %d | %.1f %% -> %.1f %% | %d | %d | %d | %.2f |\n",
                  way.name.c_str(), way.drawn, way.kept, Lost(way.shown_before), Lost(way.shown_after), way.mended,
                  way.worse, 100 * Part(way.true_before), 100 * Part(way.true_after), way.told, way.told_mended,
                  way.told_worse, way.seconds / std::max(1, study.failed));
    table += row;
  }
  return table + "\nWithout repair:\n\n" + TableOf(study.before) + "\nWith repair:\n\n" + TableOf(study.after);
}

}  // namespace diptych::eval
