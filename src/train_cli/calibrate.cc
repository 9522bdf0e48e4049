// The verb `calibrate`: measures how far a model's check can be believed, and writes it into the model's folder.
#include "eval/calibrate.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/files.h"
#include "base/picture_file.h"
#include "base/threads.h"
#include "coherence/check_data.h"
#include "judge/judge.h"
#include "train_cli/ranges.h"
#include "train_cli/shipped.h"
#include "train_cli/verb.h"
#include "world/held_out.h"
#include "world/repertoire.h"

namespace diptych::train_cli {
namespace {

namespace fs = std::filesystem;

class CalibrateVerb : public Verb {
 public:
  explicit CalibrateVerb(CLI::App& app)
      : Verb(*app.add_subcommand("calibrate", "measure how far a model's check can be believed")) {
    command().add_option("model", model_, "its folder, which gets calibration.json")->required();
    command().add_option("--judge", judge_, "the judge of the pictures that the model draws")->capture_default_str();
    AddWordsFlag(command(), words_);
    command()
        .add_option("--exact", options_.exact, "pictures as the world draws them")
        ->capture_default_str()
        ->check(FromTo(1, kMany));
    command()
        .add_option("--drawn", options_.drawn, "pictures as the model draws them; 0: no judge is needed")
        ->capture_default_str()
        ->check(FromTo(0, kMany));
    command()
        .add_option("--foreign", foreign_, "a folder of pictures that are none of the world's (tools/foreign_pictures)")
        ->check(CLI::ExistingDirectory);
    command()
        .add_option("--seed", options_.seed, "of scenes, claims and pictures")
        ->capture_default_str()
        ->check(Seed());
    command().add_option("--threads", threads_, "0: all cores")->capture_default_str()->check(FromTo(0, 1024));
    command().add_flag("--dry-run", dry_run_, "print the table and write nothing");
  }

  void Run(const train::TrainingEvents& events) override {
    RequireWords(words_);
    base::UseThreads(threads_);
    const engine::Model model = engine::Model::Load(model_);
    const auto data = coherence::CheckData::Load(model_);
    const world::Repertoire known = world::KnownBy(data.vocabulary);
    options_.known = &known;
    eval::SceneReader reader;
    std::optional<judge::Judge> judge;
    if (options_.drawn > 0) {
      judge.emplace(judge::Judge::Load(judge_));
      judge->RequireKinds(known);
      reader = [&judge](std::span<const base::Image> pictures) { return judge->Read(pictures); };
    }
    if (!foreign_.empty()) ReadForeign();
    options_.cancelled = events.stop;
    options_.on_progress = [](int done, int all) {
      if (done % 50 == 0) std::fprintf(stderr, "%d of %d pictures\n", done, all);
    };
    const eval::CalibrationMeasurement measurement =
        eval::MeasureCalibration(model, world::HeldOut::Load(words_ / "held_out.txt"), reader, options_);
    if (!dry_run_) base::WriteFileAtomically(model_ / "calibration.json", measurement.calibration.Json());
    std::puts(eval::TableOf(measurement).c_str());
  }

 private:
  void ReadForeign() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(foreign_))
      if (base::FormatOfName(entry.path())) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) options_.foreign.push_back(base::ReadPicture(file).picture);
  }

  fs::path foreign_, model_, judge_ = Shipped(kJudge), words_;
  eval::CalibrationOptions options_;
  int threads_ = 0;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeCalibrate(CLI::App& app) { return std::make_unique<CalibrateVerb>(app); }

}  // namespace diptych::train_cli
