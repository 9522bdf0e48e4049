// The verbs `run` and `export`: a training run, and its weights as a model folder.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "train/loop.h"
#include "train_cli/ranges.h"
#include "train_cli/training_flags.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

class RunVerb : public Verb {
 public:
  explicit RunVerb(CLI::App& app) : Verb(*app.add_subcommand("run", "train, or resume the run")) {
    AddTrainingFlags(command(), options_);
    command().add_flag("--dry-run", dry_run_, "say what a run needs, without starting it");
  }

  void Run(const train::TrainingEvents& events) override {
    ApplyConfig(command());
    RequireWords(options_.words);
    if (dry_run_) {
      std::puts(train::DryRun(options_).c_str());
      return;
    }
    std::filesystem::create_directories(options_.run);
    base::WriteFileAtomically(options_.run / "options.toml", TrainingConfig(command()));
    train::Train(options_, events);
  }

 private:
  train::TrainingOptions options_;
  bool dry_run_ = false;
};

class ExportVerb : public Verb {
 public:
  explicit ExportVerb(CLI::App& app)
      : Verb(*app.add_subcommand("export", "write a run's averaged weights as a model folder")) {
    AddTrainingFlags(command(), options_);
    command().add_option("folder", folder_, "the model folder to be written")->required();
  }

  void Run(const train::TrainingEvents&) override {
    ApplyConfig(command());
    train::ExportEma(options_, folder_);
  }

 private:
  train::TrainingOptions options_;
  std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<Verb> MakeRun(CLI::App& app) { return std::make_unique<RunVerb>(app); }
std::unique_ptr<Verb> MakeExport(CLI::App& app) { return std::make_unique<ExportVerb>(app); }

}  // namespace diptych::train_cli
