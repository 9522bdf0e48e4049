#include "cli/train_eval.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <set>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/threads.h"
#include "eval/answerers.h"
#include "eval/judge_error.h"
#include "eval/records.h"
#include "eval/results.h"
#include "eval/seen_facts.h"
#include "eval/text_reader.h"
#include "train/judge.h"
#include "train/plot.h"

namespace diptych::cli {
namespace {

struct System {
  std::string name, description;
  eval::Answerer answerer;
};

// Says now and then how far a system's answers are.
class Reporter {
 public:
  explicit Reporter(std::string name) : name_(std::move(name)) {}

  void Report(size_t done, size_t in_all) {
    const auto now = Clock::now();
    if (done < in_all && now - last_ < std::chrono::seconds(20)) return;
    last_ = now;
    const double each = std::chrono::duration<double>(now - begun_).count() / static_cast<double>(done);
    std::printf("%s: %zu of %zu prompts, %.2f s each, %.0f min left\n", name_.c_str(), done, in_all, each,
                each * static_cast<double>(in_all - done) / 60);
    std::fflush(stdout);
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::string name_;
  Clock::time_point begun_ = Clock::now(), last_ = begun_;
};

// Models and everything that answers with them.
class Contestants {
 public:
  Contestants(const EvalFlags& flags, const world::Words& words, std::function<bool()> cancelled)
      : flags_(flags), words_(words), cancelled_(std::move(cancelled)) {}

  // The model itself comes first.
  std::vector<System> Open() {
    const engine::Model& model = Load(flags_.model);
    const eval::AnsweringOptions usual = OptionsOf(model);
    const eval::Answerer itself = Ask(model, flags_.model, usual, "model");
    std::vector<System> systems = {{"model", "plan, picture, and a narrative with the picture in view", itself}};
    if (!flags_.drawer.empty()) systems.push_back(TwoModels());
    if (flags_.baselines) {
      systems.push_back(WithoutPlan(model, usual));
      systems.push_back(PictureUnseen(model, usual, itself));
    }
    for (int steps : flags_.compare_steps) {
      eval::AnsweringOptions options = usual;
      options.generation.steps = steps;
      systems.push_back(Compared(model, options, {"steps", steps, "denoising steps"}));
    }
    for (int candidates : flags_.compare_candidates) {
      eval::AnsweringOptions options = usual;
      options.generation.candidates = candidates;
      systems.push_back(Compared(model, options, {"candidates", candidates, "drawings to choose from"}));
    }
    return systems;
  }

  System Truth() const {
    return {"truth", "the world's own picture and narrative of the prompt's scene: what the readers misread",
            eval::TruthOf(words_, models_.front().generation().width)};
  }
  model::GenerationConfig generation() const { return OptionsOf(models_.front()).generation; }

 private:
  const engine::Model& Load(const std::filesystem::path& folder) {
    std::printf("loading %s\n", folder.filename().c_str());
    return models_.emplace_back(engine::Model::Load(folder));
  }

  eval::AnsweringOptions OptionsOf(const engine::Model& model) const {
    return {.generation = model::WithOptions(model.generation(), flags_.options),
            .scope = engine::Scope::kWhole,
            .cancelled = cancelled_};
  }

  eval::Answerer Ask(const engine::Model& model, const std::filesystem::path& folder,
                     const eval::AnsweringOptions& options, const std::string& name) const {
    return eval::Stored(eval::AnswererOf(model, options), flags_.folder / "answers" / name,
                        eval::OriginOf(folder, options));
  }

  struct Change {
    std::string name;
    int number;
    std::string what;
  };
  System Compared(const engine::Model& model, const eval::AnsweringOptions& options, const Change& change) const {
    const std::string number = std::to_string(change.number), name = change.name + "-" + number;
    return {name, "the model with " + number + " " + change.what, Ask(model, flags_.model, options, name)};
  }

  System TwoModels() {
    const engine::Model &drawer = Load(flags_.drawer), &writer = Load(flags_.writer);
    eval::AnsweringOptions drawing = OptionsOf(drawer), writing = OptionsOf(writer);
    drawing.scope = engine::Scope::kWithoutNarrative;
    writing.scope = engine::Scope::kWithoutPicture;
    return {"two-models", "one model draws and another writes, each from the prompt alone",
            eval::Beside(Ask(drawer, flags_.drawer, drawing, "drawer"), Ask(writer, flags_.writer, writing, "writer"))};
  }

  System WithoutPlan(const engine::Model& model, eval::AnsweringOptions options) const {
    options.generation.plan = false;
    options.generation.candidates = 1;  // there is nothing to choose by
    return {"no-plan", "the model with an empty thinking block", Ask(model, flags_.model, options, "no-plan")};
  }

  // Plan and picture are the model's own; only the narrative is written anew.
  System PictureUnseen(const engine::Model& model, eval::AnsweringOptions options, const eval::Answerer& itself) const {
    options.scope = engine::Scope::kWithoutPicture;
    return {"picture-unseen", "the model, its narrative written from prompt and plan without the picture in view",
            eval::Beside(itself, Ask(model, flags_.model, options, "picture-unseen"))};
  }

  const EvalFlags& flags_;
  const world::Words& words_;
  std::function<bool()> cancelled_;
  std::deque<engine::Model> models_;  // stay where they are
};

class JudgeObserver : public eval::PictureObserver {
 public:
  explicit JudgeObserver(const std::filesystem::path& file) : judge_(train::Judge::Load(file)) {}

  std::vector<eval::PictureReading> Read(std::span<const base::Image> pictures) const override {
    std::vector<eval::PictureReading> readings;
    for (const world::Scene& seen : judge_.Read(pictures)) {
      std::vector<plan::Fact> facts = eval::FactsSeen(seen);
      readings.push_back(
          {.shows = [facts](const plan::Fact& fact) { return plan::Contains(facts, fact); }, .facts = facts});
    }
    return readings;
  }

  // How many of the true facts of exact pictures it grants, and how many false ones it refuses.
  std::vector<eval::ReaderQuality> Measure(int pictures) const {
    constexpr uint64_t kSeed = 1000;
    const eval::JudgeError error =
        eval::MeasureJudge([this](std::span<const base::Image> some) { return judge_.Read(some); }, pictures, kSeed);
    eval::ReaderQuality granted{.name = "judge: true facts granted", .by_topic = {}};
    eval::ReaderQuality refused{.name = "judge: false facts refused", .by_topic = {}};
    for (size_t topic = 0; topic < error.all.size(); ++topic) {
      const eval::Verdicts& verdicts = error.all[topic];
      if (verdicts.true_facts > 0) granted.by_topic[static_cast<world::Topic>(topic)] = verdicts.Granted() / 100;
      if (verdicts.false_facts > 0) refused.by_topic[static_cast<world::Topic>(topic)] = verdicts.Refused() / 100;
    }
    return {granted, refused};
  }

 private:
  train::Judge judge_;
};

// Empty where the figure was not measured. `shift` keeps the systems' intervals apart.
train::Curve CurveOf(const eval::SystemResults& system, eval::Figure figure, double shift) {
  train::Curve curve{.label = system.name, .x = {}, .y = {}, .low = {}, .high = {}};
  for (const auto& [rung, groups] : system.figures.rungs) {
    const auto& interval = groups[static_cast<size_t>(eval::Group::kAll)].values[static_cast<size_t>(figure)];
    if (!interval) continue;
    curve.x.push_back(rung + shift);
    curve.y.push_back(100 * interval->value);
    curve.low.push_back(100 * interval->low);
    curve.high.push_back(100 * interval->high);
  }
  return curve;
}

// Every system is in every panel, so that its colour is the same in all.
train::PlotPanel PanelOf(const std::vector<eval::SystemResults>& systems, eval::Figure figure) {
  constexpr double kApart = 0.06;
  train::PlotPanel panel{
      .title = std::string(RowOf(figure).title) + ", %", .x_label = "facts in the prompt", .curves = {}};
  const auto& rungs = systems.front().figures.rungs;
  panel.x_from = rungs.begin()->first - 0.5;
  panel.x_to = rungs.rbegin()->first + 0.5;
  panel.x_step = 1;
  panel.to = 105;
  const double middle = (static_cast<double>(systems.size()) - 1) / 2;
  for (size_t i = 0; i < systems.size(); ++i)
    panel.curves.push_back(CurveOf(systems[i], figure, kApart * (static_cast<double>(i) - middle)));
  return panel;
}

void WriteCurve(const EvalFlags& flags, const std::vector<eval::SystemResults>& systems) {
  std::vector<train::PlotPanel> panels;
  for (eval::Figure figure : {eval::Figure::kAllDrawn, eval::Figure::kDrawn, eval::Figure::kAgreement,
                              eval::Figure::kTold, eval::Figure::kPlanned}) {
    train::PlotPanel panel = PanelOf(systems, figure);
    const bool measured = std::any_of(panel.curves.begin(), panel.curves.end(),
                                      [](const train::Curve& curve) { return !curve.x.empty(); });
    if (measured) panels.push_back(std::move(panel));
  }
  if (!panels.empty()) train::WritePlot(panels, flags.folder / "curve");
}

std::vector<std::string> SettingsOf(const EvalFlags& flags, const model::GenerationConfig& generation) {
  char line[160];
  std::snprintf(line, sizeof(line), "best of %d, %d denoising steps, guidance %g, %d x %d pixels, temperature %g",
                generation.candidates, generation.steps, generation.guidance, generation.width, generation.height,
                generation.temperature);
  return {"model: " + flags.model.lexically_normal().filename().string(), line,
          (flags.prompt_file.empty() ? std::to_string(flags.prompts.per_rung) + " prompts a rung"
                                     : "the prompts of " + flags.prompt_file.filename().string()) +
              ", world version " + std::to_string(world::kWorldVersion) + ", seed " +
              std::to_string(flags.seeds.first)};
}

void CheckFlags(const EvalFlags& flags) {
  if (flags.drawer.empty() != flags.writer.empty())
    throw base::Error("eval", "--drawer and --writer are the two halves of one baseline.", "give both or none.");
  if (std::set<int>(flags.prompts.rungs.begin(), flags.prompts.rungs.end()).size() != flags.prompts.rungs.size())
    throw base::Error("eval", "--rungs names one twice.");
}

// All answers of one system, their figures, and what else is kept of them.
std::vector<eval::PromptResult> RunSystem(const EvalFlags& flags, const System& system,
                                          const std::vector<eval::BenchmarkPrompt>& prompts,
                                          const eval::Readers& readers, eval::ContactSheets* sheets) {
  Reporter reporter(system.name);
  base::AtomicFile records(flags.folder / "records" / (system.name + ".jsonl"));
  eval::BenchmarkListener listener;
  listener.on_progress = [&reporter](size_t done, size_t in_all) { reporter.Report(done, in_all); };
  listener.on_answer = [&](const eval::ReadAnswer& answer) {
    records.Write(eval::RecordOf(answer));
    if (sheets != nullptr) sheets->Add(answer);
  };
  std::vector<eval::PromptResult> results =
      eval::RunBenchmark(prompts, system.answerer, readers, flags.seeds, listener);
  records.Commit();
  return results;
}

// What was found so far, written after each system, so that a stopped run has it.
class Findings {
 public:
  Findings(const EvalFlags& flags, const std::vector<eval::BenchmarkPrompt>& prompts, eval::BenchmarkResults header)
      : flags_(flags), prompts_(prompts), results_(std::move(header)) {}

  void Add(const System& system, std::vector<eval::PromptResult> own) {
    results_.systems.push_back({system.name, system.description, eval::MakeFigures(prompts_, own), std::nullopt});
    if (first_.empty())
      first_ = std::move(own);
    else
      results_.systems.back().first_has_more = eval::MakeDifferences(prompts_, first_, own);
    base::WriteFileAtomically(flags_.folder / "results.json", eval::ToJson(results_));
    base::WriteFileAtomically(flags_.folder / "results.md", eval::ToMarkdown(results_));
    WriteCurve(flags_, results_.systems);
  }

 private:
  const EvalFlags& flags_;
  const std::vector<eval::BenchmarkPrompt>& prompts_;
  eval::BenchmarkResults results_;
  std::vector<eval::PromptResult> first_;
};

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

}  // namespace

void AddEvalFlags(CLI::App& app, EvalFlags& flags) {
  app.add_option("model", flags.model, "a model folder")->required()->check(CLI::ExistingDirectory);
  app.add_option("folder", flags.folder, "where results, curves, sheets and answers go")->required();
  app.add_option("--words", flags.words, "the world's words and patterns")->capture_default_str();
  CLI::Option* own_prompts =
      app.add_option("--prompts", flags.prompt_file, "prompts of one's own, a line each: TEXT | FACT; FACT")
          ->check(CLI::ExistingFile);
  app.add_option("--prompts-per-rung", flags.prompts.per_rung)
      ->capture_default_str()
      ->check(CLI::Range(1, 10000))
      ->excludes(own_prompts);
  app.add_option("--rungs", flags.prompts.rungs, "numbers of facts, such as 1,3,5")
      ->delimiter(',')
      ->capture_default_str()
      ->check(CLI::Range(1, eval::kRungs))
      ->excludes(own_prompts);
  app.add_option("--seed", flags.seeds.first, "of the answers; the prompts stay the same")->capture_default_str();
  app.add_option("--seeds", flags.seeds.seeds, "answers whose narratives are compared over seeds")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--prompts-of-many", flags.seeds.prompts_of_many, "prompts a rung that are answered with all of these")
      ->capture_default_str();
  app.add_flag("--baselines", flags.baselines, "also without the plan, and with the picture hidden from the narrative");
  app.add_option("--judge", flags.judge, "the judge's weights")->capture_default_str();
  app.add_option("--drawer", flags.drawer, "a model that draws, for the baseline of two models")
      ->check(CLI::ExistingDirectory);
  app.add_option("--writer", flags.writer, "the model that writes beside it")->check(CLI::ExistingDirectory);
  AddOptions(app, flags.options);
  app.add_option("--compare-candidates", flags.compare_candidates, "further numbers of such drawings")
      ->check(ValueOf("candidates"));
  app.add_option("--compare-steps", flags.compare_steps, "further numbers of denoising steps, such as 4,8")
      ->delimiter(',')
      ->check(ValueOf("steps"));
  app.add_option("--measured-scenes", flags.measured_scenes, "on which the readers' own errors are measured")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  app.add_option("--sheet", flags.sheet, "answers a rung on the contact sheets")->capture_default_str();
  app.add_option("--threads", flags.threads, "0: all available")->capture_default_str();
}

void Evaluate(const EvalFlags& flags, const std::function<bool()>& cancelled) {
  CheckFlags(flags);
  base::UseThreads(flags.threads);
  std::filesystem::create_directories(flags.folder / "records");
  const world::Words words = world::Words::Load(flags.words);
  const world::HeldOut held_out = world::HeldOut::Load(flags.words / "held_out.txt");
  const std::vector<eval::BenchmarkPrompt> prompts = flags.prompt_file.empty()
                                                         ? eval::MakeBenchmarkPrompts(words, held_out, flags.prompts)
                                                         : eval::ReadBenchmarkPrompts(flags.prompt_file, held_out);
  Contestants contestants(flags, words, cancelled);
  std::vector<System> systems = contestants.Open();
  if (flags.prompt_file.empty()) systems.push_back(contestants.Truth());  // others have no scene
  const world::NarrativeReader narrative_reader(words);
  std::optional<JudgeObserver> judge;
  if (std::filesystem::exists(flags.judge))
    judge.emplace(flags.judge);
  else
    std::printf("no judge at %s: nobody looks at the pictures\n", flags.judge.string().c_str());
  std::vector<eval::ReaderQuality> quality = eval::MeasureTextReader(words, held_out, flags.measured_scenes);
  eval::Readers readers{
      .picture = judge ? &*judge : nullptr, .narrative = eval::TextReaderOf(narrative_reader), .left_out = {}};
  if (judge) {
    for (eval::ReaderQuality& one : judge->Measure(flags.measured_scenes)) {
      readers.left_out.merge(eval::TopicsBelow(eval::kLeastAccuracy, one.by_topic));
      quality.insert(quality.begin(), std::move(one));
    }
  }
  const eval::BenchmarkResults header{.title = "Benchmark",
                                      .settings = SettingsOf(flags, contestants.generation()),
                                      .prompt_hash = eval::HashOf(prompts),
                                      .readers = std::move(quality),
                                      .judged = readers.picture != nullptr,
                                      .left_out = readers.left_out,
                                      .systems = {}};
  std::printf("%s\n", eval::ReadersTable(header).c_str());
  Findings findings(flags, prompts, header);
  eval::ContactSheets sheets(flags.sheet);
  for (const System& system : systems) {
    const bool first = &system == &systems.front();
    findings.Add(system, RunSystem(flags, system, prompts, readers, first ? &sheets : nullptr));
    if (first) sheets.Write(flags.folder);
  }
}

}  // namespace diptych::cli
