// The verb `eval`: how far a model follows prompts.
#include <CLI/CLI.hpp>

#include "train_cli/evaluate.h"
#include "train_cli/ranges.h"
#include "train_cli/shipped.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

// Accepts what the table of options accepts as a value of this one.
CLI::Validator ValueOf(std::string_view name) {
  const model::GenerationOption* option = model::FindOption(name);
  return CLI::Validator(
      [option](const std::string& text) {
        return model::ParseOption(*option, text) ? "" : "\"" + text + "\" must be " + model::RangeOf(*option);
      },
      "");
}

// The flags of a single picture's answer.
void AddOptions(CLI::App& app, model::OptionValues& values) {
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    if (option.flag.empty() || option.steers == model::Steers::kStory) continue;
    const auto set = [&option, &values](const std::string& text) {
      values[option.name] = model::ParseOption(option, text).value();
    };
    app.add_option_function<std::string>("--" + std::string(option.flag), set, std::string(option.help))
        ->check(ValueOf(option.name));
  }
}

class EvalVerb : public Verb {
 public:
  explicit EvalVerb(CLI::App& app)
      : Verb(*app.add_subcommand("eval", "how far a model follows prompts of one to eight facts")) {
    command().add_option("model", options_.model, "a model folder")->required()->check(CLI::ExistingDirectory);
    command().add_option("folder", options_.folder, "where results, curves, sheets and answers go")->required();
    AddWordsFlag(command(), options_.words);
    AddPrompts();
    AddAnswering();
    AddBaselines();
    AddReaders();
  }

  void Run(const train::TrainingEvents& events) override {
    RequireWords(options_.words);
    Evaluate(options_, events.stop);
  }

 private:
  void AddPrompts() {
    CLI::Option* own_prompts =
        command()
            .add_option("--prompts", options_.prompt_file,
                        "prompts of one's own, a line each: TEXT | FACT; FACT; or blind ones, a .jsonl file")
            ->check(CLI::ExistingFile);
    command()
        .add_option("--prompts-per-rung", options_.prompts.per_rung, "prompts of each number of facts")
        ->capture_default_str()
        ->check(FromTo(1, 10000))
        ->excludes(own_prompts);
    command()
        .add_option("--rungs", options_.prompts.rungs, "numbers of facts, such as 1,3,5")
        ->delimiter(',')
        ->capture_default_str()
        ->check(FromTo(1, eval::kRungs))
        ->excludes(own_prompts);
    command()
        .add_option("--seed", options_.seeds.first, "of the answers; the prompts stay the same")
        ->capture_default_str()
        ->check(Seed());
    command()
        .add_option("--seeds", options_.seeds.seeds, "answers whose narratives are compared over seeds")
        ->capture_default_str()
        ->check(FromTo(1, 1000));
    command()
        .add_option("--prompts-of-many", options_.seeds.prompts_of_many,
                    "prompts a rung that are answered with all of these")
        ->capture_default_str()
        ->check(FromTo(0, 10000));
  }

  void AddAnswering() {
    AddOptions(command(), options_.options);
    command()
        .add_option("--threads", options_.threads, "0: all available")
        ->capture_default_str()
        ->check(FromTo(0, 1024));
  }

  void AddBaselines() {
    command().add_flag("--baselines", options_.baselines,
                       "also without the plan, and with the picture hidden from the narrative");
    command()
        .add_option("--drawer", options_.drawer, "a model that draws, for the baseline of two models")
        ->check(CLI::ExistingDirectory);
    command().add_option("--writer", options_.writer, "the model that writes beside it")->check(CLI::ExistingDirectory);
    command()
        .add_option("--compare-candidates", options_.compare_candidates,
                    "further numbers of pictures of one plan to choose from")
        ->check(ValueOf("candidates"));
    command()
        .add_option("--compare-steps", options_.compare_steps, "further numbers of denoising steps, such as 4,8")
        ->delimiter(',')
        ->check(ValueOf("steps"));
  }

  void AddReaders() {
    options_.judge = Shipped(kJudge);
    command().add_option("--judge", options_.judge, "the judge's weights")->capture_default_str();
    command()
        .add_option("--least-accuracy", options_.least_accuracy,
                    "of the judge, 0 to 1: kinds of fact that it reads right less often are left out of every figure")
        ->capture_default_str()
        ->check(FromTo(0, 1));
    command()
        .add_option("--measured-scenes", options_.measured_scenes, "on which the readers' own errors are measured")
        ->capture_default_str()
        ->check(FromTo(1, 100000));
    command()
        .add_option("--sheet", options_.sheet, "answers a rung on the contact sheets")
        ->capture_default_str()
        ->check(FromTo(0, 10000));
  }

  EvalOptions options_;
};

}  // namespace

std::unique_ptr<Verb> MakeEval(CLI::App& app) { return std::make_unique<EvalVerb>(app); }

}  // namespace diptych::train_cli
