#include "train/loop.h"

#include <torch/cuda.h>

#include <ATen/Parallel.h>
#include <omp.h>
#include <sys/resource.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <numbers>
#include <optional>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "data/loader.h"
#include "data/source.h"
#include "data/tasks.h"
#include "train/answers.h"
#include "train/chart.h"
#include "train/checkpoint.h"
#include "train/flow.h"
#include "train/log.h"
#include "train/memory.h"
#include "train/model_folder.h"
#include "train/run_lock.h"
#include "train/samples.h"

namespace diptych::train {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The learning rates as a share of the full ones: linear warm-up, constant, then a half cosine down to
// final_rate_factor.
double RateFactorAt(const TrainingOptions& options, int64_t step) {
  const double s = static_cast<double>(step), all = static_cast<double>(options.steps), fall = options.decay * all;
  const double warm = std::min(1.0, (s + 1) / static_cast<double>(std::max<int64_t>(1, options.warm_up)));
  if (fall <= 0 || s < all - fall) return warm;
  const double done = std::min(1.0, (s - (all - fall)) / fall);
  return warm *
         (options.final_rate_factor + (1 - options.final_rate_factor) * 0.5 * (1 + std::cos(std::numbers::pi * done)));
}

torch::Device DeviceOf(const std::string& name) {
  if (name == "cpu") return torch::Device(torch::kCPU);
  if (name != "cuda" && !name.starts_with("cuda:"))
    throw base::Error("train", "there is no device '" + name + "'.", "use cpu or cuda.");
  if (!torch::cuda::is_available())
    throw base::Error("train", "this libtorch sees no CUDA device.",
                      "use --device cpu, or build against a libtorch with CUDA.");
  return torch::Device(name);
}

void CheckFits(const TrainingOptions& o, const model::ModelConfig& config, const text::Tokenizer& tokenizer) {
  if (o.size % config.token_pixels() != 0)
    throw base::Error(
        "train", "size " + std::to_string(o.size) + " is no multiple of " + std::to_string(config.token_pixels()) + ".",
        "pictures are made of tokens of that many pixels.");
  if (o.mix.pictures_only && o.mix.copies < 1)
    throw base::Error("train",
                      "pictures alone, drawn " + std::to_string(o.mix.copies) + " times, leave nothing to learn.",
                      "give --copies 1 or more.");
  if (o.mix.pictures_only && o.mix.blind)
    throw base::Error("train", "answers without a picture leave nothing to draw.", "give --blind or --pictures-only.");
  if (tokenizer.vocabulary_size() > config.vocabulary)
    throw base::Error("train",
                      "the tokenizer has " + std::to_string(tokenizer.vocabulary_size()) +
                          " ids, config.json has vocab_size " + std::to_string(config.vocabulary) + ".",
                      "they must fit.");
  // Limits of the kernels of train_kernels/.
  if (o.device == "cpu" && !o.float32 && (config.head % 16 != 0 || config.head > 256))
    throw base::Error(
        "train", "config.json has head_dim " + std::to_string(config.head) + ", it must be a multiple of 16 up to 256.",
        "or train with --float32.");
}

// With mid_sentence as the model's folder says, since the engine will spell prompts so.
TrainingOptions WithSpelling(TrainingOptions options) {
  options.mix.mid_sentence = GenerationOf(options.model).mid_sentence;
  return options;
}

// The whole state of a run.
struct Run {
  explicit Run(const TrainingOptions& o)
      : options(WithSpelling(o)),
        config(Trainable(model::LoadConfig(o.model))),
        tokenizer(text::Tokenizer::Load(o.model)),
        source(data::OpenSource(
            {.words = o.words, .mix = options.mix, .size = o.size, .kinds = o.kinds, .artists = o.artists})),
        device(DeviceOf(o.device)),
        network(config, device, o.float32 ? torch::kFloat32 : torch::kBFloat16),
        optimizer(OptimizerOfTowers(network.specs(), network.parameters(), o.optimizer)),
        balancer(o.balance, o.weights) {
    CheckFits(o, config, tokenizer);
    if (o.mix.pictures_only) network.FreezeUnderstanding();
    progress.seed = o.seed;
    progress.weights = o.weights;
    progress.batch = o.batch;
    progress.size = o.size;
  }

  data::Batch MakeBatch(uint64_t index) const {
    std::vector<std::vector<data::Sequence>> samples;
    for (int i = 0; i < options.batch; ++i) {
      const uint64_t sample = index * static_cast<uint64_t>(options.batch) + static_cast<uint64_t>(i);
      samples.emplace_back();
      for (data::Document& document : source->Make(options.seed, sample, data::Split::kTraining))
        samples.back().push_back(data::MakeSequence(std::move(document), tokenizer, config));
    }
    return data::Pack(std::move(samples), config);
  }

  TrainingOptions options;
  model::ModelConfig config;
  text::Tokenizer tokenizer;
  std::unique_ptr<const data::Source> source;
  torch::Device device;
  Network network;
  Optimizer optimizer;
  balance::Balancer balancer;
  Progress progress;
};

struct Losses {
  Tensor text, picture;  // scalars with gradients
  Tensor each_text;      // [targets]
};

TextLoss TextLossOf(const Run& run, const data::Batch& batch, const TrainingBatch& uploaded, const Tensor& hidden) {
  if (batch.targets.empty()) return {torch::zeros({}, hidden.options().dtype(torch::kFloat32)), torch::zeros({0})};
  std::vector<float> scale;
  for (text::Task task : batch.target_tasks) scale.push_back(static_cast<float>(data::RowOf(task).loss_weight));
  Tensor scales = Send(torch::tensor(scale), run.device);
  scales = scales / scales.sum();
  return CrossEntropyLoss(hidden.index_select(0, uploaded.target_rows), run.network.OutputMatrix(), uploaded.targets,
                          scales);
}

// The mean over all drawings, whatever their sizes.
Tensor PictureLossOf(const Run& run, const data::Batch& batch, const std::vector<NoisyPictures>& pictures,
                     const std::vector<Tensor>& predicted) {
  if (batch.drawings.empty()) return torch::zeros({}, torch::TensorOptions(torch::kFloat32).device(run.device));
  const std::vector<Tensor> weights = DrawnTokenWeights(batch, run.config, run.options.flow.subject_share);
  std::vector<Tensor> losses;
  for (size_t i = 0; i < pictures.size(); ++i)
    losses.push_back(VelocityLosses(pictures[i], predicted[i], Send(weights[i], run.device), run.config));
  return torch::cat(losses).mean();
}

Losses ForwardLosses(const Run& run, const data::Batch& batch, const TrainingBatch& uploaded) {
  const std::vector<NoisyPictures> pictures =
      AddNoise(uploaded, run.config, run.options.flow, {run.options.seed, run.progress.step});
  const Network::Output out = run.network.Forward(uploaded, pictures);
  const TextLoss text = TextLossOf(run, batch, uploaded, out.hidden);
  return {text.total, PictureLossOf(run, batch, pictures, out.predicted), text.each};
}

void DropGradients(std::vector<Tensor>& parameters) {
  for (Tensor& parameter : parameters) parameter.mutable_grad() = Tensor();
}

std::vector<Tensor> TakeGradients(std::vector<Tensor>& parameters) {
  std::vector<Tensor> gradients;
  for (Tensor& parameter : parameters) gradients.push_back(parameter.grad());
  DropGradients(parameters);
  return gradients;
}

// Inner products of the two losses' gradients for each layer of the understanding tower, then their sum. The generation
// tower has a gradient of the picture loss alone.
std::vector<balance::GradientProducts> ProductsByLayer(const Run& run, const std::vector<Tensor>& text,
                                                       const std::vector<Tensor>& picture) {
  std::vector<balance::GradientProducts> layers(static_cast<size_t>(run.config.layers) + 1);
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string& name = run.network.specs()[i].name;
    const size_t at = name.find(".layers.");
    const bool shared = at != std::string::npos && !model::IsGeneration(name);
    if (!shared || !text[i].defined() || !picture[i].defined()) continue;
    balance::GradientProducts& layer = layers[static_cast<size_t>(std::stoi(name.substr(at + 8)))];
    const balance::GradientProducts p{.text_text = text[i].square().sum().item<double>(),
                                      .text_picture = (text[i] * picture[i]).sum().item<double>(),
                                      .picture_picture = picture[i].square().sum().item<double>()};
    for (balance::GradientProducts* sum : {&layer, &layers.back()}) {
      sum->text_text += p.text_text;
      sum->text_picture += p.text_picture;
      sum->picture_picture += p.picture_picture;
    }
  }
  return layers;
}

// Gradients of the weighted sum of the losses. On a probe step those of each loss are computed apart, measured and
// summed.
std::vector<Tensor> Gradients(Run& run, const Losses& losses, bool probe, Log& log) {
  std::vector<Tensor>& parameters = run.network.parameters();
  if (!probe) {
    const balance::LossWeights weights = run.balancer.weights();
    (losses.text * weights.text + losses.picture * weights.picture).backward();
    return TakeGradients(parameters);
  }
  losses.text.backward({}, /*retain_graph=*/true);
  std::vector<Tensor> text = TakeGradients(parameters);
  losses.picture.backward();
  std::vector<Tensor> picture = TakeGradients(parameters);
  const std::vector<balance::GradientProducts> layers = ProductsByLayer(run, text, picture);
  run.balancer.Observe(layers.back());
  const balance::LossWeights weights = run.balancer.weights();
  log.Interference(run.progress.step, layers, weights);
  for (size_t i = 0; i < text.size(); ++i) {
    if (!text[i].defined())
      text[i] = picture[i].defined() ? picture[i] * weights.picture : Tensor();
    else if (!picture[i].defined())
      text[i] = text[i] * weights.text;
    else
      text[i] = text[i] * weights.text + picture[i] * weights.picture;
  }
  return text;
}

[[noreturn]] void StopOnNaN(const Run& run, const std::string& what) {
  const auto kept = NewestCheckpoint(run.options.run);
  throw base::Error("train", what + " at step " + std::to_string(run.progress.step) + ".",
                    kept ? "the last good checkpoint is " + kept->string() + "; lower the rates." : "lower the rates.");
}

void RefuseNaN(const Run& run, double text, double picture) {
  if (std::isfinite(text) && std::isfinite(picture)) return;
  StopOnNaN(run, "the loss is no number (text " + std::to_string(text) + ", picture " + std::to_string(picture) + ")");
}

// Weights that are NaN or infinite must not replace a good checkpoint.
void RefuseNonFiniteWeights(const Run& run) {
  for (size_t i = 0; i < run.network.parameters().size(); ++i)
    if (!torch::isfinite(run.network.parameters()[i]).all().item<bool>())
      StopOnNaN(run, "a weight of " + run.network.specs()[i].name + " is no number");
}

void SetThreads(int threads) {
  if (threads <= 0) threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  omp_set_num_threads(threads);
  at::set_num_threads(threads);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  // cuDNN builds a new plan of its attention for every shape, and no two batches have the same shapes.
  at::globalContext().setSDPUseCuDNN(false);
#endif
  DIPTYCH_CHECK(KeepsFreedMemory(), "the allocator of memory.cc");
}

// A batch, as the loader made it and on the network's device.
struct Ready {
  data::Batch batch;
  TrainingBatch uploaded;
};

// `meanwhile` is called once the gradients are enqueued, so that its work overlaps with the GPU's.
void TrainStep(Run& run, const Ready& ready, const std::function<void()>& meanwhile, Log& log) {
  const Clock::time_point start = Clock::now();
  const data::Batch& batch = ready.batch;
  const Losses losses = ForwardLosses(run, batch, ready.uploaded);
  // With one loss alone there is no interference to measure.
  const bool probe = !batch.targets.empty() && !batch.drawings.empty() && run.options.probe_every > 0 &&
                     run.progress.step % run.options.probe_every == 0;
  std::vector<Tensor> gradients = Gradients(run, losses, probe, log);
  meanwhile();
  const double text = losses.text.item<double>(), picture = losses.picture.item<double>();
  RefuseNaN(run, text, picture);
  const double rate_factor = RateFactorAt(run.options, run.progress.step);
  const TowerNorms norms =
      NormsOfTowers(run.optimizer.Step(run.network.parameters(), std::move(gradients), rate_factor, run.progress.step));
  if (!std::isfinite(norms.understanding) || !std::isfinite(norms.generation))
    StopOnNaN(run, "a gradient is no number");
  ++run.progress.step;
  run.progress.samples += batch.samples;
  run.progress.weights = run.balancer.weights();
  run.progress.seconds += SecondsSince(start);
  log.Step({.batch = batch,
            .each_text = losses.each_text,
            .text = text,
            .picture = picture,
            .rate_factor = rate_factor,
            .norms = norms,
            .seconds = SecondsSince(start)},
           run.progress);
}

void Save(const Run& run) {
  RefuseNonFiniteWeights(run);
  SaveCheckpoint(run.options.run, {run.network, run.optimizer, run.progress}, run.options.keep);
  DrawCurves(run.options.run);
}

void Export(const Run& run, const std::filesystem::path& folder) {
  WriteModelFolder({.model = run.options.model,
                    .run = run.options.run,
                    .specs = run.network.specs(),
                    .weights = run.optimizer.ema(),
                    .size = run.options.size},
                   folder);
}

// Writes, for people who follow the run, the EMA weights as a model folder, its answers to fixed prompts and its
// drawings of held-out samples. A failure is reported and does not end the run.
void Sample(const Run& run, const TrainingEvents& events) {
  const std::filesystem::path samples = run.options.run / "samples", model = run.options.run / "model";
  try {
    Export(run, model);
    char name[32];
    std::snprintf(name, sizeof(name), "%09lld-answers", static_cast<long long>(run.progress.step));
    WriteAnswers({model, "Step " + std::to_string(run.progress.step), PromptsOfSamples()}, samples / name);
    DrawSamples({run.network, run.optimizer.ema(), *run.source, run.tokenizer, run.progress.step}, samples);
  } catch (const base::Error& error) {
    events.on_line("no samples at step " + std::to_string(run.progress.step) + ": " + error.what());
  }
}

// Scenes, noise and times follow from these three: with another value a resumed run is not the one that was begun.
void WarnOfChanges(const Progress& stored, const Progress& now, const TrainingEvents& events) {
  const auto warn = [&](const char* flag, auto before, auto given) {
    if (before != given)
      events.on_line("Warning: --" + std::string(flag) + " is " + std::to_string(given) + " and was " +
                     std::to_string(before) + " until step " + std::to_string(stored.step) +
                     "; the run goes on otherwise than it would have without the stop.");
  };
  warn("seed", stored.seed, now.seed);
  if (stored.batch > 0) warn("batch", stored.batch, now.batch);
  if (stored.size > 0) warn("size", stored.size, now.size);
}

// Resumes from the newest checkpoint of the run, or starts with fresh weights or those of options.start.
void Begin(Run& run, const TrainingEvents& events) {
  const auto checkpoint = NewestCheckpoint(run.options.run);
  if (!checkpoint) {
    run.network.Initialise(run.options.seed);
    if (!run.options.start.empty()) ReadWeights(run.options.start, run.tokenizer, run.network);
    run.optimizer = OptimizerOfTowers(run.network.specs(), run.network.parameters(), run.options.optimizer);
    return;
  }
  const Progress stored = LoadCheckpoint(*checkpoint, run.network, run.optimizer);
  run.progress = stored;
  run.progress.seed = run.options.seed;
  run.progress.batch = run.options.batch;
  run.progress.size = run.options.size;
  run.balancer.set_weights(run.options.balance == balance::BalanceMode::kFixed ? run.options.weights
                                                                               : run.progress.weights);
  events.on_line("resumed " + checkpoint->string());
  WarnOfChanges(stored, run.progress, events);
}

}  // namespace

void Train(const TrainingOptions& options, const TrainingEvents& events) {
  SetThreads(options.threads);
  Run run(options);
  const RunLock lock(options.run);
  RemovePartsOfCheckpoints(options.run);
  Begin(run, events);
  if (events.on_begun) events.on_begun(run.progress.step);
  Log log({.run = options.run, .every = options.log_every, .step = run.progress.step}, run.network, events.on_line);
  data::RefreshLexicon(*run.source, {.words = options.words, .mix = {}, .kinds = options.kinds}, options.run);
  data::Loader loader([&](uint64_t index) { return run.MakeBatch(index); },
                      {.first = static_cast<uint64_t>(run.progress.step),
                       .threads = options.loader_threads,
                       .ahead = options.loader_threads + 3});
  const auto take = [&] {
    data::Batch batch = loader.Next();
    TrainingBatch uploaded = Upload(batch, run.config, run.device);
    return Ready{std::move(batch), std::move(uploaded)};
  };
  Clock::time_point saved = Clock::now(), sampled = saved;
  std::optional<Ready> next;
  while (run.progress.step < options.steps && !events.stop()) {
    const Ready now = next ? *std::exchange(next, std::nullopt) : take();
    const auto prepare = [&] {
      if (run.progress.step + 1 < options.steps) next = take();
    };
    TrainStep(run, now, prepare, log);
    if (SecondsSince(saved) > options.save_minutes * 60) {
      Save(run);
      saved = Clock::now();
    }
    if (options.sample_minutes > 0 && SecondsSince(sampled) > options.sample_minutes * 60) {
      Sample(run, events);
      sampled = Clock::now();
    }
  }
  Save(run);
  if (options.sample_minutes > 0 && run.progress.step >= options.steps) Sample(run, events);
}

namespace {

double PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // Linux counts in KiB
}

// Measures one step without changing the weights.
StepCost TryStep(Run& run, int64_t step) {
  const data::Batch batch = run.MakeBatch(static_cast<uint64_t>(step));
  const Clock::time_point start = Clock::now();
  const TrainingBatch uploaded = Upload(batch, run.config, run.device);
  const Losses losses = ForwardLosses(run, batch, uploaded);
  (losses.text * run.options.weights.text + losses.picture * run.options.weights.picture).backward();
  run.optimizer.Step(run.network.parameters(), TakeGradients(run.network.parameters()), 0, step);
  return {.samples = batch.samples,
          .tokens = batch.rows() + batch.drawn_rows(),
          .operations = StepOperations(batch, run.config, run.network.understanding_frozen()),
          .seconds = SecondsSince(start)};
}

// Starts from fresh weights without reading or writing a file of the run.
void BeginTrial(Run& run) {
  run.network.Initialise(run.options.seed);
  run.optimizer = OptimizerOfTowers(run.network.specs(), run.network.parameters(), run.options.optimizer);
}

}  // namespace

std::vector<StepCost> MeasureSteps(const TrainingOptions& options, int steps) {
  SetThreads(options.threads);
  Run run(options);
  BeginTrial(run);
  std::vector<StepCost> costs;
  for (int step = 0; step < steps; ++step) costs.push_back(TryStep(run, step));
  return costs;
}

std::string DryRun(const TrainingOptions& options) {
  SetThreads(options.threads);
  const double before = PeakMegabytes();
  Run run(options);
  BeginTrial(run);
  double parameters = 0, state = 0;
  for (const Tensor& parameter : run.network.parameters()) parameters += static_cast<double>(parameter.numel());
  for (const auto& [name, tensor] : run.optimizer.State()) state += static_cast<double>(tensor.numel());
  StepCost cost = TryStep(run, 0);  // the first step also allocates memory and builds plans of products
  for (int64_t step = 1; step < 4; ++step) {
    const StepCost next = TryStep(run, step);
    if (step == 1 || next.operations / next.seconds > cost.operations / cost.seconds) cost = next;
  }
  char text[640];
  std::snprintf(text, sizeof(text),
                "parameters: %.2f M\n"
                "memory: %.0f MB at the peak of a step on this machine's side, %.0f MB of it before the model;\n"
                "        weights, gradients, optimiser and average %.0f MB\n"
                "a checkpoint: %.0f MB, %d kept\n"
                "a step of %d scenes: %.2f s, %.1f GFLOP, %.0f GFLOP/s\n"
                "%lld steps: %.1f hours",
                parameters / 1e6, PeakMegabytes(), before, (2 * parameters + state) * 4 / 1e6,
                (parameters + state) * 4 / 1e6, options.keep, options.batch, cost.seconds, cost.operations / 1e9,
                cost.operations / cost.seconds / 1e9, static_cast<long long>(options.steps),
                cost.seconds * static_cast<double>(options.steps) / 3600);
  return text;
}

// Reads nothing of the source, so that a run's weights can be exported after the world has changed.
void ExportEma(const TrainingOptions& options, const std::filesystem::path& folder) {
  const auto checkpoint = NewestCheckpoint(options.run);
  if (!checkpoint) throw base::Error("export", options.run.string() + " holds no checkpoint.", "train first.");
  Network network(model::LoadConfig(options.model), torch::kCPU, torch::kFloat32);
  Optimizer optimizer = OptimizerOfTowers(network.specs(), network.parameters(), options.optimizer);
  const Progress progress = LoadCheckpoint(*checkpoint, network, optimizer);
  WriteModelFolder({.model = options.model,
                    .run = options.run,
                    .specs = network.specs(),
                    .weights = optimizer.ema(),
                    .size = options.size},
                   folder);
  base::WriteFileAtomically(folder / "README.md", ModelCard(options.run, network, progress, options.size));
}

}  // namespace diptych::train
