#include "cli/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/events.h"
#include "cli/interrupt.h"
#include "cli/preview.h"
#include "text/printable.h"

namespace diptych::cli {
namespace {

constexpr int kPreviewColumns = 32;
constexpr int kBarCells = 24;
constexpr std::chrono::milliseconds kRedrawAfter{40};

std::string_view NameOfStage(engine::Stage stage) {
  switch (stage) {
    case engine::Stage::kPrompt:
      return "reading the prompt";
    case engine::Stage::kPlan:
      return "plan";
    case engine::Stage::kPicture:
      return "picture";
    case engine::Stage::kNarrative:
      return "narrative";
  }
  return "";
}

void Print(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

std::string Number(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

}  // namespace

Progress::Progress(const Flags& flags) : errors_(DescribeTerminal(stderr)), results_(DescribeTerminal(stdout)) {
  mode_ = flags.json ? Mode::kJson : flags.quiet ? Mode::kQuiet : errors_.is_terminal ? Mode::kTerminal : Mode::kPlain;
  with_preview_ = mode_ == Mode::kTerminal && flags.preview;
}

Progress::~Progress() { Finish(); }

double Progress::elapsed() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

bool Progress::is_time_to_draw() {
  const Clock::time_point now = Clock::now();
  if (now - drawn_ < kRedrawAfter) return false;
  drawn_ = now;
  return true;
}

void Progress::ReadWidths() {
  if (errors_.is_terminal) errors_.columns = ColumnsOf(stderr);
  if (results_.is_terminal) results_.columns = ColumnsOf(stdout);
}

void Progress::WipeLine() {
  ReadWidths();
  if (line_cells_ > 0) Print(stderr, WipeRows(RowsOf(line_cells_, errors_.columns)));
  line_cells_ = 0;
  if (mid_line_) PrintResult(wrap_.Finish(results_.columns) + "\n");
  wrap_ = {};
  mid_line_ = false;
}

// Line and preview; where the terminal became narrower, their lines take several rows each.
void Progress::WipeBlock() {
  ReadWidths();
  const int rows = RowsOf(line_cells_, errors_.columns) + preview_lines_ * RowsOf(preview_cells_, errors_.columns);
  if (line_cells_ > 0 || preview_lines_ > 0) Print(stderr, WipeRows(rows));
  line_cells_ = preview_lines_ = 0;
}

// Cut to one row, whose last cell stays free: a cursor behind it would begin a new row.
void Progress::ShowLine(const std::string& line) {
  const std::string cut = line.substr(0, static_cast<size_t>(std::max(1, errors_.columns - 1)));
  Print(stderr, cut);
  line_cells_ = text::CellsOf(cut);
}

void Progress::Start(std::string_view stage) {
  Finish();
  stage_ = stage;
  started_ = Clock::now();
  drawn_ = {};
  tokens_ = quarters_ = 0;
  if (mode_ == Mode::kJson) PrintEvent("stage", {{"stage", stage}});
  if (mode_ == Mode::kPlain) Print(stderr, stage_ + "...\n");
  if (mode_ == Mode::kTerminal) ShowLine(stage_ + "...");
}

void Progress::Share(double done) {
  const int quarter = static_cast<int>(done * 4);
  if (mode_ == Mode::kTerminal) {
    if (done >= 1 || is_time_to_draw()) ShareLine(done);
  } else if (quarter > quarters_) {
    quarters_ = quarter;
    if (mode_ == Mode::kJson) PrintEvent("share", {{"stage", stage_}, {"done", std::round(done * 100) / 100}});
    if (mode_ == Mode::kPlain)
      Print(stderr, stage_ + ": " + Number(100 * done, 0) + " %, " + Number(elapsed(), 1) + " s\n");
  }
}

void Progress::ShareLine(double done) {
  const double seconds = elapsed();
  const auto cells = static_cast<size_t>(std::clamp(kBarCells * done, 0.0, double{kBarCells}));
  std::string line = stage_ + " [" + std::string(cells, '#') + std::string(kBarCells - cells, '-') + "] " +
                     Number(100 * done, 0) + " %  " + Number(seconds, 1) + " s";
  if (done > 0) line += "  ETA " + Number(seconds / done * (1 - done), 1) + " s";
  WipeLine();
  ShowLine(line);
}

void Progress::Finish() {
  WipeLine();
  stage_.clear();
  preview_lines_ = 0;
}

void Progress::Warn(std::string_view message) {
  WipeLine();
  if (mode_ == Mode::kJson)
    PrintEvent("warning", {{"message", message}});
  else
    PrintMessage("Warning: " + std::string(message));
}

engine::Listener Progress::MakeListener(int steps) {
  return {.on_text = [this](engine::Stage stage, std::string_view text) { OnText(stage, text); },
          .on_step = [this](int step, int of, const base::Image& preview) { OnStep(step, of, preview); },
          .cancelled = Interrupted,
          .on_stage =
              [this, steps](engine::Stage stage) {
                EnterStage(stage);
                if (stage == engine::Stage::kPicture && mode_ == Mode::kTerminal) StepLine(0, steps);
              }};
}

void Progress::EnterStage(engine::Stage stage) {
  if (stage_ != NameOfStage(stage)) Start(NameOfStage(stage));
}

void Progress::OnText(engine::Stage stage, std::string_view text) {
  EnterStage(stage);
  ++tokens_;
  if (mode_ == Mode::kJson) {
    PrintEvent("text", {{"stage", stage_}, {"text", text}});
  } else if (stage == engine::Stage::kNarrative && results_.is_terminal && mode_ != Mode::kQuiet) {
    Stream(text);
  } else if (mode_ == Mode::kTerminal && is_time_to_draw()) {
    ShowTokens();
  }
}

void Progress::Stream(std::string_view text) {
  if (!mid_line_) WipeLine();
  streamed_ = mid_line_ = true;
  ReadWidths();
  PrintResult(wrap_.Add(text::Printable(text), results_.columns));
}

void Progress::ShowTokens() {
  const double seconds = elapsed();
  std::string line = stage_ + "  " + std::to_string(tokens_) + " tokens";
  if (seconds > 0.1) line += "  " + Number(tokens_ / seconds, 0) + " token/s";
  WipeLine();
  ShowLine(line + "  " + Number(seconds, 1) + " s");
}

void Progress::OnStep(int step, int steps, const base::Image& preview) {
  EnterStage(engine::Stage::kPicture);
  if (mode_ == Mode::kJson) {
    PrintEvent("step", {{"step", step}, {"steps", steps}});
  } else if (mode_ == Mode::kTerminal) {
    if (step == steps || is_time_to_draw()) ShowStep(step, steps, preview);
  } else if (mode_ == Mode::kPlain && (step == steps || step % std::max(1, steps / 4) == 0)) {
    Print(stderr, "picture: step " + std::to_string(step) + " of " + std::to_string(steps) + ", " +
                      Number(elapsed(), 1) + " s\n");
  }
}

void Progress::ShowStep(int step, int steps, const base::Image& preview) {
  WipeBlock();
  if (with_preview_) {
    const Preview drawn = DrawPreview(preview, errors_.colours, std::min(kPreviewColumns, errors_.columns - 1));
    Print(stderr, drawn.text);
    preview_lines_ = drawn.lines;
    preview_cells_ = drawn.columns;
  }
  StepLine(step, steps);
}

void Progress::StepLine(int step, int steps) {
  const double seconds = elapsed();
  const int cells = steps > 0 ? kBarCells * step / steps : 0;
  std::string line = "picture [" + std::string(static_cast<size_t>(cells), '#') +
                     std::string(static_cast<size_t>(kBarCells - cells), '-') + "] " + std::to_string(step) + "/" +
                     std::to_string(steps);
  if (seconds > 0 && step > 0) {
    line += "  " + Number(step / seconds, 1) + " it/s  " + Number(seconds, 1) + " s  ETA " +
            Number(seconds / step * (steps - step), 1) + " s";
  }
  WipeLine();
  ShowLine(line);
}

std::string FitToResults(const std::string& text) {
  const Terminal terminal = DescribeTerminal(stdout);
  return terminal.is_terminal ? WrapWords(text::Printable(text), terminal.columns) : text;
}

}  // namespace diptych::cli
