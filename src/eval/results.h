// What a run of the benchmark found, as JSON and as Markdown.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eval/figures.h"
#include "eval/report_agreement.h"

namespace diptych::eval {

// A reader of a kind of fact should be right so often, of true facts and of false ones: what is less is marked.
inline constexpr double kLeastAccuracy = 0.98;

// How well one of the readers reads, on pictures or texts whose truth is known.
struct ReaderQuality {
  std::string name;  // "judge: true facts seen"
  std::map<world::Topic, double> by_topic;
};
std::set<world::Topic> TopicsBelow(double least, const std::map<world::Topic, double>& by_topic);

struct SystemResults {
  std::string name;         // lower-case words joined by hyphens
  std::string description;  // one line
  FigureTable figures;
  // The figures of the first system minus those of this one; empty for the first itself.
  std::optional<FigureTable> first_has_more;
  // Of its answers' reports with the readers; absent where none were checked.
  std::optional<ReportAgreement> reports{};
};

struct BenchmarkResults {
  std::string title;
  std::vector<std::string> settings;  // one a line
  uint64_t prompt_hash = 0;
  std::vector<ReaderQuality> readers;
  bool judged = false;                           // a judge read the pictures
  std::optional<VerdictsByTopic> judge_error{};  // of that judge, on exact pictures
  double least_accuracy = 0.97;                  // of the judge, on kinds of fact that are not left out
  std::set<world::Topic> left_out;
  std::vector<SystemResults> systems;
};

// How well the readers read, and which kinds of fact are left out.
std::string ReadersTable(const BenchmarkResults& results);
std::string ToJson(const BenchmarkResults& results);
// Tables: each figure by rung for all systems, held-out beside other prompts, differences, kinds of fact, and published
// figures of another benchmark for orientation.
std::string ToMarkdown(const BenchmarkResults& results);

}  // namespace diptych::eval
