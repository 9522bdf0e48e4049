#include "judge/training.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <deque>

#include "base/error.h"
#include "base/threads.h"
#include "data/loader.h"
#include "judge/loss.h"
#include "model/safetensors.h"
#include "train/checkpoint.h"
#include "train/memory.h"
#include "train/optimizer.h"
#include "train/run_lock.h"

namespace diptych::judge {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

train::Optimizer FreshOptimizer(const JudgeNetwork& network, const JudgeTraining& options) {
  return train::Optimizer({.specs = network.specs(), .parameters = network.parameters()},
                          {.muon_learning_rate = options.muon_learning_rate,
                           .adam_learning_rate = options.adam_learning_rate,
                           .clip = 10,
                           .ema_decay = 0.998});
}

JudgeShape ShapeOf(const JudgeTraining& options) {
  return {.width = options.width, .blocks = options.blocks, .classes = ClassesOf(options.pictures.repertoire)};
}

// What a judge is, beside its tensors.
std::map<std::string, std::string> EntriesOf(const JudgeTraining& options) {
  std::map<std::string, std::string> entries = WriteClasses(ShapeOf(options).classes);
  entries["width"] = std::to_string(options.width);
  entries["blocks"] = std::to_string(options.blocks);
  entries["drawings"] = world::NameOf(options.pictures.repertoire.hands());
  return entries;
}

struct Run {
  explicit Run(const JudgeTraining& o)
      : options(o), network(ShapeOf(o), FastestJudgeType()), optimizer(FreshOptimizer(network, o)) {}

  std::vector<std::pair<std::string, Tensor>> State() const {
    auto state = optimizer.State();
    for (size_t i = 0; i < network.specs().size(); ++i)
      state.emplace_back("weight." + network.specs()[i].name, network.parameters()[i]);
    for (const auto& [name, tensor] : network.statistics()) state.emplace_back("statistic." + name, tensor);
    return state;
  }
  std::filesystem::path Checkpoint() const { return options.run / "checkpoint.safetensors"; }
  // The share of the training that is done, 0 to 1.
  double Done() const {
    return options.minutes > 0 ? seconds / 60 / options.minutes
                               : static_cast<double>(step) / static_cast<double>(options.steps);
  }

  const JudgeTraining& options;
  JudgeNetwork network;
  train::Optimizer optimizer;
  std::deque<JudgeBatch> recent;  // for the batch statistics of the EMA weights
  int64_t step = 0;
  double seconds = 0;
};

// The learning rate as a share of the full one: linear warm-up, constant, then linear decay to 0.
double RateFactorAt(const Run& run) {
  constexpr double kWarmUp = 100, kFull = 0.3;
  const double warm = std::min(1.0, static_cast<double>(run.step + 1) / kWarmUp);
  return warm * std::clamp((1 - run.Done()) / (1 - kFull), 0.0, 1.0);
}

// Writes the EMA of the weights. Their running statistics are computed anew from recent batches: those of the network
// belong to its present weights.
void WriteWeights(const Run& run) {
  torch::NoGradGuard no_gradient;
  JudgeNetwork ema(run.network.shape(), FastestJudgeType());
  for (size_t i = 0; i < ema.parameters().size(); ++i) ema.parameters()[i].copy_(run.optimizer.ema()[i]);
  int seen = 0;
  for (const JudgeBatch& batch : run.recent) {
    ema.SetTraining(true, 1.0 / ++seen);
    LossesOf(ema, batch);
  }
  std::vector<std::pair<std::string, Tensor>> tensors;
  for (size_t i = 0; i < ema.specs().size(); ++i)
    tensors.emplace_back(ema.specs()[i].name, ema.parameters()[i].to(torch::kBFloat16));
  for (const auto& [name, tensor] : ema.statistics()) tensors.emplace_back(name, tensor);
  if (run.options.file.has_parent_path()) std::filesystem::create_directories(run.options.file.parent_path());
  train::WriteTensors(run.options.file, tensors, EntriesOf(run.options));
}

void Save(const Run& run) {
  std::filesystem::create_directories(run.options.run);
  std::map<std::string, std::string> entries = EntriesOf(run.options);
  entries["step"] = std::to_string(run.step);
  entries["seconds"] = std::to_string(run.seconds);
  train::WriteTensors(run.Checkpoint(), run.State(), entries);
  if (!run.recent.empty()) WriteWeights(run);
}

// The run's checkpoint must be of a judge like this one; one of earlier versions tells less of itself.
void RequireSame(const Run& run) {
  const std::map<std::string, std::string> former = model::SafetensorsFile(run.Checkpoint()).metadata();
  for (const auto& [name, value] : EntriesOf(run.options)) {
    const auto entry = former.find(name);
    if (entry != former.end() && entry->second != value)
      throw base::Error("judge", run.Checkpoint().string() + " is of a judge with another entry \"" + name + "\".",
                        "give the flags that the run began with, or another --run.");
  }
}

void Begin(Run& run, const train::TrainingEvents& events) {
  if (!std::filesystem::exists(run.Checkpoint())) {
    run.network.Initialise(run.options.pictures.seed);
    run.optimizer = FreshOptimizer(run.network, run.options);
    return;
  }
  RequireSame(run);
  auto state = run.State();
  const train::CheckpointEntries entries(run.Checkpoint(), train::ReadTensors(run.Checkpoint(), state));
  run.step = entries.Get<int64_t>("step");
  run.seconds = entries.Get<double>("seconds");
  events.on_line("resumed " + run.Checkpoint().string());
}

JudgeLosses Step(Run& run, JudgeBatch batch) {
  constexpr size_t kRecent = 8;
  const Clock::time_point start = Clock::now();
  run.network.SetTraining(true);
  JudgeLosses losses = LossesOf(run.network, batch);
  losses.Sum().backward();
  std::vector<Tensor> gradients;
  for (Tensor& parameter : run.network.parameters()) {
    gradients.push_back(parameter.grad());
    parameter.mutable_grad() = Tensor();
  }
  const double norm = run.optimizer.Step(run.network.parameters(), gradients, RateFactorAt(run), run.step).front();
  if (!std::isfinite(norm))
    throw base::Error("judge", "a gradient is no number at step " + std::to_string(run.step) + ".", "lower the rates.");
  run.recent.push_back(std::move(batch));
  if (run.recent.size() > kRecent) run.recent.pop_front();
  ++run.step;
  run.seconds += SecondsSince(start);
  return losses;
}

std::string LineOf(const Run& run, const JudgeLosses& losses, double pictures_a_second) {
  char text[200];
  std::snprintf(
      text, sizeof(text),
      "step %lld, %.1f min, rate %.3f: middles %.3f boxes %.4f scene %.3f things %.3f edges %.4f; %.0f pictures/s",
      static_cast<long long>(run.step), run.seconds / 60, RateFactorAt(run), losses.centres.item<double>(),
      losses.boxes.item<double>(), losses.scene.item<double>(), losses.things.item<double>(),
      losses.edges.item<double>(), pictures_a_second);
  return text;
}

}  // namespace

void TrainJudge(const JudgeTraining& options, const train::TrainingEvents& events) {
  if (options.minutes <= 0 && options.steps <= 0)
    throw base::Error("judge", "neither minutes nor steps are given.", "training ends after one or the other.");
  DIPTYCH_CHECK(train::KeepsFreedMemory(), "the allocator of memory.cc");
  at::set_num_threads(base::UseThreads(options.threads));
  Run run(options);
  const train::RunLock lock(options.run);
  Begin(run, events);
  data::Loader loader([&](uint64_t index) { return MakeJudgeBatch(options.pictures, index); },
                      {.first = static_cast<uint64_t>(run.step), .threads = options.loader_threads, .ahead = 4});
  constexpr int kLogEvery = 25;
  Clock::time_point saved = Clock::now(), logged = saved;
  while (run.Done() < 1 && !events.stop()) {
    // Waiting for pictures is training time too.
    const Clock::time_point waited = Clock::now();
    JudgeBatch batch = loader.Next();
    run.seconds += SecondsSince(waited);
    const int pictures = batch.pictures;
    const JudgeLosses losses = Step(run, std::move(batch));
    if (run.step % kLogEvery == 0) {
      events.on_line(LineOf(run, losses, kLogEvery * pictures / SecondsSince(logged)));
      logged = Clock::now();
    }
    if (SecondsSince(saved) > options.save_minutes * 60) {
      Save(run);
      saved = Clock::now();
    }
  }
  Save(run);
}

}  // namespace diptych::judge
