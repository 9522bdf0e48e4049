#include "train_cli/training_flags.h"

#include <set>

#include "balance/interference.h"
#include "base/error.h"
#include "train_cli/ranges.h"
#include "train_cli/shipped.h"

namespace diptych::train_cli {
namespace {

void AddPlaces(CLI::App& app, train::TrainingOptions& o) {
  app.add_option("--run", o.run, "folder of checkpoints, logs and samples")->capture_default_str();
  o.model = Shipped(kDefaultModel);
  app.add_option("--model", o.model, "folder with config.json and tokenizer.json")->capture_default_str();
  AddWordsFlag(app, o.words);
  app.add_option("--kinds", o.kinds, "a file with the kinds of things to learn, one a line (default: all)")
      ->check(CLI::ExistingFile);
  app.add_option("--artists", o.artists,
                 "how many artists' drawings of a kind to learn, the first of its row in the catalogue; 0: all")
      ->capture_default_str()
      ->check(FromTo(0, 100));
  app.add_option("--start", o.start, "a model folder whose weights a new run begins with")
      ->check(CLI::ExistingDirectory);
}

void AddSchedule(CLI::App& app, train::TrainingOptions& o) {
  app.add_option("--steps", o.steps, "steps in all, those before a resume included")
      ->capture_default_str()
      ->check(FromTo(1, kMany));
  app.add_option("--batch", o.batch, "scenes a step")->capture_default_str()->check(FromTo(1, 1e6));
  app.add_option("--size", o.size, "pixels of a picture's side")->capture_default_str()->check(FromTo(1, 8192));
  app.add_option("--seed", o.seed, "of weights, scenes, noise and times")->capture_default_str()->check(Seed());
  app.add_option("--warm-up", o.warm_up, "steps until the full learning rates")
      ->capture_default_str()
      ->check(FromTo(0, kMany));
  app.add_option("--decay", o.decay, "share of the steps, at the end, over which the learning rates fall")
      ->capture_default_str()
      ->check(FromTo(0, 1));
  app.add_option("--last-rate", o.final_rate_factor, "learning rates at the end, as a share of the full ones")
      ->capture_default_str()
      ->check(FromTo(0, 1));
}

void AddOptimizer(CLI::App& app, train::OptimizerOptions& o) {
  app.add_option("--muon", o.muon, "Muon for the blocks' matrices (false: AdamW)")->capture_default_str();
  app.add_option("--muon-rate", o.muon_learning_rate, "learning rate of Muon")
      ->capture_default_str()
      ->check(FromTo(0, 10));
  app.add_option("--adam-rate", o.adam_learning_rate, "learning rate of AdamW")
      ->capture_default_str()
      ->check(FromTo(0, 10));
  app.add_option("--weight-decay", o.weight_decay, "of matrices, times the learning rate")
      ->capture_default_str()
      ->check(FromTo(0, 10));
  app.add_option("--clip", o.clip, "largest gradient norm of each tower (understanding, generation) by itself")
      ->capture_default_str()
      ->check(FromTo(0, kMany));
  app.add_option("--average", o.ema_decay, "decay of the exponential moving average of the weights")
      ->capture_default_str()
      ->check(FromTo(0, 1));
}

void AddFlow(CLI::App& app, train::FlowTraining& o) {
  app.add_option("--time-mean", o.time_mean, "of the logit-normal times: 0 noise, 1 the picture")
      ->capture_default_str()
      ->check(FromTo(-20, 20));
  app.add_option("--time-deviation", o.time_deviation, "of the same")->capture_default_str()->check(FromTo(0, 20));
  app.add_option("--subject-share", o.subject_share,
                 "share of a picture's loss that each subject's box adds, however small it is")
      ->capture_default_str()
      ->check(FromTo(0, 1000));
}

void AddPercent(CLI::App& app, const std::string& name, int& percent, const std::string& help) {
  app.add_option(name, percent, help)->capture_default_str()->check(Percent());
}

void AddCount(CLI::App& app, const std::string& name, int& count, const std::string& help) {
  app.add_option(name, count, help)->capture_default_str()->check(FromTo(0, 1000));
}

void AddMix(CLI::App& app, data::TaskMix& o) {
  AddCount(app, "--copies", o.copies, "noise levels at which an answer's picture is drawn");
  AddPercent(app, "--look", o.look_percent,
             "percent of scenes whose picture is also looked at: description, claims, questions");
  AddCount(app, "--glances", o.extra_looks,
           "further scenes, for each, whose picture is only looked at: its plan and a claim");
  AddCount(app, "--plans", o.plans, "further scenes, for each, of which only the plan is written, from a prompt");
  AddPercent(app, "--facts", o.facts_percent, "percent of scenes with a text alone: the facts that it states");
  AddPercent(app, "--language-requests", o.language_request_percent,
             "percent of answers whose prompt names the narrative's language");
  AddPercent(app, "--undirected", o.unconditional_percent,
             "percent of scenes also drawn without prompt and plan, for classifier-free guidance");
  AddCount(app, "--claims", o.claims, "claims a look");
  AddCount(app, "--questions", o.questions, "questions a look");
  AddPercent(app, "--chinese", o.chinese_percent, "percent of documents in Chinese");
  AddPercent(app, "--characters", o.characters_percent,
             "percent of prompts whose scene is replaced by one with an animal or a person");
  AddPercent(app, "--plain", o.plain_percent,
             "percent of prompts whose scene is replaced by a plain one, which a few words describe");
  AddPercent(app, "--grid", o.grid_percent,
             "percent of scenes whose things stand on a grid of 8 by 8, where few pictures must do");
  app.add_flag("--blind", o.blind, "answers without a picture: the narrative is written from prompt and plan");
  app.add_flag("--pictures-only", o.pictures_only,
               "train drawing alone, three times as fast: the understanding tower stays as it is");
}

void AddBalance(CLI::App& app, train::TrainingOptions& o) {
  app.add_option_function<std::string>(
         "--balance", [&o](const std::string& word) { o.balance = balance::ParseBalanceMode(word); },
         "of the two losses: fixed or norm")
      ->default_str("fixed")
      ->check(CLI::IsMember({"fixed", "norm"}).description(""));
  app.add_option("--text-weight", o.weights.text, "of the text loss; the picture's is 1")
      ->capture_default_str()
      ->check(FromTo(0, 1e6));
  app.add_option("--probe-every", o.probe_every, "steps between measurements of gradient interference, 0: never")
      ->capture_default_str()
      ->check(FromTo(0, kMany));
}

void AddRecord(CLI::App& app, train::TrainingOptions& o) {
  app.add_option("--log-every", o.log_every, "steps between lines of the log")
      ->capture_default_str()
      ->check(FromTo(1, kMany));
  app.add_option("--save-minutes", o.save_minutes, "between checkpoints")
      ->capture_default_str()
      ->check(FromTo(0, kMany));
  app.add_option("--sample-minutes", o.sample_minutes, "between samples, 0: none")
      ->capture_default_str()
      ->check(FromTo(0, kMany));
  app.add_option("--keep", o.keep, "checkpoints kept")->capture_default_str()->check(FromTo(1, kMany));
}

void AddMachine(CLI::App& app, train::TrainingOptions& o) {
  app.add_option("--threads", o.threads, "0: all cores")->capture_default_str()->check(FromTo(0, 1024));
  app.add_option("--loader-threads", o.loader_threads, "that make scenes beside training")
      ->capture_default_str()
      ->check(FromTo(1, 1024));
  app.add_option("--device", o.device, "cpu or cuda")->capture_default_str();
  app.add_flag("--float32", o.float32, "products in float32 instead of bfloat16");
}

// Applies one line of the file, unless the command line gives that flag.
void ApplyItem(CLI::App& app, const CLI::ConfigItem& item, const std::string& path) {
  if (!item.parents.empty())
    throw base::Error("config", path + ": the section [" + item.parents.front() + "] is not read.",
                      "flags stand above all sections.");
  CLI::Option* option = app.get_option_no_throw("--" + item.name);
  if (option == nullptr)
    throw base::Error("config", path + ": '" + item.name + "' is no flag of " + app.get_name() + ".", "see --help.");
  if (option->count() > 0) return;
  option->add_result(item.inputs);
  option->run_callback();
}

}  // namespace

void AddTrainingFlags(CLI::App& app, train::TrainingOptions& options) {
  AddPlaces(app, options);
  AddSchedule(app, options);
  AddOptimizer(app, options.optimizer);
  AddFlow(app, options.flow);
  AddMix(app, options.mix);
  AddBalance(app, options);
  AddRecord(app, options);
  AddMachine(app, options);
  app.add_option("--config", "a TOML file with these flags, without the dashes; flags given beside it win")
      ->check(CLI::ExistingFile);
}

// Not CLI11's own set_config, which works on the main command only and ignores others without a message.
void ApplyConfig(CLI::App& app) {
  if (app.count("--config") == 0) return;
  const std::string path = app.get_option("--config")->as<std::string>();
  try {
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(path)) ApplyItem(app, item, path);
  } catch (const CLI::Error& error) {
    throw base::Error("config", path + ": " + error.what() + ".");
  }
}

std::string TrainingConfig(const CLI::App& app) {
  static const std::set<std::string> kNotOfTheRun = {"help", "config", "dry-run"};
  std::string text;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_single_name();
    const std::string value = option->count() > 0 ? option->results().front() : option->get_default_str();
    if (value.empty() || kNotOfTheRun.contains(name)) continue;
    const bool bare = value == "true" || value == "false" || value.find_first_not_of("0123456789.e+-") == value.npos;
    text += name + " = " + (bare ? value : '"' + value + '"') + '\n';
  }
  return text;
}

}  // namespace diptych::train_cli
