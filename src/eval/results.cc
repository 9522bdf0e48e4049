#include "eval/results.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "eval/interval_json.h"

namespace diptych::eval {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<Figure, kFigures> kAllFigures = {Figure::kAllDrawn,        Figure::kGeometric, Figure::kDrawn,
                                                      Figure::kAgreement,       Figure::kTold,      Figure::kPlanned,
                                                      Figure::kFaultySentences, Figure::kFaults,    Figure::kDistinct};
constexpr std::array<Group, kGroups> kAllGroups = {Group::kAll, Group::kUsual, Group::kHeldOut};

const GroupFigures& Of(const std::array<GroupFigures, kGroups>& groups, Group group) {
  return groups[static_cast<size_t>(group)];
}
const std::optional<Interval>& Of(const GroupFigures& figures, Figure figure) {
  return figures.values[static_cast<size_t>(figure)];
}

// JSON.

Json JsonOf(const std::array<GroupFigures, kGroups>& groups) {
  Json object = Json::object();
  for (Group group : kAllGroups) {
    const GroupFigures& figures = Of(groups, group);
    if (figures.prompts == 0) continue;
    Json& entry = object[NameOf(group)] = {{"prompts", figures.prompts}};
    for (Figure figure : kAllFigures) entry[RowOf(figure).key] = IntervalJson(Of(figures, figure));
  }
  return object;
}

Json JsonOf(const FigureTable& table) {
  Json object = Json::object();
  for (const auto& [rung, groups] : table.rungs) object["rungs"][std::to_string(rung)] = JsonOf(groups);
  object["whole"] = JsonOf(table.whole);
  for (const auto& [topic, figures] : table.topics) {
    object["topics"][world::kTopicNames[topic]] = {{"facts", figures.facts},
                                                   {"planned", IntervalJson(figures.planned)},
                                                   {"drawn", IntervalJson(figures.drawn)},
                                                   {"told", IntervalJson(figures.told)},
                                                   {"agreement", IntervalJson(figures.agreement)}};
  }
  return object;
}

// Markdown.

std::string Number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

// "83.5 (78.0–88.5)", in percent where the figure is a share; a dash where there is none.
std::string Cell(const std::optional<Interval>& interval, bool share) {
  if (!interval) return "–";
  const double scale = share ? 100 : 1;
  const char* format = share ? "%.1f" : "%.2f";
  return Number(format, interval->value * scale) + " (" + Number(format, interval->low * scale) + " to " +
         Number(format, interval->high * scale) + ")";
}

std::string Row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string Head(const std::vector<std::string>& cells) {
  return Row(cells) + Row(std::vector<std::string>(cells.size(), "---"));
}

// The head of a table over rungs; `first` stands above the rows' names.
std::string RungHead(const std::string& first, const FigureTable& table) {
  std::vector<std::string> cells = {first};
  for (const auto& [rung, groups] : table.rungs) cells.push_back(std::to_string(rung));
  cells.emplace_back("all");
  return Head(cells);
}

std::string RungRow(const std::string& name, const FigureTable& table, Figure figure, Group group) {
  std::vector<std::string> cells = {name};
  const bool share = RowOf(figure).share;
  for (const auto& [rung, groups] : table.rungs) cells.push_back(Cell(Of(Of(groups, group), figure), share));
  cells.push_back(Cell(Of(Of(table.whole, group), figure), share));
  return Row(cells);
}

bool IsMeasured(const BenchmarkResults& results, Figure figure) {
  return std::any_of(results.systems.begin(), results.systems.end(), [figure](const SystemResults& system) {
    return Of(Of(system.figures.whole, Group::kAll), figure).has_value();
  });
}

std::string FigureSections(const BenchmarkResults& results) {
  std::string text;
  for (Figure figure : kAllFigures) {
    if (!IsMeasured(results, figure)) continue;
    const FigureRow& row = RowOf(figure);
    text += "\n## " + std::string(row.title) + "\n\nBy the number of facts in a prompt: " + row.meaning +
            (row.share ? ", in percent.\n\n" : ".\n\n") + RungHead("", results.systems.front().figures);
    for (const SystemResults& system : results.systems)
      text += RungRow(system.name, system.figures, figure, Group::kAll);
  }
  return text;
}

std::string HeldOutSection(const BenchmarkResults& results) {
  std::string text =
      "\n## Held-out combinations\n\nPrompts that state a combination which training never shows, beside the others.\n";
  for (Figure figure : {Figure::kAllDrawn, Figure::kDrawn, Figure::kAgreement, Figure::kTold}) {
    if (!IsMeasured(results, figure)) continue;
    text += "\n" + RungHead(RowOf(figure).title, results.systems.front().figures);
    for (const SystemResults& system : results.systems) {
      for (Group group : {Group::kUsual, Group::kHeldOut})
        text += RungRow(system.name + ", " + NameOf(group), system.figures, figure, group);
    }
  }
  return text;
}

std::string DifferenceSection(const BenchmarkResults& results) {
  std::vector<Figure> measured;
  std::vector<std::string> head = {"less"};
  for (Figure figure : kAllFigures) {
    if (!IsMeasured(results, figure)) continue;
    measured.push_back(figure);
    head.emplace_back(RowOf(figure).title);
  }
  std::string rows;
  for (const SystemResults& system : results.systems) {
    if (!system.first_has_more) continue;
    std::vector<std::string> cells = {system.name};
    for (Figure figure : measured)
      cells.push_back(Cell(Of(Of(system.first_has_more->whole, Group::kAll), figure), RowOf(figure).share));
    rows += Row(cells);
  }
  if (rows.empty()) return "";
  return "\n## Differences\n\n" + results.systems.front().name +
         " less each of the others, over all rungs, prompt by prompt; an interval without 0 is a difference.\n\n" +
         Head(head) + rows;
}

// "97.1 / 99.0", marked where one of them is less than it should be; a dash where nobody measured it.
std::string JudgeCell(const std::optional<VerdictsByTopic>& error, world::Topic topic) {
  if (!error || static_cast<size_t>(topic) >= error->size()) return "–";
  const Verdicts& verdicts = (*error)[static_cast<size_t>(topic)];
  if (verdicts.true_facts + verdicts.false_facts == 0) return "–";
  const bool low = std::min(verdicts.Granted(), verdicts.Refused()) < 100 * kLeastAccuracy;
  return Number("%.1f", verdicts.Granted()) + " / " + Number("%.1f", verdicts.Refused()) + (low ? " (low)" : "");
}

std::string TopicSection(const BenchmarkResults& results, const SystemResults& system) {
  std::vector<std::string> head = {"kind of fact", "in the prompts", "planned", "drawn", "told", "agreement"};
  if (results.judge_error) head.emplace_back("the judge: true granted / false refused");
  std::string text = "\n## By kind of fact: " + system.name + "\n\nIn percent, over all rungs.\n\n" + Head(head);
  for (const auto& [topic, figures] : system.figures.topics) {
    std::vector<std::string> cells = {world::kTopicNames[topic],   std::to_string(figures.facts),
                                      Cell(figures.planned, true), Cell(figures.drawn, true),
                                      Cell(figures.told, true),    Cell(figures.agreement, true)};
    if (results.judge_error) cells.push_back(JudgeCell(results.judge_error, topic));
    text += Row(cells);
  }
  return text;
}

// Public figures, as their authors give them.
constexpr const char* kOrientation =
    "\n## For orientation\n\n"
    "Published figures of another domain, photographs and drawings of anything, judged by a language model; no "
    "contest.\n"
    "ConceptMix, all facts right, in percent, by the number of concepts:\n\n"
    "| | 1 | 2 | 3 | 4 | 5 | 6 | 7 |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    "| DALL-E 3 | 83 | 61 | 50 | 27 | 17 | 11 | 8 |\n"
    "| best published, with search and repair | 96.5 | 91.7 | 87.4 | 82.2 | 78.9 | 71.8 | 66.5 |\n\n"
    "ParaBench, agreement of text and picture: GPT-4o 89.5, best open model 68.8.\n";

}  // namespace

std::set<world::Topic> TopicsBelow(double least, const std::map<world::Topic, double>& by_topic) {
  std::set<world::Topic> below;
  for (const auto& [topic, accuracy] : by_topic) {
    if (accuracy < least) below.insert(topic);
  }
  return below;
}

std::string ReadersTable(const BenchmarkResults& results) {
  std::vector<std::string> head = {"kind of fact"};
  for (const ReaderQuality& reader : results.readers) head.push_back(reader.name);
  std::string text = "How often the readers are right, in percent, where the truth is known:\n\n" + Head(head);
  for (int topic = 0; topic <= world::kTopics; ++topic) {
    std::vector<std::string> cells = {world::kTopicNames[static_cast<size_t>(topic)]};
    bool known = false;
    for (const ReaderQuality& reader : results.readers) {
      const auto found = reader.by_topic.find(static_cast<world::Topic>(topic));
      known = known || found != reader.by_topic.end();
      cells.push_back(found == reader.by_topic.end() ? "–" : Number("%.2f", found->second * 100));
    }
    if (known) text += Row(cells);
  }
  if (!results.judged) return text + "\nNobody looked at the pictures: what needs a judge is not measured.\n";
  std::string names;
  for (world::Topic topic : results.left_out)
    names += (names.empty() ? "" : ", ") + std::string(world::kTopicNames[topic]);
  return text + (names.empty()
                     ? "\nAll kinds of fact are counted, those that the judge misreads often too: by kind its "
                       "error stands beside each figure.\n"
                     : "\nLeft out of every figure, because the judge is right in less than " +
                           Number("%.0f", 100 * results.least_accuracy) + " of 100 cases: " + names + ".\n");
}

namespace {

Json JsonOf(const ReportAgreement::Shares& shares) {
  Json json = {{"answers", shares.answers}, {"error", nullptr}, {"rank_correlation", nullptr}};
  if (shares.error) json["error"] = *shares.error;
  if (shares.correlation) json["rank_correlation"] = *shares.correlation;
  return json;
}

Json JsonOf(const ReportAgreement& reports) {
  return {{"followed", JsonOf(reports.followed())}, {"told", JsonOf(reports.told())}, {"lost", reports.lost()},
          {"flagged", reports.flagged()},           {"shown", reports.shown()},       {"accused", reports.accused()}};
}

std::string ReportSection(const SystemResults& system) {
  return system.reports ? "\n## Its own reports and the readers: " + system.name + "\n\n" + TableOf(*system.reports)
                        : "";
}

}  // namespace

std::string ToJson(const BenchmarkResults& results) {
  char hash[24];
  std::snprintf(hash, sizeof(hash), "%016llx", static_cast<unsigned long long>(results.prompt_hash));
  Json object = {{"title", results.title},
                 {"settings", results.settings},
                 {"world_version", world::kWorldVersion},
                 {"prompts", hash},
                 {"intervals", "[value, low, high]: 95 of 100 bootstrap resamples of the prompts lie between"},
                 {"readers", Json::object()},
                 {"left_out", Json::array()},
                 {"systems", Json::array()}};
  for (const ReaderQuality& reader : results.readers) {
    Json& entry = object["readers"][reader.name] = Json::object();
    for (const auto& [topic, accuracy] : reader.by_topic) entry[world::kTopicNames[topic]] = accuracy;
  }
  for (world::Topic topic : results.left_out) object["left_out"].push_back(world::kTopicNames[topic]);
  for (const SystemResults& system : results.systems) {
    Json entry = {{"name", system.name}, {"description", system.description}};
    entry.update(JsonOf(system.figures));
    if (system.first_has_more) entry["first_has_more"] = JsonOf(*system.first_has_more);
    if (system.reports) entry["reports"] = JsonOf(*system.reports);
    object["systems"].push_back(std::move(entry));
  }
  return object.dump(1) + "\n";
}

std::string ToMarkdown(const BenchmarkResults& results) {
  std::string text = "# " + results.title + "\n\n";
  for (const std::string& line : results.settings) text += "- " + line + "\n";
  text += "\nIn brackets: 95 of 100 bootstrap resamples of the prompts lie between.\n\n![curve](curve.png)\n\n" +
          Head({"system", "what it is"});
  for (const SystemResults& system : results.systems) text += Row({system.name, system.description});
  text += "\n## The readers\n\n" + ReadersTable(results) + FigureSections(results) + HeldOutSection(results) +
          DifferenceSection(results);
  for (const SystemResults& system : results.systems) text += TopicSection(results, system) + ReportSection(system);
  return text + kOrientation;
}

}  // namespace diptych::eval
