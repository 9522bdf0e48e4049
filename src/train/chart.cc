#include "train/chart.h"

#include <cairo-svg.h>
#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/png.h"

namespace diptych {
namespace {

constexpr int kWidth = 1400, kHeight = 960;  // of the whole chart, in pixels

struct Colour {
  double red, green, blue;
};
// Okabe and Ito's colours, told apart by the colour-blind too.
constexpr Colour kColours[] = {{0.00, 0.45, 0.70}, {0.90, 0.62, 0.00}, {0.00, 0.62, 0.45}, {0.80, 0.47, 0.65},
                               {0.84, 0.37, 0.00}, {0.34, 0.71, 0.91}, {0.30, 0.30, 0.30}};
constexpr Colour kInk{0.15, 0.15, 0.15}, kGrid{0.87, 0.87, 0.87};

struct Series {
  std::string column, label;
};
struct Panel {
  std::string title;
  std::vector<Series> series;
  bool logarithmic = false;
  double from = 0, to = 0;  // of the value axis; equal: as the values need
};

const std::vector<Panel>& Panels() {
  static const std::vector<Panel> panels = {
      {.title = "picture: velocity loss", .series = {{"picture", "picture"}}, .logarithmic = true},
      {.title = "text: nats a token",
       .series = {{"plan", "plan"},
                  {"narrative", "narrative"},
                  {"describe", "describe"},
                  {"question", "question"},
                  {"claim", "claim"},
                  {"where", "where"},
                  {"facts", "facts"}},
       .logarithmic = true},
      {.title = "claims judged rightly", .series = {{"claim_accuracy", "claims"}}, .to = 1},
      {.title = "share of the bfloat16 peak", .series = {{"share_of_peak", "share of peak"}}, .to = 1}};
  return panels;
}

using Table = std::map<std::string, std::vector<double>>;

// The log's columns by name. A run that was resumed from before its last lines wrote some steps again: the later line
// counts.
Table ReadLog(const std::filesystem::path& path) {
  std::istringstream lines(ReadFile(path));
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

// Numbers that people like to see on an axis: 1, 2 and 5 times powers of ten.
double NiceStep(double range, int count) {
  const double rough = range / count, power = std::pow(10, std::floor(std::log10(rough)));
  for (double factor : {1.0, 2.0, 5.0})
    if (rough <= factor * power) return factor * power;
  return 10 * power;
}

std::string Label(double value) {
  char text[32];
  if (value >= 1e6)
    std::snprintf(text, sizeof(text), "%.4gM", value / 1e6);
  else if (value >= 1e4)
    std::snprintf(text, sizeof(text), "%.4gk", value / 1e3);
  else
    std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

// A value axis or the axis of scenes: from numbers to [0, 1], and its ticks.
struct Axis {
  double from = 0, to = 1;
  bool logarithmic = false;

  double At(double value) const {
    if (!logarithmic) return (value - from) / (to - from);
    return std::log(std::max(value, from) / from) / std::log(to / from);
  }
  std::vector<double> Ticks() const {
    std::vector<double> ticks;
    if (!logarithmic) {
      const double step = NiceStep(to - from, 6);
      for (double tick = std::ceil(from / step) * step; tick <= to + step * 1e-6; tick += step) ticks.push_back(tick);
      return ticks;
    }
    for (double power = std::pow(10, std::floor(std::log10(from))); power <= to; power *= 10)
      for (double factor : {1.0, 2.0, 5.0})
        if (factor * power >= from * 0.999 && factor * power <= to * 1.001) ticks.push_back(factor * power);
    return ticks;
  }
};

Axis ValueAxis(const Panel& panel, const Table& table) {
  if (panel.to > panel.from) return {panel.from, panel.to, panel.logarithmic};
  double low = 1e300, high = 0;
  for (const Series& series : panel.series) {
    const auto found = table.find(series.column);
    if (found == table.end()) continue;
    for (double value : found->second) {
      if (value <= 0) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (high <= 0) return {0.1, 1, panel.logarithmic};
  return {low / 1.15, high * 1.15, panel.logarithmic};
}

// A centred running mean over about a fortieth of the curve; noise of single lines hides the trend otherwise.
std::vector<double> Smoothed(const std::vector<double>& values) {
  const auto count = static_cast<std::ptrdiff_t>(values.size()), reach = count / 80;
  std::vector<double> smooth;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const std::ptrdiff_t wide = std::min({reach, i, count - 1 - i});
    double sum = 0;
    for (std::ptrdiff_t j = i - wide; j <= i + wide; ++j) sum += values[static_cast<size_t>(j)];
    smooth.push_back(sum / static_cast<double>(2 * wide + 1));
  }
  return smooth;
}

struct Frame {
  double left, top, width, height;
};

class Painter {
 public:
  explicit Painter(cairo_t* cairo) : cairo_(cairo) {}

  void Background() {
    cairo_set_source_rgb(cairo_, 1, 1, 1);
    cairo_paint(cairo_);
  }

  void Paint(const Panel& panel, const Table& table, const Frame& frame) {
    const std::vector<double>& samples = table.at("samples");
    const Axis x{0, samples.back(), false}, y = ValueAxis(panel, table);
    Text(panel.title, {frame.left, frame.top - 12}, 18, kAtLeft);
    Grid(x, y, frame);
    size_t index = 0;
    for (const Series& series : panel.series) {
      const auto found = table.find(series.column);
      const Colour& colour = kColours[index++ % std::size(kColours)];
      if (found == table.end()) continue;
      Curve(samples, found->second, {x, y}, frame, colour);
      if (panel.series.size() > 1) Legend(series.label, index - 1, frame, colour);
    }
  }

 private:
  enum Alignment { kAtLeft, kCentred, kAtRight };
  struct Point {
    double x, y;
  };
  struct Axes {
    const Axis &x, &y;
  };

  void Use(const Colour& colour, double opacity = 1) {
    cairo_set_source_rgba(cairo_, colour.red, colour.green, colour.blue, opacity);
  }

  void Text(const std::string& text, const Point& at, double size, Alignment alignment) {
    cairo_select_font_face(cairo_, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo_, size);
    cairo_text_extents_t extents;
    cairo_text_extents(cairo_, text.c_str(), &extents);
    const double shift = alignment == kAtLeft ? 0 : alignment == kCentred ? extents.width / 2 : extents.width;
    Use(kInk);
    cairo_move_to(cairo_, at.x - shift, at.y);
    cairo_show_text(cairo_, text.c_str());
  }

  void Line(const Point& from, const Point& to, const Colour& colour, double width) {
    Use(colour);
    cairo_set_line_width(cairo_, width);
    cairo_move_to(cairo_, from.x, from.y);
    cairo_line_to(cairo_, to.x, to.y);
    cairo_stroke(cairo_);
  }

  void Grid(const Axis& x, const Axis& y, const Frame& f) {
    const double bottom = f.top + f.height;
    for (double tick : y.Ticks()) {
      const double at = bottom - y.At(tick) * f.height;
      Line({f.left, at}, {f.left + f.width, at}, kGrid, 1);
      Text(Label(tick), {f.left - 8, at + 5}, 13, kAtRight);
    }
    for (double tick : x.Ticks()) {
      const double at = f.left + x.At(tick) * f.width;
      Line({at, f.top}, {at, bottom}, kGrid, 1);
      Text(Label(tick), {at, bottom + 18}, 13, kCentred);
    }
    Line({f.left, bottom}, {f.left + f.width, bottom}, kInk, 1);
    Line({f.left, f.top}, {f.left, bottom}, kInk, 1);
    Text("scenes", {f.left + f.width, bottom + 36}, 13, kAtRight);
  }

  // Thin as it was logged, thick as a running mean. A zero stands for "not measured".
  void Curve(const std::vector<double>& samples, const std::vector<double>& logged, const Axes& axes, const Frame& f,
             const Colour& colour) {
    std::vector<double> at, values;
    for (size_t i = 0; i < logged.size(); ++i) {
      if (logged[i] == 0) continue;
      at.push_back(samples[i]);
      values.push_back(logged[i]);
    }
    cairo_save(cairo_);
    cairo_rectangle(cairo_, f.left, f.top, f.width, f.height);
    cairo_clip(cairo_);
    const auto stroke = [&](const std::vector<double>& heights, double width, double opacity) {
      for (size_t i = 0; i < at.size(); ++i)
        cairo_line_to(cairo_, f.left + axes.x.At(at[i]) * f.width, f.top + f.height - axes.y.At(heights[i]) * f.height);
      Use(colour, opacity);
      cairo_set_line_width(cairo_, width);
      cairo_stroke(cairo_);
    };
    stroke(values, 1, 0.35);
    stroke(Smoothed(values), 2.2, 1);
    cairo_restore(cairo_);
  }

  void Legend(const std::string& label, size_t index, const Frame& f, const Colour& colour) {
    const double y = f.top + 18 + 20 * static_cast<double>(index), x = f.left + f.width - 110;
    Line({x, y - 5}, {x + 22, y - 5}, colour, 3);
    Text(label, {x + 30, y}, 14, kAtLeft);
  }

  cairo_t* cairo_;
};

void PaintAll(cairo_surface_t* surface, const Table& table) {
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo(cairo_create(surface), cairo_destroy);
  Painter painter(cairo.get());
  painter.Background();
  const double wide = kWidth / 2.0, high = kHeight / 2.0;
  for (size_t i = 0; i < Panels().size(); ++i)
    painter.Paint(
        Panels()[i], table,
        {static_cast<double>(i % 2) * wide + 75, static_cast<double>(i / 2) * high + 50, wide - 115, high - 110});
  if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS)
    throw Error("chart", std::string("Cairo: ") + cairo_status_to_string(cairo_status(cairo.get())) + ".");
}

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

std::string Svg(const Table& table) {
  std::string bytes;
  const auto append = [](void* closure, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  };
  const Surface surface(cairo_svg_surface_create_for_stream(append, &bytes, kWidth, kHeight), cairo_surface_destroy);
  PaintAll(surface.get(), table);
  cairo_surface_finish(surface.get());
  return bytes;
}

Image Picture(const Table& table) {
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, kWidth, kHeight), cairo_surface_destroy);
  PaintAll(surface.get(), table);
  cairo_surface_flush(surface.get());
  const unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  Image image{kWidth, kHeight, {}};
  for (int row = 0; row < kHeight; ++row)
    for (int column = 0; column < kWidth; ++column) {
      uint32_t pixel;
      std::memcpy(&pixel, data + static_cast<std::ptrdiff_t>(row) * stride + column * 4, sizeof(pixel));
      for (int shift : {16, 8, 0}) image.rgb.push_back(static_cast<uint8_t>(pixel >> shift));
    }
  return image;
}

}  // namespace

void DrawCurves(const std::filesystem::path& run) {
  const Table table = ReadLog(run / "log.csv");
  const auto samples = table.find("samples");
  if (samples == table.end() || samples->second.size() < 2) return;
  WritePng(run / "curves.png", Picture(table), {});
  WriteFileAtomically(run / "curves.svg", Svg(table));
}

}  // namespace diptych
