// Shows how far the work is: a rewritten line and a forming picture on a terminal, plain lines when piped, events with
// --json, nothing with --quiet. A terminal's width is read before each drawing, so that one that is resized stays
// clean.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/flags.h"
#include "cli/terminal.h"
#include "cli/word_wrap.h"
#include "engine/generate.h"

namespace diptych::cli {

class Progress {
 public:
  explicit Progress(const Flags& flags);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Begins a stage by its name: "loading the model", "checking".
  void Start(std::string_view stage);
  // How much of the stage is done, from 0 to 1.
  void Share(double done);
  // Ends the stage; a rewritten line is wiped.
  void Finish();
  // A warning on its own line of stderr, or an event.
  void Warn(std::string_view message);
  // What the engine tells; the listener must not outlive this object. `steps`: of the pictures that are drawn.
  engine::Listener MakeListener(int steps = 0);

  // Whether the narrative already went to stdout word by word, as it does when stdout is a terminal.
  bool streamed() const { return streamed_; }

 private:
  enum class Mode { kTerminal, kPlain, kJson, kQuiet };
  using Clock = std::chrono::steady_clock;

  void OnText(engine::Stage stage, std::string_view text);
  void OnStep(int step, int steps, const base::Image& preview);
  void EnterStage(engine::Stage stage);
  void ShowTokens();
  void ShowStep(int step, int steps, const base::Image& preview);
  void StepLine(int step, int steps);
  void ShareLine(double done);
  void ShowLine(const std::string& line);
  void Stream(std::string_view text);
  void ReadWidths();
  void WipeLine();
  void WipeBlock();
  double elapsed() const;
  bool is_time_to_draw();

  Mode mode_ = Mode::kPlain;
  Terminal errors_, results_;
  bool with_preview_ = false;
  std::string stage_;  // empty between stages
  Clock::time_point started_, drawn_;
  int tokens_ = 0;
  int quarters_ = 0;                           // of the stage that were reported
  int preview_lines_ = 0, preview_cells_ = 0;  // of the preview above the cursor
  int line_cells_ = 0;                         // of the line that is rewritten; 0: none is shown
  WordWrap wrap_;                              // of the streamed narrative
  bool streamed_ = false;
  bool mid_line_ = false;  // the streamed narrative waits for its line end
};

// A text for stdout, wrapped between words where that is a terminal.
std::string FitToResults(const std::string& text);

}  // namespace diptych::cli
