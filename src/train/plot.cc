#include "train/plot.h"

#include <cairo-svg.h>
#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <numbers>

#include "base/error.h"
#include "base/files.h"
#include "base/png.h"
#include "base/round_up.h"

namespace diptych::train {
namespace {

constexpr int kWidth = 1400, kPanelHeight = 480, kColumns = 2;  // in pixels

struct Colour {
  double red, green, blue;
};
// Okabe and Ito's colours, told apart by the colour-blind too.
constexpr Colour kColours[] = {{0.00, 0.45, 0.70}, {0.90, 0.62, 0.00}, {0.00, 0.62, 0.45}, {0.80, 0.47, 0.65},
                               {0.84, 0.37, 0.00}, {0.34, 0.71, 0.91}, {0.30, 0.30, 0.30}, {0.86, 0.80, 0.10}};
constexpr Colour kInk{0.15, 0.15, 0.15}, kGrid{0.87, 0.87, 0.87};

// Steps for the ticks of an axis: 1, 2 and 5 times powers of ten.
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

// An axis: maps numbers to [0, 1], and has the ticks.
struct Axis {
  double from = 0, to = 1;
  bool logarithmic = false;
  double step = 0;  // between ticks; 0: chosen from the range

  double At(double value) const {
    if (!logarithmic) return (value - from) / (to - from);
    return std::log(std::max(value, from) / from) / std::log(to / from);
  }
  std::vector<double> Ticks() const {
    std::vector<double> ticks;
    if (!logarithmic) {
      const double apart = step > 0 ? step : NiceStep(to - from, 6);
      for (double tick = std::ceil(from / apart) * apart; tick <= to + apart * 1e-6; tick += apart)
        ticks.push_back(tick);
      return ticks;
    }
    for (double power = std::pow(10, std::floor(std::log10(from))); power <= to; power *= 10)
      for (double factor : {1.0, 2.0, 5.0})
        if (factor * power >= from * 0.999 && factor * power <= to * 1.001) ticks.push_back(factor * power);
    return ticks;
  }
};

Axis ValueAxis(const PlotPanel& panel) {
  if (panel.to > panel.from) return {panel.from, panel.to, panel.logarithmic};
  double low = 1e300, high = 0;
  for (const Curve& curve : panel.curves) {
    for (double value : curve.y) {
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

  // The legend stands beside the curves.
  void Paint(const PlotPanel& panel, Frame frame) {
    const double legend = panel.curves.size() > 1 ? WidthOfLegend(panel) : 0;
    const double legend_at = frame.left + frame.width - legend;
    if (legend > 0) frame.width -= legend + 12;
    const Axes axes{{panel.x_from, panel.x_to, false, panel.x_step}, ValueAxis(panel), frame};
    Text(panel.title, {frame.left, frame.top - 12}, 18, kAtLeft);
    Grid(axes, panel.x_label);
    for (size_t i = 0; i < panel.curves.size(); ++i) {
      const Colour& colour = kColours[i % std::size(kColours)];
      cairo_save(cairo_);
      cairo_rectangle(cairo_, frame.left - 4, frame.top - 4, frame.width + 8, frame.height + 8);
      cairo_clip(cairo_);
      panel.noisy ? Noisy(panel.curves[i], axes, colour) : Marked(panel.curves[i], axes, colour);
      cairo_restore(cairo_);
    }
    if (legend > 0) Legend(panel, legend_at, frame.top);
  }

 private:
  enum Alignment { kAtLeft, kCentred, kAtRight };
  struct Point {
    double x, y;
  };
  struct Axes {
    Axis x, y;
    Frame frame;
    Point At(double horizontal, double vertical) const {
      return {frame.left + x.At(horizontal) * frame.width, frame.top + frame.height * (1 - y.At(vertical))};
    }
  };

  void Use(const Colour& colour, double opacity = 1) {
    cairo_set_source_rgba(cairo_, colour.red, colour.green, colour.blue, opacity);
  }

  double WidthOf(const std::string& text, double size) {
    cairo_select_font_face(cairo_, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo_, size);
    cairo_text_extents_t extents;
    cairo_text_extents(cairo_, text.c_str(), &extents);
    return extents.width;
  }

  void Text(const std::string& text, const Point& at, double size, Alignment alignment) {
    const double width = WidthOf(text, size);
    const double shift = alignment == kAtLeft ? 0 : alignment == kCentred ? width / 2 : width;
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

  void Grid(const Axes& axes, const std::string& x_label) {
    const Frame& f = axes.frame;
    const double bottom = f.top + f.height;
    for (double tick : axes.y.Ticks()) {
      const double at = bottom - axes.y.At(tick) * f.height;
      Line({f.left, at}, {f.left + f.width, at}, kGrid, 1);
      Text(Label(tick), {f.left - 8, at + 5}, 13, kAtRight);
    }
    for (double tick : axes.x.Ticks()) {
      const double at = f.left + axes.x.At(tick) * f.width;
      Line({at, f.top}, {at, bottom}, kGrid, 1);
      Text(Label(tick), {at, bottom + 18}, 13, kCentred);
    }
    Line({f.left, bottom}, {f.left + f.width, bottom}, kInk, 1);
    Line({f.left, f.top}, {f.left, bottom}, kInk, 1);
    Text(x_label, {f.left + f.width, bottom + 36}, 13, kAtRight);
  }

  void Stroke(const std::vector<double>& x, const std::vector<double>& y, const Axes& axes, double width) {
    for (size_t i = 0; i < x.size(); ++i) {
      const Point at = axes.At(x[i], y[i]);
      cairo_line_to(cairo_, at.x, at.y);
    }
    cairo_set_line_width(cairo_, width);
    cairo_stroke(cairo_);
  }

  // Thin as it was measured, thick as a running mean.
  void Noisy(const Curve& curve, const Axes& axes, const Colour& colour) {
    Use(colour, 0.35);
    Stroke(curve.x, curve.y, axes, 1);
    Use(colour);
    Stroke(curve.x, Smoothed(curve.y), axes, 2.2);
  }

  // Points joined by a line, each with its interval.
  void Marked(const Curve& curve, const Axes& axes, const Colour& colour) {
    Use(colour, 0.5);
    for (size_t i = 0; i < curve.low.size(); ++i)
      Stroke({curve.x[i], curve.x[i]}, {curve.low[i], curve.high[i]}, axes, 3);
    Use(colour);
    Stroke(curve.x, curve.y, axes, 2.2);
    for (size_t i = 0; i < curve.x.size(); ++i) {
      const Point at = axes.At(curve.x[i], curve.y[i]);
      cairo_arc(cairo_, at.x, at.y, 4, 0, 2 * std::numbers::pi);
      cairo_fill(cairo_);
    }
  }

  double WidthOfLegend(const PlotPanel& panel) {
    double widest = 0;
    for (const Curve& curve : panel.curves) widest = std::max(widest, WidthOf(curve.label, 14));
    return widest + 40;
  }

  // With its left edge at x.
  void Legend(const PlotPanel& panel, double x, double top) {
    for (size_t i = 0; i < panel.curves.size(); ++i) {
      const double y = top + 18 + 20 * static_cast<double>(i);
      Line({x, y - 5}, {x + 22, y - 5}, kColours[i % std::size(kColours)], 3);
      Text(panel.curves[i].label, {x + 30, y}, 14, kAtLeft);
    }
  }

  cairo_t* cairo_;
};

int HeightOf(const std::vector<PlotPanel>& panels) {
  return kPanelHeight * static_cast<int>(base::CeilDiv(panels.size(), kColumns));
}

void PaintAll(cairo_surface_t* surface, const std::vector<PlotPanel>& panels) {
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo(cairo_create(surface), cairo_destroy);
  Painter painter(cairo.get());
  painter.Background();
  const double wide = kWidth / static_cast<double>(kColumns);
  for (size_t i = 0; i < panels.size(); ++i)
    painter.Paint(panels[i], {static_cast<double>(i % kColumns) * wide + 75,
                              static_cast<double>(i / kColumns) * kPanelHeight + 50, wide - 115, kPanelHeight - 110});
  if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS)
    throw base::Error("chart", std::string("Cairo: ") + cairo_status_to_string(cairo_status(cairo.get())) + ".");
}

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;

std::string Svg(const std::vector<PlotPanel>& panels) {
  std::string bytes;
  const auto append = [](void* closure, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  };
  const Surface surface(cairo_svg_surface_create_for_stream(append, &bytes, kWidth, HeightOf(panels)),
                        cairo_surface_destroy);
  PaintAll(surface.get(), panels);
  cairo_surface_finish(surface.get());
  return bytes;
}

base::Image Picture(const std::vector<PlotPanel>& panels) {
  const int height = HeightOf(panels);
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, kWidth, height), cairo_surface_destroy);
  PaintAll(surface.get(), panels);
  cairo_surface_flush(surface.get());
  const unsigned char* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  base::Image image{kWidth, height, {}};
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < kWidth; ++column) {
      uint32_t pixel;
      std::memcpy(&pixel, data + static_cast<std::ptrdiff_t>(row) * stride + column * 4, sizeof(pixel));
      for (int shift : {16, 8, 0}) image.rgb.push_back(static_cast<uint8_t>(pixel >> shift));
    }
  return image;
}

}  // namespace

void WritePlot(const std::vector<PlotPanel>& panels, const std::filesystem::path& name) {
  base::WritePng(name.string() + ".png", Picture(panels), {});
  base::WriteFileAtomically(name.string() + ".svg", Svg(panels));
}

}  // namespace diptych::train
