#include "train/chart.h"

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "data/tasks.h"
#include "train/plot.h"

namespace diptych::train {
namespace {

struct Series {
  std::string column, label;
};
struct LogPanel {
  std::string title;
  std::vector<Series> series;
  bool logarithmic = false;
  double to = 0;  // of the value axis; 0: chosen from the values
};

std::vector<Series> TaskSeries() {
  std::vector<Series> series;
  for (const data::TaskRow& task : data::kTasks)
    if (task.charted) series.push_back({task.name, task.name});
  return series;
}

const std::vector<LogPanel>& Panels() {
  static const std::vector<LogPanel> panels = {
      {.title = "picture: velocity loss", .series = {{"picture", "picture"}}, .logarithmic = true},
      {.title = "text: nats a token", .series = TaskSeries(), .logarithmic = true},
      {.title = "claims judged rightly", .series = {{"claim_accuracy", "claims"}}, .to = 1},
      {.title = "share of the bfloat16 peak", .series = {{"share_of_peak", "share of peak"}}, .to = 1}};
  return panels;
}

using Table = std::map<std::string, std::vector<double>>;

// The log's columns by name. A run that was resumed from before its last lines wrote some steps again: the later line
// counts.
Table ReadLog(const std::filesystem::path& path) {
  std::istringstream lines(base::ReadFile(path));
  const auto cells = [](const std::string& line) {
    std::vector<std::string> parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
    return parts;
  };
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = cells(line);
  std::vector<std::vector<double>> rows;
  while (std::getline(lines, line)) {
    std::vector<double> row;
    for (const std::string& cell : cells(line)) row.push_back(std::strtod(cell.c_str(), nullptr));
    if (row.size() != names.size()) continue;  // a line that is being written
    while (!rows.empty() && rows.back().front() >= row.front()) rows.pop_back();
    rows.push_back(std::move(row));
  }
  Table table;
  for (size_t column = 0; column < names.size(); ++column)
    for (const std::vector<double>& row : rows) table[names[column]].push_back(row[column]);
  return table;
}

// A zero stands for "not measured".
Curve CurveOf(const std::string& label, const std::vector<double>& samples, const std::vector<double>& logged) {
  Curve curve{.label = label, .x = {}, .y = {}, .low = {}, .high = {}};
  for (size_t i = 0; i < logged.size(); ++i) {
    if (logged[i] == 0) continue;
    curve.x.push_back(samples[i]);
    curve.y.push_back(logged[i]);
  }
  return curve;
}

PlotPanel PanelOf(const LogPanel& from, const Table& table) {
  const std::vector<double>& samples = table.at("samples");
  PlotPanel panel{.title = from.title,
                  .x_label = "scenes",
                  .curves = {},
                  .x_to = samples.back(),
                  .to = from.to,
                  .logarithmic = from.logarithmic,
                  .noisy = true};
  for (const Series& series : from.series) {
    const auto found = table.find(series.column);
    panel.curves.push_back(
        CurveOf(series.label, samples, found == table.end() ? std::vector<double>() : found->second));
  }
  return panel;
}

}  // namespace

void DrawCurves(const std::filesystem::path& run) {
  const Table table = ReadLog(run / "log.csv");
  const auto samples = table.find("samples");
  if (samples == table.end() || samples->second.size() < 2) return;
  std::vector<PlotPanel> panels;
  for (const LogPanel& panel : Panels()) panels.push_back(PanelOf(panel, table));
  WritePlot(panels, run / "curves");
}

}  // namespace diptych::train
