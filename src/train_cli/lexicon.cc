// The verb `lexicon`: writes what the world's words mean into a model's folder.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/files.h"
#include "data/source.h"
#include "train_cli/ranges.h"
#include "train_cli/verb.h"
#include "world/lexicon_maker.h"

namespace diptych::train_cli {
namespace {

class LexiconVerb : public Verb {
 public:
  explicit LexiconVerb(CLI::App& app)
      : Verb(*app.add_subcommand("lexicon", "write what the world's words mean into a model's folder")) {
    command()
        .add_option("model", model_,
                    "its folder, which gets lexicon.tsv, and vocabulary.txt where it has none or --kinds is given")
        ->required();
    AddWordsFlag(command(), words_);
    command()
        .add_option("--kinds", kinds_, "a file with the kinds that the model knows (default: all)")
        ->check(CLI::ExistingFile);
  }

  void Run(const train::TrainingEvents&) override {
    RequireWords(words_);
    const std::filesystem::path vocabulary = model_ / "vocabulary.txt", lexicon = model_ / "lexicon.tsv";
    if (kinds_.empty() && std::filesystem::exists(vocabulary)) {
      const plan::Vocabulary learnt = plan::ReadVocabulary(base::ReadFile(vocabulary), vocabulary.string());
      base::WriteFileAtomically(lexicon, world::MakeLexicon(world::Words::Load(words_), words_, learnt).Text());
    } else {
      data::WriteLexicon(*data::OpenSource({.words = words_, .mix = {}, .kinds = kinds_}), model_);
      std::printf("%s\n", vocabulary.c_str());
    }
    std::printf("%s\n", lexicon.c_str());
  }

 private:
  std::filesystem::path model_, words_, kinds_;
};

}  // namespace

std::unique_ptr<Verb> MakeLexicon(CLI::App& app) { return std::make_unique<LexiconVerb>(app); }

}  // namespace diptych::train_cli
