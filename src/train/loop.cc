#include "train/loop.h"

#include <ATen/Parallel.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>
#include <thread>

#include "base/error.h"
#include "data/loader.h"
#include "train/checkpoint.h"
#include "train/flow.h"
#include "train/log.h"
#include "train/samples.h"

namespace diptych {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// How much a target's loss counts. Answers of one token carry as much as whole narratives need them to.
double TaskWeight(Task task) {
  switch (task) {
    case Task::kClaim: return 4;
    case Task::kQuestion: return 2;
    case Task::kWhere: return 2;
    default: return 1;
  }
}

// Full rate after a linear warm-up, then flat, then a fall to last_rate along a half cosine.
double RateAt(const TrainingOptions& options, int64_t step) {
  const double s = static_cast<double>(step), all = static_cast<double>(options.steps), fall = options.decay * all;
  const double warm = std::min(1.0, (s + 1) / static_cast<double>(std::max<int64_t>(1, options.warm_up)));
  if (fall <= 0 || s < all - fall) return warm;
  const double done = std::min(1.0, (s - (all - fall)) / fall);
  return warm * (options.last_rate + (1 - options.last_rate) * 0.5 * (1 + std::cos(std::numbers::pi * done)));
}

// Everything a run holds.
struct Run {
  explicit Run(const TrainingOptions& o)
      : options(o),
        config(LoadConfig(o.model)),
        tokenizer(Tokenizer::Load(o.model)),
        words(Words::Load(o.words)),
        held_out(HeldOut::Load(o.words / "held_out.txt")),
        source({words, held_out, tokenizer, config}, o.mix, o.size),
        device(o.device),
        network(config, device, o.float32 ? torch::kFloat32 : torch::kBFloat16),
        optimizer(network.specs(), network.parameters(), o.optimizer),
        balancer(o.balance, o.weights) {
    if (o.size % config.token_pixels() != 0)
      throw Error("train", "size " + std::to_string(o.size) + " is no multiple of " + std::to_string(config.token_pixels()) + ".",
                  "pictures are made of tokens of that many pixels.");
    if (tokenizer.vocabulary_size() > config.vocabulary)
      throw Error("train", "the tokenizer has " + std::to_string(tokenizer.vocabulary_size()) + " ids, config.json has vocab_size " +
                  std::to_string(config.vocabulary) + ".", "they must fit.");
  }

  Batch MakeBatch(uint64_t index) const {
    std::vector<std::vector<Sequence>> samples;
    for (int i = 0; i < options.batch; ++i)
      samples.push_back(source.Make(options.seed, index * static_cast<uint64_t>(options.batch) + static_cast<uint64_t>(i), Split::kTraining));
    return Pack(std::move(samples), config);
  }

  TrainingOptions options;
  ModelConfig config;
  Tokenizer tokenizer;
  Words words;
  HeldOut held_out;
  WorldSource source;
  torch::Device device;
  Network network;
  Optimizer optimizer;
  Balancer balancer;
  Progress progress;
};

struct Losses {
  Tensor text, picture;  // scalars with gradients
  Tensor each_text;      // [targets]
};

Losses ForwardLosses(const Run& run, const Batch& batch, const TrainingBatch& uploaded) {
  const NoisyPictures pictures = AddNoise(uploaded, run.config, run.options.flow, run.options.seed, run.progress.step);
  const Network::Output out = run.network.Forward(uploaded, pictures.noisy, pictures.times);
  std::vector<float> scale;
  for (Task task : batch.target_tasks) scale.push_back(static_cast<float>(TaskWeight(task)));
  Tensor scales = torch::tensor(scale).to(run.device);
  scales = scales / scales.sum();
  const TextLoss text = CrossEntropyLoss(out.hidden.index_select(0, uploaded.target_rows), run.network.OutputMatrix(),
                                         uploaded.targets, scales);
  return {text.total, VelocityLosses(pictures, out.predicted, run.config, run.options.flow).mean(), text.each};
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

// Inner products of the two losses' gradients for each layer of the understanding copy, and their sum.
std::vector<GradientProducts> ProductsByLayer(const Run& run, const std::vector<Tensor>& text, const std::vector<Tensor>& picture) {
  std::vector<GradientProducts> layers(static_cast<size_t>(run.config.layers) + 1);
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string& name = run.network.specs()[i].name;
    const size_t at = name.find(".layers.");
    if (at == std::string::npos || !text[i].defined() || !picture[i].defined()) continue;
    GradientProducts& layer = layers[static_cast<size_t>(std::stoi(name.substr(at + 8)))];
    const GradientProducts p{.text_text = text[i].square().sum().item<double>(),
                             .text_picture = (text[i] * picture[i]).sum().item<double>(),
                             .picture_picture = picture[i].square().sum().item<double>()};
    for (GradientProducts* sum : {&layer, &layers.back()}) {
      sum->text_text += p.text_text;
      sum->text_picture += p.text_picture;
      sum->picture_picture += p.picture_picture;
    }
  }
  return layers;
}

// Gradients of the weighted sum. On a probe step the two are taken apart, measured, and added.
std::vector<Tensor> Gradients(Run& run, const Losses& losses, bool probe, Log& log) {
  std::vector<Tensor>& parameters = run.network.parameters();
  if (!probe) {
    const LossWeights weights = run.balancer.weights();
    (losses.text * weights.text + losses.picture * weights.picture).backward();
    return TakeGradients(parameters);
  }
  losses.text.backward({}, /*retain_graph=*/true);
  std::vector<Tensor> text = TakeGradients(parameters);
  losses.picture.backward();
  std::vector<Tensor> picture = TakeGradients(parameters);
  const std::vector<GradientProducts> layers = ProductsByLayer(run, text, picture);
  run.balancer.Observe(layers.back());
  const LossWeights weights = run.balancer.weights();
  log.Interference(run.progress.step, layers, weights);
  for (size_t i = 0; i < text.size(); ++i) {
    if (!text[i].defined()) text[i] = picture[i].defined() ? picture[i] * weights.picture : Tensor();
    else if (!picture[i].defined()) text[i] = text[i] * weights.text;
    else text[i] = text[i] * weights.text + picture[i] * weights.picture;
  }
  return text;
}

void RefuseNaN(const Run& run, double text, double picture) {
  if (std::isfinite(text) && std::isfinite(picture)) return;
  const auto kept = NewestCheckpoint(run.options.run);
  throw Error("train", "the loss is no number at step " + std::to_string(run.progress.step) + " (text " + std::to_string(text) +
              ", picture " + std::to_string(picture) + ").",
              kept ? "the last good checkpoint is " + kept->string() + "; lower the rates." : "lower the rates.");
}

void SetThreads(int threads) {
  if (threads <= 0) threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  omp_set_num_threads(threads);
  at::set_num_threads(threads);
}

void TrainStep(Run& run, const Batch& batch, Log& log) {
  const Clock::time_point start = Clock::now();
  const TrainingBatch uploaded = Upload(batch, run.config, run.device);
  const Losses losses = ForwardLosses(run, batch, uploaded);
  const double text = losses.text.item<double>(), picture = losses.picture.item<double>();
  RefuseNaN(run, text, picture);
  const bool probe = run.options.probe_every > 0 && run.progress.step % run.options.probe_every == 0;
  const double rate = RateAt(run.options, run.progress.step);
  const Optimizer::Norms norms =
      run.optimizer.Step(run.network.parameters(), Gradients(run, losses, probe, log), rate, run.progress.step);
  ++run.progress.step;
  run.progress.samples += batch.samples;
  run.progress.weights = run.balancer.weights();
  run.progress.seconds += SecondsSince(start);
  log.Step({.batch = batch, .each_text = losses.each_text, .text = text, .picture = picture, .rate = rate, .norms = norms,
            .seconds = SecondsSince(start)}, run.progress);
}

}  // namespace

void Train(const TrainingOptions& options, const TrainingEvents& events) {
  SetThreads(options.threads);
  Run run(options);
  run.network.Initialise(options.seed);
  if (const auto checkpoint = NewestCheckpoint(options.run)) {
    run.progress = LoadCheckpoint(*checkpoint, run.network, run.optimizer);
    run.balancer.set_weights(run.progress.weights);
    if (options.balance == BalanceMode::kFixed) run.balancer.set_weights(options.weights);
    events.on_line("resumed " + checkpoint->string());
  } else {
    run.optimizer = Optimizer(run.network.specs(), run.network.parameters(), options.optimizer);
  }
  Log log(options.run, options.log_every, run.config, events.on_line);
  Loader loader([&](uint64_t index) { return run.MakeBatch(index); },
                {.first = static_cast<uint64_t>(run.progress.step), .threads = options.loader_threads, .ahead = 4});
  Clock::time_point saved = Clock::now(), sampled = saved;
  const auto save = [&] {
    SaveCheckpoint(options.run, run.network, run.optimizer, run.progress, options.keep);
    saved = Clock::now();
  };
  while (run.progress.step < options.steps && !events.stop()) {
    TrainStep(run, loader.Next(), log);
    if (SecondsSince(saved) > options.save_minutes * 60) save();
    if (SecondsSince(sampled) > options.sample_minutes * 60) {
      DrawSamples({run.network, run.optimizer.average(), run.source, run.progress.step, options.size}, options.run / "samples");
      sampled = Clock::now();
    }
  }
  save();
  DrawSamples({run.network, run.optimizer.average(), run.source, run.progress.step, options.size}, options.run / "samples");
}

std::vector<StepCost> MeasureSteps(const TrainingOptions& options, int steps) {
  SetThreads(options.threads);
  Run run(options);
  run.network.Initialise(options.seed);
  run.optimizer = Optimizer(run.network.specs(), run.network.parameters(), options.optimizer);
  std::vector<StepCost> costs;
  for (int i = 0; i < steps; ++i) {
    const Batch batch = run.MakeBatch(static_cast<uint64_t>(i));
    const Clock::time_point start = Clock::now();
    const TrainingBatch uploaded = Upload(batch, run.config, run.device);
    const Losses losses = ForwardLosses(run, batch, uploaded);
    (losses.text * options.weights.text + losses.picture * options.weights.picture).backward();
    run.optimizer.Step(run.network.parameters(), TakeGradients(run.network.parameters()), 0, i);
    costs.push_back({.samples = batch.samples,
                     .tokens = batch.rows() + batch.drawn_rows(),
                     .operations = StepOperations(batch, run.config),
                     .seconds = SecondsSince(start)});
  }
  return costs;
}

std::string DryRun(const TrainingOptions& options) {
  double parameters = 0;
  for (const TensorSpec& spec : TensorTable(LoadConfig(options.model)))
    parameters += std::accumulate(spec.shape.begin(), spec.shape.end(), 1.0, std::multiplies<>());
  const StepCost cost = MeasureSteps(options, 3).back();
  char text[512];
  std::snprintf(text, sizeof(text),
                "parameters %.2f M\nmemory for weights, gradients, optimiser and average %.0f MB\n"
                "a step of %d scenes: %.2f s, %.1f GFLOP, %.0f GFLOP/s\n%lld steps: %.1f hours\n",
                parameters / 1e6, parameters * 4 * 5 / 1e6, options.batch, cost.seconds, cost.operations / 1e9,
                cost.operations / cost.seconds / 1e9, static_cast<long long>(options.steps),
                cost.seconds * static_cast<double>(options.steps) / 3600);
  return text;
}

void ExportAverage(const TrainingOptions& options, const std::filesystem::path& folder) {
  Run run(options);
  const auto checkpoint = NewestCheckpoint(options.run);
  if (!checkpoint) throw Error("export", options.run.string() + " holds no checkpoint.", "train first.");
  LoadCheckpoint(*checkpoint, run.network, run.optimizer);
  ExportWeights(folder, run.network.specs(), run.optimizer.average(), torch::kBFloat16);
}

}  // namespace diptych
