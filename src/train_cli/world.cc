// The verbs `world` and `tokenizer`: what the world shows, and a vocabulary learnt from its texts.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "base/png.h"
#include "data/corpus.h"
#include "data/preview.h"
#include "data/source.h"
#include "text/tokenizer_training.h"
#include "train_cli/ranges.h"
#include "train_cli/shipped.h"
#include "train_cli/verb.h"
#include "world/catalogue_sheet.h"

namespace diptych::train_cli {
namespace {

class WorldVerb : public Verb {
 public:
  explicit WorldVerb(CLI::App& app) : Verb(*app.add_subcommand("world", "look at the world")) {
    CLI::Option_group* sight = command().add_option_group("what to look at");
    sight->add_option("--preview", preview_.file, "write a contact sheet of scenes and, beside it, the texts");
    sight->add_option("--catalogue", catalogue_, "write contact sheets of the catalogue's drawings into this folder");
    sight->add_option("--heights", heights_,
                      "measure the drawings and write drawings.tsv, which the catalogue needs after a change");
    sight->require_option(1);
    command().add_option("--things", things_, "the catalogue of things")->capture_default_str();
    command().add_option("--art", art_, "the drawings")->capture_default_str();
    AddWordsFlag(command(), preview_.words);
    command().add_option("--seed", preview_.seed, "of the scenes")->capture_default_str()->check(Seed());
    command()
        .add_option("--size", preview_.size, "pixels of a picture's side")
        ->capture_default_str()
        ->check(FromTo(1, 2048));
  }

  void Run(const train::TrainingEvents&) override {
    if (!catalogue_.empty()) {
      WriteCatalogue();
      return;
    }
    if (!heights_.empty()) {
      WriteHeights();
      return;
    }
    RequireWords(preview_.words);
    data::WritePreview(preview_);
  }

 private:
  // FOLDER/001.png and so on.
  void WriteCatalogue() const {
    const std::vector<world::Thing> things = world::LoadCatalogue(things_);
    const world::Artwork artwork = world::Artwork::Load(art_, things);
    std::filesystem::create_directories(catalogue_);
    int number = 0;
    world::DrawCatalogueSheets(things, artwork, {}, [&](const base::Image& sheet) {
      const std::string digits = std::to_string(1000 + ++number).substr(1);
      base::WritePng(catalogue_ / (digits + ".png"), sheet, {});
    });
    std::printf("%d sheets in %s\n", number, catalogue_.c_str());
  }

  // A drawing and its height in percent of its width, a line each.
  void WriteHeights() const {
    const std::vector<world::Thing> things = world::LoadCatalogue(things_);
    const world::Artwork artwork = world::Artwork::Load(art_, things);
    std::string text = "# drawing\theight in percent of the width\n";
    for (const std::string& name : artwork.names())
      text += name + "\t" + std::to_string(std::lround(100 / artwork.BoxOf(name).aspect)) + "\n";
    base::WriteFileAtomically(heights_, text);
  }

  std::filesystem::path heights_;
  std::filesystem::path catalogue_, things_ = Shipped(kThings), art_ = Shipped(kDrawings);
  data::PreviewOptions preview_;
};

class TokenizerVerb : public Verb {
 public:
  explicit TokenizerVerb(CLI::App& app)
      : Verb(*app.add_subcommand("tokenizer", "learn a vocabulary from the world's texts")) {
    command().add_option("folder", folder_, "the model folder that gets tokenizer and lexicon")->capture_default_str();
    AddWordsFlag(command(), words_);
    command().add_option("--size", size_, "entries")->capture_default_str()->check(FromTo(1, 1e6));
    command()
        .add_option("--scenes", scenes_, "scenes whose texts are read")
        ->capture_default_str()
        ->check(FromTo(1, kMany));
  }

  void Run(const train::TrainingEvents&) override {
    RequireWords(words_);
    std::filesystem::create_directories(folder_);
    text::TrainTokenizer(data::WorldTexts(words_, scenes_),
                         {.vocabulary_size = size_, .special_tokens = data::SpecialTokens()}, folder_);
    data::WriteLexicon(*data::OpenSource({.words = words_, .mix = {}}), folder_);
  }

 private:
  std::filesystem::path folder_ = "models/default", words_;
  int size_ = 4096, scenes_ = 20000;
};

}  // namespace

std::unique_ptr<Verb> MakeWorld(CLI::App& app) { return std::make_unique<WorldVerb>(app); }
std::unique_ptr<Verb> MakeTokenizer(CLI::App& app) { return std::make_unique<TokenizerVerb>(app); }

}  // namespace diptych::train_cli
