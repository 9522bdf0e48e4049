// The verb `judge`: trains the benchmark's judge, or measures its error.
#include "judge/judge.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "eval/judge_error.h"
#include "judge/training.h"
#include "train_cli/ranges.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

struct Measurement {
  int pictures = 0;  // 0: train
  uint64_t seed = 1000;
  bool json = false;
};

class JudgeVerb : public Verb {
 public:
  explicit JudgeVerb(CLI::App& app)
      : Verb(*app.add_subcommand("judge", "train the benchmark's judge, or measure its error")) {
    command().add_option("file", training_.file, "the judge's weights")->required();
    AddMeasurementFlags();
    AddTrainingFlags();
  }

  void Run(const train::TrainingEvents& events) override {
    training_.pictures.repertoire = Shown();
    if (measurement_.pictures > 0)
      PrintError();
    else
      judge::TrainJudge(training_, events);
  }

 private:
  world::Repertoire Shown() const {
    const world::Repertoire kinds = kinds_.empty() ? world::Repertoire::Everything() : world::Repertoire::Load(kinds_);
    return kinds.By(drawings_ == world::NameOf(world::Hands::kExaminers) ? world::Hands::kExaminers
                                                                         : world::Hands::kWorld);
  }

  void AddMeasurementFlags() {
    Measurement& m = measurement_;
    command()
        .add_option("--measure", m.pictures, "do not train: print its error on so many pictures, for each kind of fact")
        ->check(FromTo(1, kMany));
    command().add_option("--measure-seed", m.seed, "of those pictures")->capture_default_str()->check(Seed());
    command().add_flag("--json", m.json, "print the error as JSON");
  }

  void AddTrainingFlags() {
    judge::JudgeTraining& o = training_;
    command()
        .add_option("--minutes", o.minutes, "train so long in all, those before a resume included")
        ->check(FromTo(0, kMany));
    command().add_option("--steps", o.steps, "or so many steps")->check(FromTo(1, kMany));
    command().add_option("--run", o.run, "folder of the checkpoint to resume from")->capture_default_str();
    const auto add = [&](const char* name, int& value, const char* help) {
      command().add_option(name, value, help)->capture_default_str()->check(FromTo(1, 1024));
    };
    command()
        .add_option("--kinds", kinds_, "a file with the kinds that the pictures show, one a line (default: all)")
        ->check(CLI::ExistingFile);
    command()
        .add_option("--drawings", drawings_,
                    "whose drawings they are: world, as models learn them; examiners, of artists whom no model learns "
                    "from")
        ->capture_default_str()
        ->check(CLI::IsMember({world::NameOf(world::Hands::kWorld), world::NameOf(world::Hands::kExaminers)}));
    add("--scenes", o.pictures.scenes, "scenes a step");
    add("--copies", o.pictures.copies, "of each scene's picture, each with artefacts of its own");
    command()
        .add_option("--seed", o.pictures.seed, "of the pictures and fresh weights")
        ->capture_default_str()
        ->check(Seed());
    command().add_option("--width", o.width, "of the network's layers")->capture_default_str()->check(FromTo(1, 256));
    command()
        .add_option("--blocks", o.blocks, "residual blocks at each resolution; more see farther")
        ->capture_default_str()
        ->check(FromTo(1, 64));
    command()
        .add_option("--muon-rate", o.muon_learning_rate, "learning rate of Muon")
        ->capture_default_str()
        ->check(FromTo(0, 10));
    command()
        .add_option("--adam-rate", o.adam_learning_rate, "learning rate of AdamW")
        ->capture_default_str()
        ->check(FromTo(0, 10));
    command().add_option("--threads", o.threads, "0: all cores")->capture_default_str()->check(FromTo(0, 1024));
    add("--loader-threads", o.loader_threads, "that make pictures beside training");
  }

  void PrintError() const {
    const judge::Judge judge = judge::Judge::Load(training_.file);
    const eval::JudgeError error =
        eval::MeasureJudge([&](std::span<const base::Image> pictures) { return judge.Read(pictures); },
                           measurement_.pictures, measurement_.seed, training_.pictures.repertoire);
    std::puts((measurement_.json ? eval::JsonOf(error) : eval::TableOf(error)).c_str());
  }

  judge::JudgeTraining training_;
  std::filesystem::path kinds_;
  std::string drawings_ = world::NameOf(world::Hands::kWorld);
  Measurement measurement_;
};

}  // namespace

std::unique_ptr<Verb> MakeJudge(CLI::App& app) { return std::make_unique<JudgeVerb>(app); }

}  // namespace diptych::train_cli
