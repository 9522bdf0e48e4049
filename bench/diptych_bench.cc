// diptych_bench: how fast the engine and the trainer are, beside libtorch on the same weights in the same run. Prints
// JSON.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"
#include "base/threads.h"
#include "child.h"
#include "clock.h"
#include "eager_side.h"
#include "engine_side.h"
#include "machine.h"
#include "report.h"
#include "train/loop.h"
#include "workload.h"

namespace diptych::bench {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct BenchOptions {
  std::string model = "models/default", words = "src/world/words", program, json_file, markdown_file, loop, as_libtorch;
  std::string prompt = "a blue bus driving under a starry night";
  int repeats = 7, train_steps = 5, threads = 0;
};

Json Seconds(const std::vector<double>& values) { return ToJson(SpreadOf(values)); }

// `count` things in each of these times, as a rate.
Json Rate(double count, std::vector<double> seconds) {
  for (double& value : seconds) value = count / value;
  return ToJson(SpreadOf(std::move(seconds)));
}

double Median(const Json& spread) { return spread["median"].get<double>(); }

// Largest difference, relative to the largest value of `from`.
double RelativeError(const std::vector<float>& from, const std::vector<float>& to) {
  DIPTYCH_CHECK(from.size() == to.size() && !from.empty(), "results of one size");
  double largest = 0, error = 0;
  for (size_t i = 0; i < from.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(from[i])));
    error = std::max(error, std::abs(static_cast<double>(from[i]) - static_cast<double>(to[i])));
  }
  return error / largest;
}

double MeanError(const std::vector<float>& from, const std::vector<float>& to) {
  double sum = 0;
  for (size_t i = 0; i < from.size(); ++i) sum += std::abs(static_cast<double>(from[i]) - static_cast<double>(to[i]));
  return sum / static_cast<double>(from.size());
}

// One benchmark run: the contestants and what they share.
class Bench {
 public:
  Bench(const BenchOptions& options, const fs::path& folder, bool random_weights)
      : options_(options),
        folder_(folder),
        random_(random_weights),
        model_(engine::Model::Load(folder)),
        load_(MakeWorkload(model_.tokenizer(), model_.generation(), options.prompt)),
        engine_(model_, load_),
        bfloat_(folder, model_.config(), load_, EagerType::kBFloat16),
        float_(folder, model_.config(), load_, EagerType::kFloat32) {
    const engine::Answer answer = engine_.WholeAnswer();
    load_.plan_tokens = answer.timings.plan_tokens;
    load_.narrative_tokens = answer.timings.narrative_tokens;
  }

  Json Run() {
    const OtherLoad others;
    Json json;
    json["agreement"] = Agreement();
    NotePeak();
    json["answer"] = WholeAnswer();
    json["prefill"] =
        Compare([this](auto& side) { side.Prefill(); }, static_cast<double>(load_.text.size()), "tokens_per_s");
    json["decode"] = Decode();
    NotePeak();
    json["picture"] = Picture();
    NotePeak();
    if (!options_.program.empty()) json["process"] = Processes();
    if (options_.train_steps > 0) json["trainer"] = Trainer();
    NotePeak();
    AddShares(json);
    Json head = Head();
    head["machine"]["other_load"] = others.share();
    head.update(json);
    return head;
  }

  void Loop() {
    if (options_.loop == "decode")
      for (int i = 0; i < options_.repeats; ++i) engine_.Decode(100);
    std::vector<double> steps;
    if (options_.loop == "draw")
      for (int i = 0; i < options_.repeats; ++i) engine_.Draw(&steps);
    if (options_.loop == "answer")
      for (int i = 0; i < options_.repeats; ++i) engine_.WholeAnswer();
    if (!steps.empty()) std::printf("median step %.3f ms\n", 1e3 * SpreadOf(steps).median);
  }

 private:
  Json Head() const {
    const Machine machine = ThisMachine(options_.threads);
    Json json;
    json["machine"] = {{"processor", machine.processor},
                       {"flags", machine.flags},
                       {"held_to", machine.held_to},
                       {"threads", machine.threads}};
    json["versions"] = {{"diptych", DIPTYCH_VERSION},
                        {"onednn", OneDnnVersion()},
                        {"libtorch", EagerVersion()},
                        {"compiler", __VERSION__}};
    json["model"] = {{"folder", options_.model},
                     {"random_weights", random_},
                     {"parameters", ParameterCount(model_.config())},
                     {"weights_bytes", fs::file_size(folder_ / "model.safetensors")}};
    const model::GenerationConfig& o = load_.options;
    json["load"] = {{"prompt", load_.prompt},
                    {"prompt_tokens", load_.turn.size()},
                    {"plan_tokens", load_.plan_tokens},
                    {"narrative_tokens", load_.narrative_tokens},
                    {"width", o.width},
                    {"height", o.height},
                    {"steps", o.steps},
                    {"guidance", o.guidance}};
    Json sizes = Json::array();
    for (const PeakOfSize& p : peaks_)
      sizes.push_back(
          {{"rows", p.rows}, {"inner", p.inner}, {"columns", p.columns}, {"operations_per_s", p.operations_per_s}});
    json["matrix_peak"] = {{"operations_per_s", Peak()}, {"products", sizes}};
    return json;
  }

  // Keeps the best of each size over the whole run: what the machine can do when nothing else disturbs it.
  void NotePeak() {
    const std::vector<PeakOfSize> now = MeasurePeaks(options_.threads);
    if (peaks_.empty()) peaks_ = now;
    for (size_t i = 0; i < now.size(); ++i)
      peaks_[i].operations_per_s = std::max(peaks_[i].operations_per_s, now[i].operations_per_s);
  }

  double Peak() const {
    double best = 0;
    for (const PeakOfSize& p : peaks_) best = std::max(best, p.operations_per_s);
    return best;
  }

  // The contestants compute the same thing: in float32 to rounding, in bfloat16 about as far from it as each other.
  // Few tokens and steps, for libtorch's float32 may stand on a BLAS without any speed.
  Json Agreement() {
    constexpr int kTokens = 4, kSteps = 2;
    const int steps = std::exchange(load_.options.steps, kSteps);
    Json json = FewStepsAgreement(kTokens);
    load_.options.steps = steps;
    constexpr double kRounding = 1e-3;  // float32 sums in another order, through all layers and steps
    if (json["engine_float32_logits"] > kRounding || json["engine_float32_picture"] > kRounding)
      throw base::Error("bench", "the engine and libtorch do not compute the same: " + json.dump() + ".");
    return json;
  }

  Json FewStepsAgreement(int tokens) {
    const engine::Model exact = engine::Model::Load(folder_, engine::Precision::kFloat32);
    EngineSide exact_engine(exact, load_);
    const std::vector<float> logits = float_.Logits(tokens), picture = float_.Draw(nullptr);
    std::vector<double> seconds;
    Json json{{"engine_float32_logits", RelativeError(logits, exact_engine.Logits(tokens))},
              {"engine_float32_picture", RelativeError(picture, exact_engine.Draw(&seconds))},
              {"engine_bfloat16_logits", RelativeError(logits, engine_.Logits(tokens))},
              {"libtorch_bfloat16_logits", RelativeError(logits, bfloat_.Logits(tokens))},
              {"engine_bfloat16_picture_mean", MeanError(picture, engine_.Draw(&seconds))},
              {"libtorch_bfloat16_picture_mean", MeanError(picture, bfloat_.Draw(nullptr))}};
    return json;
  }

  // Adds how many times faster the engine is; `key` is a time or a rate.
  static void AddRatio(Json& json, const std::string& key, bool rate) {
    const double ours = Median(json["engine"][key]), theirs = Median(json["libtorch"][key]);
    json["times_libtorch"] = rate ? ours / theirs : theirs / ours;
  }

  template <typename Act>
  Json Compare(const Act& act, double count, const char* name) {
    const std::vector<std::function<void()>> contestants = {[&] { act(engine_); }, [&] { act(bfloat_); }};
    const auto seconds = TimeInTurns(contestants, options_.repeats);
    Json json;
    for (size_t i = 0; i < kNames.size(); ++i) json[kNames[i]] = {{name, Rate(count, seconds[i])}};
    AddRatio(json, name, /*rate=*/true);
    return json;
  }

  Json WholeAnswer() {
    std::vector<engine::Timings> stages;
    const std::vector<std::function<void()>> contestants = {[&] { stages.push_back(engine_.WholeAnswer().timings); },
                                                            [&] { bfloat_.WholeAnswer(); }};
    const auto seconds = TimeInTurns(contestants, options_.repeats);
    Json json;
    for (size_t i = 0; i < kNames.size(); ++i) json[kNames[i]] = {{"seconds", Seconds(seconds[i])}};
    const auto stage = [&](double engine::Timings::*member) {
      std::vector<double> values;
      for (const engine::Timings& t : stages) values.push_back(t.*member);
      return Seconds(values);
    };
    json["engine"]["prompt_s"] = stage(&engine::Timings::prompt_s);
    json["engine"]["plan_s"] = stage(&engine::Timings::plan_s);
    json["engine"]["picture_s"] = stage(&engine::Timings::picture_s);
    json["engine"]["narrative_s"] = stage(&engine::Timings::narrative_s);
    AddRatio(json, "seconds", /*rate=*/false);
    return json;
  }

  // Without the values of the round that is thrown away.
  void DropWarmUp(std::vector<double>& seconds) const {
    const auto rounds = static_cast<std::ptrdiff_t>(options_.repeats) + 1;
    seconds.erase(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size()) / rounds);
  }

  Json Decode() {
    constexpr int kTokens = 64;
    std::vector<std::vector<double>> seconds(kNames.size());
    const std::vector<std::function<void()>> contestants = {[&] { seconds[0].push_back(engine_.Decode(kTokens)); },
                                                            [&] { seconds[1].push_back(bfloat_.Decode(kTokens)); }};
    TimeInTurns(contestants, options_.repeats);
    for (auto& values : seconds) DropWarmUp(values);
    Json json;
    for (size_t i = 0; i < kNames.size(); ++i) json[kNames[i]] = {{"tokens_per_s", Rate(kTokens, seconds[i])}};
    AddRatio(json, "tokens_per_s", /*rate=*/true);
    return json;
  }

  Json Picture() {
    std::vector<std::vector<double>> seconds(kNames.size());
    const std::vector<std::function<void()>> contestants = {[&] { engine_.Draw(&seconds[0]); },
                                                            [&] { bfloat_.Draw(&seconds[1]); }};
    TimeInTurns(contestants, options_.repeats);
    for (auto& values : seconds) DropWarmUp(values);
    Json json{{"operations_per_step", StepOperations(load_, model_.config())}};
    for (size_t i = 0; i < kNames.size(); ++i) json[kNames[i]] = {{"steps_per_s", Rate(1, seconds[i])}};
    AddRatio(json, "steps_per_s", /*rate=*/true);
    return json;
  }

  // The program itself, and libtorch in a process that does the same.
  Json Processes() {
    const base::TemporaryFolder output;
    const std::string threads = std::to_string(options_.threads);
    const std::vector<std::string> whole = {
        options_.program, options_.prompt, "--model", folder_.string(),      "--seed", "1",
        "--threads",      threads,         "-o",      output.path().string()};
    std::vector<std::string> unchecked = whole;
    unchecked.push_back("--no-check");
    const std::vector<std::string> libtorch = {
        fs::read_symlink("/proc/self/exe").string(),
        "--model",
        folder_.string(),
        "--threads",
        threads,
        "--prompt",
        options_.prompt,
        "--as-libtorch",
        std::to_string(load_.plan_tokens) + "," + std::to_string(load_.narrative_tokens)};
    std::vector<std::vector<ChildRun>> runs(3);
    for (int round = -1; round < options_.repeats; ++round)
      for (size_t i = 0; i < runs.size(); ++i) {
        ChildRun run = RunChild(i == 0 ? whole : i == 1 ? unchecked : libtorch);
        if (run.exit_code != 0) throw base::Error("bench", "a measured program failed: " + run.output);
        if (round >= 0) runs[i].push_back(std::move(run));
      }
    Json json{
        {"engine", Describe(runs[0])}, {"engine_without_check", Describe(runs[1])}, {"libtorch", Describe(runs[2])}};
    json["times_libtorch"] = Median(json["libtorch"]["total_s"]) / Median(json["engine_without_check"]["total_s"]);
    return json;
  }

  static Json Describe(const std::vector<ChildRun>& runs) {
    const auto values = [&](double ChildRun::*member) {
      std::vector<double> all;
      for (const ChildRun& run : runs) all.push_back(run.*member);
      return ToJson(SpreadOf(all));
    };
    return {{"first_output_s", values(&ChildRun::first_output_s)},
            {"total_s", values(&ChildRun::total_s)},
            {"peak_bytes", values(&ChildRun::peak_bytes)}};
  }

  Json Trainer() const {
    train::TrainingOptions training;
    training.model = options_.model;
    training.words = options_.words;
    training.threads = options_.threads;
    const std::vector<train::StepCost> costs = train::MeasureSteps(training, options_.train_steps + 1);
    std::vector<double> seconds, samples, tokens, speed;
    for (size_t i = 1; i < costs.size(); ++i) {
      seconds.push_back(costs[i].seconds);
      samples.push_back(costs[i].samples / costs[i].seconds);
      tokens.push_back(static_cast<double>(costs[i].tokens) / costs[i].seconds);
      speed.push_back(costs[i].operations / costs[i].seconds);
    }
    return {{"batch", training.batch},
            {"size", training.size},
            {"step_s", Seconds(seconds)},
            {"samples_per_s", ToJson(SpreadOf(samples))},
            {"tokens_per_s", ToJson(SpreadOf(tokens))},
            {"operations_per_s", ToJson(SpreadOf(speed))}};
  }

  void AddShares(Json& json) const {
    Json& picture = json["picture"];
    const double operations = picture["operations_per_step"].get<double>();
    for (const auto& name : kNames)
      picture[name]["share_of_peak"] = operations * Median(picture[name]["steps_per_s"]) / Peak();
    if (json.contains("trainer"))
      json["trainer"]["share_of_peak"] = Median(json["trainer"]["operations_per_s"]) / Peak();
  }

  static inline const std::vector<std::string> kNames = {"engine", "libtorch"};

  BenchOptions options_;
  fs::path folder_;
  bool random_;
  engine::Model model_;
  Workload load_;
  EngineSide engine_;
  EagerSide bfloat_, float_;
  std::vector<PeakOfSize> peaks_;
};

// A process that answers with libtorch, as one would write it: load, answer, end.
int AnswerAsLibtorch(const BenchOptions& options) {
  std::puts("loading");
  std::fflush(stdout);
  const model::ModelConfig config = model::LoadConfig(options.model);
  Workload load =
      MakeWorkload(text::Tokenizer::Load(options.model), model::LoadGenerationConfig(options.model), options.prompt);
  const size_t comma = options.as_libtorch.find(',');
  load.plan_tokens = std::stoi(options.as_libtorch);
  load.narrative_tokens = std::stoi(options.as_libtorch.substr(comma + 1));
  EagerSide(options.model, config, load, EagerType::kBFloat16).WholeAnswer();
  std::puts("done");
  return 0;
}

int RunBench(const BenchOptions& options) {
  const base::TemporaryFolder temporary;
  fs::path folder = options.model;
  const bool random = !fs::exists(folder / "model.safetensors");
  if (random) {
    folder = temporary / "model";
    WriteRandomModel(options.model, folder);
  }
  Bench bench(options, folder, random);
  if (!options.loop.empty()) {
    bench.Loop();
    return 0;
  }
  const std::string json = bench.Run().dump(2) + "\n";
  if (options.json_file.empty()) std::fputs(json.c_str(), stdout);
  if (!options.json_file.empty()) base::WriteFileAtomically(options.json_file, json);
  if (!options.markdown_file.empty()) base::WriteFileAtomically(options.markdown_file, MarkdownOf(json));
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app("Measures the engine and the trainer beside libtorch on the same weights. Prints JSON.");
  BenchOptions options;
  app.add_option("--model", options.model, "model folder; without weights, random ones of its sizes are used")
      ->capture_default_str();
  app.add_option("--words", options.words, "the world's words, for the trainer")->capture_default_str();
  app.add_option("--program", options.program, "diptych, to be run as a process; without it that part is left out");
  app.add_option("--prompt", options.prompt)->capture_default_str();
  app.add_option("--repeats", options.repeats, "rounds of each measurement")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--train-steps", options.train_steps, "0 leaves the trainer out")->capture_default_str();
  app.add_option("--threads", options.threads, "0: all cores")->capture_default_str();
  app.add_option("--json", options.json_file, "write the JSON to this file instead");
  app.add_option("--markdown", options.markdown_file, "also write a page for people");
  app.add_option("--loop", options.loop, "repeat one part of the engine's work alone, for a profiler")
      ->check(CLI::IsMember({"answer", "decode", "draw"}));
  app.add_option("--as-libtorch", options.as_libtorch,
                 "answer once with libtorch: tokens of plan and narrative, as 60,80");
  CLI11_PARSE(app, argc, argv);
  options.threads = base::UseThreads(options.threads);
  UseEagerThreads(options.threads);
  return options.as_libtorch.empty() ? RunBench(options) : AnswerAsLibtorch(options);
}

}  // namespace
}  // namespace diptych::bench

int main(int argc, char** argv) {
  try {
    return diptych::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
