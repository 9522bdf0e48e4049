// The verb `repairs`: what the repair of answers is worth.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

#include "base/threads.h"
#include "coherence/check_data.h"
#include "eval/repair_study.h"
#include "eval/text_reader.h"
#include "train_cli/judge_observer.h"
#include "train_cli/ranges.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

class RepairsVerb : public Verb {
 public:
  explicit RepairsVerb(CLI::App& app)
      : Verb(*app.add_subcommand("repairs", "what the repair of answers to the benchmark's prompts is worth")) {
    command().add_option("model", model_, "a model folder")->required()->check(CLI::ExistingDirectory);
    command().add_option("--judge", judge_, "the judge's weights")->capture_default_str();
    command().add_option("--words", words_, "the world's words")->capture_default_str();
    command().add_option("--prompts-per-rung", choice_.per_rung)->capture_default_str()->check(FromTo(1, 10000));
    command()
        .add_option("--least-accuracy", least_accuracy_,
                    "of the judge, of kinds of fact that are counted: its errors are the same before and after")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0));
    command()
        .add_option("--measured-scenes", measured_scenes_, "on which the judge's own errors are measured")
        ->capture_default_str()
        ->check(FromTo(1, 100000));
    command().add_option("--seed", options_.seed)->capture_default_str()->check(Seed());
    command().add_option("--threads", threads_, "0: all cores")->capture_default_str()->check(FromTo(0, 1024));
  }

  void Run(const train::TrainingEvents& events) override {
    base::UseThreads(threads_);
    const engine::Model model = engine::Model::Load(model_);
    const auto data = coherence::CheckData::Load(model_);
    const world::Words words = world::Words::Load(words_);
    const world::HeldOut held_out = world::HeldOut::Load(words_ / "held_out.txt");
    const world::NarrativeReader narratives(words);
    const JudgeObserver judge(judge_);
    eval::Readers readers{.picture = &judge, .narrative = eval::TextReaderOf(narratives), .left_out = {}};
    const world::Repertoire known = world::KnownBy(data.vocabulary);
    choice_.known = &known;
    for (eval::ReaderQuality& one : QualityOf(judge.Measure(measured_scenes_, known)))
      readers.left_out.merge(eval::TopicsBelow(least_accuracy_, one.by_topic));
    options_.cancelled = events.stop;
    options_.on_progress = [](size_t done, size_t all) {
      if (done % 20 == 0) std::fprintf(stderr, "%zu of %zu answers\n", done, all);
    };
    const auto prompts = eval::MakeBenchmarkPrompts(words, held_out, choice_);
    std::puts(eval::TableOf(eval::MeasureRepair(model, data, prompts, readers, options_)).c_str());
  }

 private:
  std::filesystem::path model_, judge_ = "models/judge/judge.safetensors", words_ = "src/world/words";
  eval::PromptChoice choice_{.per_rung = 25};
  eval::RepairStudyOptions options_;
  double least_accuracy_ = 0.8;
  int threads_ = 0, measured_scenes_ = 500;
};

}  // namespace

std::unique_ptr<Verb> MakeRepairs(CLI::App& app) { return std::make_unique<RepairsVerb>(app); }

}  // namespace diptych::train_cli
