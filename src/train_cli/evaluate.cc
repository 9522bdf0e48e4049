#include "train_cli/evaluate.h"

#include <chrono>
#include <cstdio>
#include <set>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/threads.h"
#include "coherence/check.h"
#include "coherence/check_data.h"
#include "eval/benchmark_prompts.h"
#include "eval/records.h"
#include "eval/results.h"
#include "eval/text_reader.h"
#include "train_cli/benchmark_curve.h"
#include "train_cli/contestants.h"
#include "train_cli/judge_observer.h"
#include "world/repertoire.h"

namespace diptych::train_cli {
namespace {

// Reports from time to time how many of a system's answers are done.
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

std::string KindsOf(const world::Repertoire& known) {
  int kinds = 0;
  for (int i = 0; i < world::KindCount(); ++i) kinds += known.Has(static_cast<world::Kind>(i)) ? 1 : 0;
  return std::to_string(kinds) + " kinds that the model knows";
}

std::vector<std::string> SettingsOf(const EvalOptions& options, const model::GenerationConfig& generation) {
  char line[160];
  std::snprintf(line, sizeof(line), "best of %d, %d denoising steps, guidance %g, %d x %d pixels, temperature %g",
                generation.candidates, generation.steps, generation.guidance, generation.width, generation.height,
                generation.temperature);
  return {"model: " + options.model.lexically_normal().filename().string(), line,
          (options.prompt_file.empty() ? std::to_string(options.prompts.per_rung) + " prompts a rung"
                                       : "the prompts of " + options.prompt_file.filename().string()) +
              ", world version " + std::to_string(world::kWorldVersion) + ", seed " +
              std::to_string(options.seeds.first)};
}

std::string SettingOf(const EvalOptions& options, const JudgeObserver& judge) {
  return "judge: " + options.judge.lexically_normal().filename().string() + ", learnt from drawings of " +
         (judge.judge().drawings() == world::NameOf(world::Hands::kWorld) ? "the artists that models learn from"
                                                                          : "artists that no model learns from");
}

void CheckOptions(const EvalOptions& options) {
  if (options.drawer.empty() != options.writer.empty())
    throw base::Error("eval", "--drawer and --writer are the two halves of one baseline.", "give both or none.");
  if (std::set<int>(options.prompts.rungs.begin(), options.prompts.rungs.end()).size() != options.prompts.rungs.size())
    throw base::Error("eval", "--rungs names one twice.");
}

// Checks a model's answers as its users see them checked, and compares with the readers.
class ReportReader {
 public:
  ReportReader(const engine::Model& model, const std::filesystem::path& folder, const std::set<world::Topic>& left_out)
      : model_(model), data_(coherence::CheckData::Load(folder)), left_out_(left_out) {}

  void Add(const eval::ReadAnswer& read) {
    const engine::GenerateRequest request{.prompt = read.prompt.text,
                                          .plan = {},
                                          .language = read.prompt.language,
                                          .seed = read.seed,
                                          .options = model_.generation()};
    agreement_.Add(coherence::CheckAnswer(model_, data_, request, read.answer, {}), read.prompt.facts, left_out_,
                   read.readings, read.score);
  }
  const eval::ReportAgreement& agreement() const { return agreement_; }

 private:
  const engine::Model& model_;
  const coherence::CheckData data_;
  const std::set<world::Topic>& left_out_;
  eval::ReportAgreement agreement_;
};

// What else hears a system's answers; either may be null.
struct Followers {
  eval::ContactSheets* sheets = nullptr;
  ReportReader* reports = nullptr;
};

// All answers of one system, their figures, and what else is kept of them.
std::vector<eval::PromptResult> RunSystem(const System& system, const eval::BenchmarkTask& task,
                                          const std::filesystem::path& folder, const Followers& followers) {
  Reporter reporter(system.name);
  base::AtomicFile records(folder / "records" / (system.name + ".jsonl"));
  eval::BenchmarkListener listener;
  listener.on_progress = [&reporter](size_t done, size_t in_all) { reporter.Report(done, in_all); };
  listener.on_answer = [&](const eval::ReadAnswer& answer) {
    records.Write(eval::RecordOf(answer));
    if (followers.sheets != nullptr) followers.sheets->Add(answer);
    if (followers.reports != nullptr) followers.reports->Add(answer);
  };
  std::vector<eval::PromptResult> results = eval::RunBenchmark(task, system.answerer, listener);
  records.Commit();
  return results;
}

// The results so far, written after each system, so that a stopped run keeps them.
class Findings {
 public:
  // `reports`, of the first system's answers, may be null.
  Findings(const EvalOptions& options, const std::vector<eval::BenchmarkPrompt>& prompts, eval::BenchmarkResults header,
           ReportReader* reports)
      : options_(options), prompts_(prompts), results_(std::move(header)), reports_(reports) {}

  ReportReader* reports() const { return reports_; }

  void SetWorth(const eval::VerdictWorth& worth) { worth_ = worth; }

  void Add(const System& system, std::vector<eval::PromptResult> own) {
    results_.systems.push_back(
        {system.name, system.description, eval::MakeFigures(prompts_, own, worth_), std::nullopt});
    if (reports_ != nullptr && first_.empty()) results_.systems.back().reports = reports_->agreement();
    if (first_.empty())
      first_ = std::move(own);
    else
      results_.systems.back().first_has_more = eval::MakeDifferences(prompts_, first_, own, worth_);
    base::WriteFileAtomically(options_.folder / "results.json", eval::ToJson(results_));
    base::WriteFileAtomically(options_.folder / "results.md", eval::ToMarkdown(results_));
    WriteCurve(results_.systems, options_.folder / "curve");
  }

 private:
  const EvalOptions& options_;
  const std::vector<eval::BenchmarkPrompt>& prompts_;
  eval::BenchmarkResults results_;
  ReportReader* reports_;
  eval::VerdictWorth worth_;
  std::vector<eval::PromptResult> first_;
};

// The judge as reader of pictures, if its weights exist.
std::optional<JudgeObserver> OpenJudge(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return std::optional<JudgeObserver>(std::in_place, file);
  std::printf("no judge at %s: nobody looks at the pictures\n", file.string().c_str());
  return std::nullopt;
}

std::vector<eval::BenchmarkPrompt> PromptsOf(const EvalOptions& options, const world::Words& words,
                                             const world::HeldOut& held_out, const world::Repertoire& known) {
  if (!options.prompt_file.empty()) return eval::ReadBenchmarkPrompts(options.prompt_file, held_out);
  eval::PromptChoice choice = options.prompts;
  choice.known = &known;
  return eval::MakeBenchmarkPrompts(words, held_out, choice);
}

// Writes each system's findings before the next one answers.
void RunSystems(const EvalOptions& options, const std::vector<System>& systems, const eval::BenchmarkTask& task,
                Findings& findings) {
  eval::ContactSheets sheets(options.sheet);
  for (const System& system : systems) {
    const bool first = &system == &systems.front();
    const Followers followers{.sheets = first ? &sheets : nullptr, .reports = first ? findings.reports() : nullptr};
    findings.Add(system, RunSystem(system, task, options.folder, followers));
    if (first) sheets.Write(options.folder);
  }
}

}  // namespace

void Evaluate(const EvalOptions& options, const std::function<bool()>& cancelled) {
  CheckOptions(options);
  base::UseThreads(options.threads);
  std::filesystem::create_directories(options.folder / "records");
  const world::Words words = world::Words::Load(options.words);
  const world::HeldOut held_out = world::HeldOut::Load(options.words / "held_out.txt");
  const world::Repertoire known = world::KnownBy(coherence::CheckData::Load(options.model).vocabulary);
  const std::vector<eval::BenchmarkPrompt> prompts = PromptsOf(options, words, held_out, known);
  Contestants contestants(options, words, cancelled);
  std::vector<System> systems = contestants.Open();
  if (options.prompt_file.empty()) systems.push_back(contestants.Truth());  // a user's own prompts have no scene
  const world::NarrativeReader narrative_reader(words);
  const std::optional<JudgeObserver> judge = OpenJudge(options.judge);
  eval::Readers readers{
      .picture = judge ? &*judge : nullptr, .narrative = eval::TextReaderOf(narrative_reader), .left_out = {}};
  eval::BenchmarkResults header{.title = "Benchmark",
                                .settings = SettingsOf(options, contestants.generation()),
                                .prompt_hash = eval::HashOf(prompts),
                                .readers = eval::MeasureTextReader(words, held_out, options.measured_scenes, known),
                                .judged = judge.has_value(),
                                .least_accuracy = options.least_accuracy,
                                .left_out = {},
                                .systems = {}};
  header.settings.push_back(KindsOf(known));
  eval::VerdictWorth worth;
  if (judge) {
    const eval::JudgeError error = judge->Measure(options.measured_scenes, known);
    worth = eval::WorthOf(error);
    header.judge_error = error.all;
    header.settings.push_back(SettingOf(options, *judge));
    for (eval::ReaderQuality& one : QualityOf(error)) {
      readers.left_out.merge(eval::TopicsBelow(options.least_accuracy, one.by_topic));
      header.readers.insert(header.readers.begin(), std::move(one));
    }
  }
  header.left_out = readers.left_out;
  std::printf("%s\n", eval::ReadersTable(header).c_str());
  ReportReader reports(contestants.model(), options.model, readers.left_out);
  Findings findings(options, prompts, header, judge ? &reports : nullptr);
  findings.SetWorth(worth);
  RunSystems(options, systems, {.prompts = prompts, .readers = readers, .seeds = options.seeds}, findings);
}

}  // namespace diptych::train_cli
