// The verb `lexicon`: writes what the world's words mean into a model's folder.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "data/source.h"
#include "train_cli/ranges.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

class LexiconVerb : public Verb {
 public:
  explicit LexiconVerb(CLI::App& app)
      : Verb(*app.add_subcommand("lexicon", "write what the world's words mean into a model's folder")) {
    command().add_option("model", model_, "its folder, which gets lexicon.tsv and vocabulary.txt")->required();
    AddWordsFlag(command(), words_);
    command()
        .add_option("--kinds", kinds_, "a file with the kinds that the model knows (default: all)")
        ->check(CLI::ExistingFile);
  }

  void Run(const train::TrainingEvents&) override {
    RequireWords(words_);
    data::WriteLexicon(*data::OpenSource({.words = words_, .mix = {}, .kinds = kinds_}), model_);
    std::printf("%s\n%s\n", (model_ / "lexicon.tsv").c_str(), (model_ / "vocabulary.txt").c_str());
  }

 private:
  std::filesystem::path model_, words_, kinds_;
};

}  // namespace

std::unique_ptr<Verb> MakeLexicon(CLI::App& app) { return std::make_unique<LexiconVerb>(app); }

}  // namespace diptych::train_cli
