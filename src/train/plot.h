// Line charts, as PNG and SVG.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace diptych::train {

struct Curve {
  std::string label;
  std::vector<double> x, y;
  std::vector<double> low, high;  // the ends of an interval around each y; empty: none
};

struct PlotPanel {
  std::string title, x_label;
  std::vector<Curve> curves;
  double x_from = 0, x_to = 1;
  double x_step = 0;        // between its ticks; 0: chosen from the values
  double from = 0, to = 0;  // of the value axis; equal: chosen from the values above 0
  bool logarithmic = false;
  bool noisy = false;  // curves are drawn thin, with a running mean over them; else their points are marked
};

// Writes NAME.png and NAME.svg, the panels in two columns.
void WritePlot(const std::vector<PlotPanel>& panels, const std::filesystem::path& name);

}  // namespace diptych::train
