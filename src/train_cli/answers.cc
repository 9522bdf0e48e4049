// The verb `answers`: a sheet of a model's answers.
#include "train/answers.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "eval/benchmark_prompts.h"
#include "train_cli/ranges.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

class AnswersVerb : public Verb {
 public:
  explicit AnswersVerb(CLI::App& app)
      : Verb(*app.add_subcommand("answers", "write a sheet of a model's answers to the prompts of a file")) {
    command().add_option("model", request_.model, "a model folder")->required()->check(CLI::ExistingDirectory);
    command().add_option("sheet", sheet_, "SHEET.md and SHEET.png are written")->required();
    command().add_option("--prompts", prompts_, "one a line")->required()->check(CLI::ExistingFile);
    command().add_option("--title", request_.title, "of the sheet")->capture_default_str();
    command()
        .add_option("--seed", request_.seed, "of the first answer; each further one has the next seed")
        ->capture_default_str()
        ->check(Seed());
  }

  void Run(const train::TrainingEvents&) override {
    for (eval::PromptLine& line : eval::ReadPromptLines(prompts_)) request_.prompts.push_back(std::move(line.text));
    train::WriteAnswers(request_, sheet_);
  }

 private:
  train::AnswersRequest request_ = {.model = {}, .title = "Answers", .prompts = {}};
  std::filesystem::path sheet_, prompts_;
};

}  // namespace

std::unique_ptr<Verb> MakeAnswers(CLI::App& app) { return std::make_unique<AnswersVerb>(app); }

}  // namespace diptych::train_cli
