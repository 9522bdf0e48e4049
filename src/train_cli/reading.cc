// The verb `reading`: how much of people's prompts a model's plans keep.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/error.h"
#include "base/files.h"
#include "base/threads.h"
#include "eval/reading_study.h"
#include "train_cli/ranges.h"
#include "train_cli/shipped.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

namespace fs = std::filesystem;

class ReadingVerb : public Verb {
 public:
  explicit ReadingVerb(CLI::App& app)
      : Verb(*app.add_subcommand("reading", "how many facts of people's prompts a model's plans keep; no pictures")) {
    command().add_option("model", model_, "a model folder")->required()->check(CLI::ExistingDirectory);
    command()
        .add_option("folder", folder_, "where the figures go, and what was lost of prompts that may be seen")
        ->required();
    CLI::Option* half =
        command()
            .add_option("--half", half_, "of the blind prompts: seen, unseen (figures alone are written) or both")
            ->capture_default_str()
            ->check(CLI::IsMember({"seen", "unseen", "both"}));
    command()
        .add_option("--prompts", prompts_, "other prompts with their facts, as those of eval")
        ->check(CLI::ExistingFile)
        ->excludes(half);
    command()
        .add_option("--first", first_, "so many prompts of each file; 0: all")
        ->capture_default_str()
        ->check(FromTo(0, kMany));
    command()
        .add_option("--seed", task_.seed, "of the first prompt's first plan")
        ->capture_default_str()
        ->check(Seed());
    command().add_option("--seeds", task_.seeds, "plans of each prompt")->capture_default_str()->check(FromTo(1, 1000));
    command().add_option("--threads", threads_, "0: all available")->capture_default_str()->check(FromTo(0, 1024));
    AddWordsFlag(command(), words_);
  }

  void Run(const train::TrainingEvents& events) override {
    RequireWords(words_);
    base::UseThreads(threads_);
    const engine::Model model = engine::Model::Load(model_);
    const auto data = coherence::CheckData::Load(model_);
    if (!data.vocabulary)
      throw base::Error("reading", model_.string() + " has no vocabulary.txt.",
                        "what the model knows stands there; diptych-train lexicon writes it.");
    fs::create_directories(folder_);
    const eval::Planner planner = eval::PlannerOf(model, data, events.stop);
    for (const auto& [name, file] : Files()) Measure(name, file, planner, *data.vocabulary);
  }

 private:
  struct PromptFile {
    std::string name;
    fs::path file;
  };
  std::vector<PromptFile> Files() const {
    if (!prompts_.empty()) return {{"own", prompts_}};
    std::vector<PromptFile> files;
    for (const char* half : {kSeen, kUnseen})
      if (half_ == half || half_ == "both")
        files.push_back({half, Shipped(kBlindPrompts) / (std::string(half) + ".jsonl")});
    return files;
  }

  void Measure(const std::string& name, const fs::path& file, const eval::Planner& planner,
               const plan::Vocabulary& vocabulary) {
    task_.prompts = eval::ReadBenchmarkPrompts(file, world::HeldOut::Load(words_ / "held_out.txt"));
    if (first_ > 0 && first_ < task_.prompts.size()) task_.prompts.resize(first_);
    task_.on_progress = [&name](size_t done, size_t all) {
      if (done % 50 == 0 || done == all) std::fprintf(stderr, "%s: %zu of %zu prompts\n", name.c_str(), done, all);
    };
    const auto readings = eval::MeasureReading(task_, planner, vocabulary);
    const auto rows = eval::ReadingRows(readings);
    const std::string table = "# Reading: " + model_.lexically_normal().filename().string() + ", " + name +
                              " prompts\n\nFacts that the plans keep, in percent; in brackets: 95 of 100 bootstrap "
                              "resamples of the prompts lie between.\n\n" +
                              eval::TableOf(rows);
    base::WriteFileAtomically(folder_ / (name + ".md"), table);
    base::WriteFileAtomically(folder_ / (name + ".json"), eval::JsonOf(rows));
    if (name != kUnseen) base::WriteFileAtomically(folder_ / (name + "-losses.md"), eval::LossesOf(readings));
    std::puts(table.c_str());
  }

  static constexpr const char *kSeen = "seen", *kUnseen = "unseen";
  fs::path model_, folder_, prompts_, words_;
  std::string half_ = "both";
  eval::ReadingTask task_;
  size_t first_ = 0;
  int threads_ = 0;
};

}  // namespace

std::unique_ptr<Verb> MakeReading(CLI::App& app) { return std::make_unique<ReadingVerb>(app); }

}  // namespace diptych::train_cli
