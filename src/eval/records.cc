#include "eval/records.h"

#include <nlohmann/json.hpp>

namespace diptych::eval {
namespace {

std::vector<std::string> Lines(const std::vector<plan::Fact>& facts) {
  std::vector<std::string> lines;
  for (const plan::Fact& fact : facts) lines.push_back(plan::WriteFact(fact));
  return lines;
}

std::vector<std::string> Lines(const std::vector<StatedFact>& facts) {
  std::vector<std::string> lines;
  for (const StatedFact& fact : facts) lines.push_back(Write(fact));
  return lines;
}

// "3 of 4 facts drawn, not: bus: blue"
std::string Verdict(const FactShares& shares, const std::string& what) {
  std::string text = std::to_string(shares.all.right) + " of " + std::to_string(shares.all.of) + " " + what;
  if (!shares.wrong.empty()) text += ", not: " + plan::WriteFacts(shares.wrong, "; ");
  return text;
}

std::string VerdictsOf(const AnswerScore& score) {
  std::string text;
  const auto add = [&text](const FactShares& shares, const char* what) {
    if (shares.all.of > 0) text += (text.empty() ? "" : " · ") + Verdict(shares, what);
  };
  add(score.drawn, "facts drawn");
  add(score.told, "told");
  add(score.agreement, "of the narrative's facts in the picture");
  return text;
}

}  // namespace

std::string RecordOf(const ReadAnswer& answer) {
  const AnswerReadings& readings = answer.readings;
  nlohmann::ordered_json record = {{"rung", answer.prompt.rung},         {"index", answer.prompt.index},
                                   {"held_out", answer.prompt.held_out}, {"seed", answer.seed},
                                   {"prompt", answer.prompt.text},       {"facts", Lines(answer.prompt.facts)},
                                   {"plan", answer.answer.plan},         {"narrative", answer.answer.narrative}};
  if (readings.plan) record["not_planned"] = Lines(answer.score.planned.wrong);
  if (readings.picture) {
    record["seen"] = Lines(readings.picture->facts);
    record["not_drawn"] = Lines(answer.score.drawn.wrong);
  }
  if (readings.narrative) {
    record["stated"] = Lines(readings.narrative->facts);
    record["not_told"] = Lines(answer.score.told.wrong);
    record["faulty"] = readings.narrative->faults;
  }
  if (readings.picture && readings.narrative) record["not_true"] = Lines(answer.score.agreement.wrong);
  return record.dump() + "\n";
}

void ContactSheets::Add(const ReadAnswer& answer) {
  if (answer.prompt.index >= answers_a_rung_ || answer.answer.picture.rgb.empty()) return;
  const std::string verdicts = VerdictsOf(answer.score);
  sheets_[answer.prompt.rung].Add(
      answer.answer.picture, answer.prompt.text + (answer.prompt.held_out ? " (held out)" : ""),
      record::MarkdownQuote(answer.answer.narrative) + "\n" + (verdicts.empty() ? "" : "\n" + verdicts + "\n"));
}

void ContactSheets::Write(const std::filesystem::path& folder) const {
  for (const auto& [rung, sheet] : sheets_)
    sheet.Write(folder / ("rung-" + std::to_string(rung)),
                {.title = "Prompts of " + std::to_string(rung) + (rung == 1 ? " fact" : " facts"),
                 .note = "The first ones in their order, seeds not chosen."});
}

}  // namespace diptych::eval
