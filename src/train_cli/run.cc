// The verbs `run` and `export`: a training run, and its weights as a model folder.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "train/loop.h"
#include "train_cli/ranges.h"
#include "train_cli/training_flags.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

// RUN/options.toml. Different options that stood there are kept in a file named after the step until which they were in
// use, unless no step used them.
void RecordOptions(const std::filesystem::path& run, const std::string& options, int64_t step) {
  const std::filesystem::path file = run / "options.toml";
  const std::string former = std::filesystem::exists(file) ? base::ReadFile(file) : options;
  if (former != options) {
    char name[64];
    std::snprintf(name, sizeof(name), "options-until-%09lld.toml", static_cast<long long>(step));
    base::AtomicFile kept(run / name);
    kept.Write(former);
    kept.CommitAsNew();
  }
  base::WriteFileAtomically(file, options);
}

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
    train::TrainingEvents all = events;
    all.on_begun = [this](int64_t step) { RecordOptions(options_.run, TrainingConfig(command()), step); };
    train::Train(options_, all);
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
    command().add_option("folder", folder_, "the model folder to be written, new or empty")->required();
    command().add_flag("--replace", replace_, "write into a folder that holds something, over a model that is there");
  }

  void Run(const train::TrainingEvents&) override {
    ApplyConfig(command());
    if (!replace_) RequireEmpty(folder_);
    train::ExportEma(options_, folder_);
  }

 private:
  static void RequireEmpty(const std::filesystem::path& folder) {
    std::error_code failed;  // an unreadable folder is reported when it is written to
    const bool exists = std::filesystem::symlink_status(folder, failed).type() != std::filesystem::file_type::not_found;
    if (!exists || (std::filesystem::is_directory(folder, failed) && std::filesystem::is_empty(folder, failed))) return;
    throw base::Error("export", folder.string() + " exists already.",
                      "name a folder that does not exist, or give --replace.");
  }

  train::TrainingOptions options_;
  std::filesystem::path folder_;
  bool replace_ = false;
};

}  // namespace

std::unique_ptr<Verb> MakeRun(CLI::App& app) { return std::make_unique<RunVerb>(app); }
std::unique_ptr<Verb> MakeExport(CLI::App& app) { return std::make_unique<ExportVerb>(app); }

}  // namespace diptych::train_cli
