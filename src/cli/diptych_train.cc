// diptych-train: the world, the vocabulary and the training of a model.
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/png.h"
#include "cli/train_eval.h"
#include "data/corpus.h"
#include "data/preview.h"
#include "data/source.h"
#include "eval/benchmark_prompts.h"
#include "eval/judge_error.h"
#include "model/config.h"
#include "text/tokenizer_training.h"
#include "train/answers.h"
#include "train/judge.h"
#include "train/judge_training.h"
#include "train/loop.h"
#include "world/catalogue_sheet.h"

namespace diptych::cli {
namespace {

std::atomic<bool> g_stop = false;

void AddTrainingFlags(CLI::App& app, train::TrainingOptions& o) {
  app.add_option("--run", o.run, "folder of checkpoints, logs and samples")->capture_default_str();
  app.add_option("--model", o.model, "folder with config.json and tokenizer.json")->capture_default_str();
  app.add_option("--words", o.words, "the world's words and patterns")->capture_default_str();
  app.add_option("--start", o.start, "a model folder whose weights a new run begins with")
      ->check(CLI::ExistingDirectory);
  app.add_option("--steps", o.steps, "steps in all, those before a resume included")->capture_default_str();
  app.add_option("--batch", o.batch, "scenes a step")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--size", o.size, "pixels of a picture's side")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--seed", o.seed)->capture_default_str();
  app.add_option("--warm-up", o.warm_up, "steps until the full rates")->capture_default_str();
  app.add_option("--decay", o.decay, "share of the steps over which the rates fall at the end")->capture_default_str();
  app.add_option("--last-rate", o.last_rate, "of the full rates, at the end")->capture_default_str();
  app.add_option("--muon", o.optimizer.muon, "Muon for the blocks' matrices (false: AdamW)")->capture_default_str();
  app.add_option("--muon-rate", o.optimizer.muon_rate)->capture_default_str();
  app.add_option("--adam-rate", o.optimizer.adam_rate)->capture_default_str();
  app.add_option("--weight-decay", o.optimizer.weight_decay)->capture_default_str();
  app.add_option("--clip", o.optimizer.clip, "largest gradient norm of each tower")->capture_default_str();
  app.add_option("--average", o.optimizer.average, "decay of the running average of the weights")
      ->capture_default_str();
  app.add_option("--time-mean", o.flow.time_mean)->capture_default_str();
  app.add_option("--time-deviation", o.flow.time_deviation)->capture_default_str();
  app.add_option("--subject-share", o.flow.subject_share,
                 "of a picture's loss that each subject's box adds, however small it is")
      ->capture_default_str();
  app.add_option("--copies", o.mix.copies, "noised copies of an answer's picture")->capture_default_str();
  app.add_option("--look", o.mix.look_percent, "percent of scenes that are also looked at")->capture_default_str();
  app.add_option("--glances", o.mix.glances, "further scenes, for each, whose plan is read from the picture")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--plans", o.mix.plans, "further scenes, for each, whose plan is written from a prompt, no more")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  app.add_option("--facts", o.mix.facts_percent, "percent of scenes with a text-only task")->capture_default_str();
  app.add_option("--language-requests", o.mix.language_request_percent,
                 "percent of answers whose prompt names the narrative's language")
      ->capture_default_str();
  app.add_option("--undirected", o.mix.undirected_percent, "percent of scenes also drawn without condition")
      ->capture_default_str();
  app.add_option("--claims", o.mix.claims, "claims a look")->capture_default_str();
  app.add_option("--questions", o.mix.questions, "questions a look")->capture_default_str();
  app.add_option("--chinese", o.mix.chinese_percent, "percent of documents in Chinese")->capture_default_str();
  app.add_option("--characters", o.mix.characters_percent,
                 "percent of prompts' scenes that give way to one with an animal or a person")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  app.add_option("--plain", o.mix.plain_percent,
                 "percent of prompts' scenes that give way to one of which nothing unusual must be said")
      ->capture_default_str()
      ->check(CLI::Range(0, 100));
  app.add_flag("--blind", o.mix.blind, "answers without a picture, as a model that only writes would give them");
  app.add_flag("--pictures-only", o.mix.pictures_only,
               "learn to draw alone, three times as fast: the understanding copy stays as it is");
  app.add_option_function<std::string>(
         "--balance", [&o](const std::string& word) { o.balance = balance::ParseBalanceMode(word); },
         "of the two losses: fixed or norm")
      ->default_str("fixed");
  app.add_option("--text-weight", o.weights.text, "of the text loss; the picture's is 1")->capture_default_str();
  app.add_option("--probe-every", o.probe_every, "steps between measurements of gradient interference, 0: never")
      ->capture_default_str();
  app.add_option("--log-every", o.log_every)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--save-minutes", o.save_minutes)->capture_default_str();
  app.add_option("--sample-minutes", o.sample_minutes, "0: no samples")->capture_default_str();
  app.add_option("--keep", o.keep, "checkpoints kept")->capture_default_str();
  app.add_option("--threads", o.threads, "0: all cores")->capture_default_str();
  app.add_option("--loader-threads", o.loader_threads)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--device", o.device, "cpu or cuda")->capture_default_str();
  app.add_flag("--float32", o.float32, "products in float32 instead of bfloat16");
  app.add_option("--config", "a TOML file with these flags, without the dashes; flags given beside it win")
      ->check(CLI::ExistingFile);
}

// Flags that stand in the TOML file of --config and were not given. CLI11's own set_config works on the main command
// alone and is silent on others.
void ApplyConfig(CLI::App& app) {
  if (app.count("--config") == 0) return;
  const std::string path = app.get_option("--config")->as<std::string>();
  try {
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(path)) {
      CLI::Option* option = app.get_option_no_throw("--" + item.name);
      if (option == nullptr || !item.parents.empty())
        throw base::Error("config", path + ": '" + item.fullname() + "' is no flag of " + app.get_name() + ".",
                          "see --help.");
      if (option->count() > 0) continue;
      option->add_result(item.inputs);
      option->run_callback();
    }
  } catch (const CLI::Error& error) {
    throw base::Error("config", path + ": " + error.what() + ".");
  }
}

// The flags that the run uses, in the form that --config reads.
std::string ConfigOf(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_single_name();
    const std::string value = option->count() > 0 ? option->results().front() : option->get_default_str();
    if (value.empty() || name == "help" || name == "config" || name == "dry-run") continue;
    const bool bare = value == "true" || value == "false" || value.find_first_not_of("0123456789.e+-") == value.npos;
    text += name + " = " + (bare ? value : '"' + value + '"') + '\n';
  }
  return text;
}

struct TokenizerOptions {
  std::string folder = "models/default", words = "src/world/words";
  int size = 4096, scenes = 20000;
};

struct CatalogueFlags {
  std::filesystem::path folder, things = "src/world/catalogue/things.tsv", art = "src/world/art/drawings.tar.xz";
};

// FOLDER/001.png and so on.
void WriteCatalogue(const CatalogueFlags& flags) {
  const std::vector<world::Thing> things = world::LoadCatalogue(flags.things);
  const world::Artwork artwork = world::Artwork::Load(flags.art, things);
  std::filesystem::create_directories(flags.folder);
  int number = 0;
  world::DrawCatalogueSheets(things, artwork, {}, [&](const base::Image& sheet) {
    const std::string digits = std::to_string(1000 + ++number).substr(1);
    base::WritePng(flags.folder / (digits + ".png"), sheet, {});
  });
  std::printf("%d sheets in %s\n", number, flags.folder.c_str());
}

struct JudgeMeasurement {
  int pictures = 0;  // 0: train
  uint64_t seed = 1000;
  bool json = false;
};

void AddJudgeFlags(CLI::App& app, train::JudgeTraining& o, JudgeMeasurement& m) {
  app.add_option("file", o.file, "the judge's weights")->required();
  app.add_option("--measure", m.pictures, "do not train: print its error on so many pictures, for each kind of fact");
  app.add_option("--measure-seed", m.seed, "of those pictures")->capture_default_str();
  app.add_flag("--json", m.json, "print the error as JSON");
  app.add_option("--minutes", o.minutes, "train so long in all, those before a resume included");
  app.add_option("--steps", o.steps, "or so many steps");
  app.add_option("--run", o.run, "folder of the checkpoint to resume from")->capture_default_str();
  app.add_option("--scenes", o.pictures.scenes, "scenes a step")->capture_default_str();
  app.add_option("--copies", o.pictures.copies, "of each scene's picture, blemished apart")->capture_default_str();
  app.add_option("--seed", o.pictures.seed)->capture_default_str();
  app.add_option("--width", o.width, "of the network's layers")->capture_default_str();
  app.add_option("--muon-rate", o.muon_rate)->capture_default_str();
  app.add_option("--adam-rate", o.adam_rate)->capture_default_str();
  app.add_option("--threads", o.threads, "0: all cores")->capture_default_str();
  app.add_option("--loader-threads", o.loader_threads)->capture_default_str()->check(CLI::PositiveNumber);
}

void PrintError(const std::filesystem::path& file, const JudgeMeasurement& measurement) {
  const train::Judge judge = train::Judge::Load(file);
  const eval::JudgeError error =
      eval::MeasureJudge([&](std::span<const base::Image> pictures) { return judge.Read(pictures); },
                         measurement.pictures, measurement.seed);
  std::puts((measurement.json ? eval::JsonOf(error) : eval::TableOf(error)).c_str());
}

train::TrainingEvents Events() {
  return {.on_line =
              [](const std::string& line) {
                std::printf("%s\n", line.c_str());
                std::fflush(stdout);
              },
          .stop = [] { return g_stop.load(); }};
}

int Run(int argc, char** argv) {
  CLI::App app("Trains Diptych's model on its world: one model, all tasks at once.");
  app.require_subcommand(1);
  train::TrainingOptions training;
  bool dry_run = false;
  std::string export_folder;
  TokenizerOptions tokenizer;
  data::PreviewOptions preview;
  CatalogueFlags catalogue;
  std::string answers_model, answers_name, prompts_file;
  train::AnswersRequest answers;
  answers.title = "Answers";

  CLI::App* train = app.add_subcommand("run", "train, or resume the run");
  AddTrainingFlags(*train, training);
  train->add_flag("--dry-run", dry_run, "say what a run needs, without starting it");
  CLI::App* export_command = app.add_subcommand("export", "write a run's averaged weights as a model folder");
  AddTrainingFlags(*export_command, training);
  export_command->add_option("folder", export_folder)->required();
  CLI::App* sheet = app.add_subcommand("answers", "write a sheet of a model's answers to the prompts of a file");
  sheet->add_option("model", answers_model, "a model folder")->required()->check(CLI::ExistingDirectory);
  sheet->add_option("sheet", answers_name, "SHEET.md and SHEET.png are written")->required();
  sheet->add_option("--prompts", prompts_file, "one a line")->required()->check(CLI::ExistingFile);
  sheet->add_option("--title", answers.title)->capture_default_str();
  sheet->add_option("--seed", answers.seed)->capture_default_str();
  CLI::App* vocabulary = app.add_subcommand("tokenizer", "learn a vocabulary from the world's texts");
  vocabulary->add_option("folder", tokenizer.folder)->capture_default_str();
  vocabulary->add_option("--words", tokenizer.words)->capture_default_str();
  vocabulary->add_option("--size", tokenizer.size, "entries")->capture_default_str();
  vocabulary->add_option("--scenes", tokenizer.scenes, "scenes whose texts are read")->capture_default_str();
  CLI::App* world = app.add_subcommand("world", "look at the world");
  CLI::Option_group* sight = world->add_option_group("what to look at");
  sight->add_option("--preview", preview.file, "write a contact sheet of scenes and, beside it, the texts");
  sight->add_option("--catalogue", catalogue.folder,
                    "write contact sheets of the catalogue's drawings into this folder");
  sight->require_option(1);
  world->add_option("--things", catalogue.things, "the catalogue of things")->capture_default_str();
  world->add_option("--art", catalogue.art, "the drawings")->capture_default_str();
  world->add_option("--words", preview.words)->capture_default_str();
  world->add_option("--seed", preview.seed)->capture_default_str();
  world->add_option("--size", preview.size, "pixels of a picture's side")->capture_default_str();
  EvalFlags eval;
  CLI::App* benchmark = app.add_subcommand("eval", "how far a model follows prompts of one to eight facts");
  AddEvalFlags(*benchmark, eval);
  train::JudgeTraining judge;
  CLI::App* judging = app.add_subcommand("judge", "train the benchmark's judge, or measure its error");
  JudgeMeasurement measurement;
  AddJudgeFlags(*judging, judge, measurement);
  CLI11_PARSE(app, argc, argv);
  for (CLI::App* command : {train, export_command})
    if (*command) ApplyConfig(*command);

  if (*train && dry_run)
    std::puts(train::DryRun(training).c_str());
  else if (*train) {
    std::filesystem::create_directories(training.run);
    base::WriteFileAtomically(training.run / "options.toml", ConfigOf(*train));
    train::Train(training, Events());
  } else if (*export_command)
    train::ExportAverage(training, export_folder);
  else if (*sheet) {
    answers.model = answers_model;
    for (eval::PromptLine& line : eval::ReadPromptLines(prompts_file)) answers.prompts.push_back(std::move(line.text));
    train::WriteAnswers(answers, answers_name);
  } else if (*vocabulary) {
    text::TrainTokenizer(data::WorldTexts(tokenizer.words, tokenizer.scenes),
                         {.vocabulary_size = tokenizer.size, .special_tokens = data::SpecialTokens()},
                         tokenizer.folder);
    data::WriteKnownWords(*data::OpenSource({.words = tokenizer.words, .mix = {}}), tokenizer.folder);
  } else if (*world && !catalogue.folder.empty())
    WriteCatalogue(catalogue);
  else if (*world)
    data::WritePreview(preview);
  else if (*benchmark)
    Evaluate(eval, [] { return g_stop.load(); });
  else if (*judging && measurement.pictures > 0)
    PrintError(judge.file, measurement);
  else if (*judging)
    train::TrainJudge(judge, Events());
  return 0;
}

}  // namespace
}  // namespace diptych::cli

int main(int argc, char** argv) {
  std::signal(SIGINT, [](int) { diptych::cli::g_stop = true; });
  std::signal(SIGTERM, [](int) { diptych::cli::g_stop = true; });
  try {
    return diptych::cli::Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
