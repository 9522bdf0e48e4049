#include "train_cli/benchmark_curve.h"

#include <algorithm>
#include <string>
#include <utility>

#include "train/plot.h"

namespace diptych::train_cli {
namespace {

// Empty where the figure was not measured. `shift` keeps the systems' intervals apart.
train::Curve CurveOf(const eval::SystemResults& system, eval::Figure figure, double shift) {
  train::Curve curve{.label = system.name, .x = {}, .y = {}, .low = {}, .high = {}};
  for (const auto& [rung, groups] : system.figures.rungs) {
    const auto& interval = groups[static_cast<size_t>(eval::Group::kAll)].values[static_cast<size_t>(figure)];
    if (!interval) continue;
    curve.x.push_back(rung + shift);
    curve.y.push_back(100 * interval->value);
    curve.low.push_back(100 * interval->low);
    curve.high.push_back(100 * interval->high);
  }
  return curve;
}

// Every system is in every panel, so that its colour is the same in all.
train::PlotPanel PanelOf(const std::vector<eval::SystemResults>& systems, eval::Figure figure) {
  constexpr double kApart = 0.06;
  train::PlotPanel panel{
      .title = std::string(RowOf(figure).title) + ", %", .x_label = "facts in the prompt", .curves = {}};
  const auto& rungs = systems.front().figures.rungs;
  panel.x_from = rungs.begin()->first - 0.5;
  panel.x_to = rungs.rbegin()->first + 0.5;
  panel.x_step = 1;
  panel.to = 105;
  const double middle = (static_cast<double>(systems.size()) - 1) / 2;
  for (size_t i = 0; i < systems.size(); ++i)
    panel.curves.push_back(CurveOf(systems[i], figure, kApart * (static_cast<double>(i) - middle)));
  return panel;
}

}  // namespace

void WriteCurve(const std::vector<eval::SystemResults>& systems, const std::filesystem::path& name) {
  std::vector<train::PlotPanel> panels;
  for (eval::Figure figure : {eval::Figure::kAllDrawn, eval::Figure::kDrawn, eval::Figure::kAgreement,
                              eval::Figure::kTold, eval::Figure::kPlanned}) {
    train::PlotPanel panel = PanelOf(systems, figure);
    const bool measured = std::any_of(panel.curves.begin(), panel.curves.end(),
                                      [](const train::Curve& curve) { return !curve.x.empty(); });
    if (measured) panels.push_back(std::move(panel));
  }
  if (!panels.empty()) train::WritePlot(panels, name);
}

}  // namespace diptych::train_cli
