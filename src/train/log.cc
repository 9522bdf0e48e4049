#include "train/log.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "data/tasks.h"
#include "train/log_files.h"
#include "train/products.h"

namespace diptych::train {
namespace {

using Clock = std::chrono::steady_clock;

// FLOP/s of a large bfloat16 product on the device, the best of a few.
double MeasurePeak(torch::Device device) {
  const int64_t size = device.is_cpu() ? 2048 : 8192;
  const auto numbers = [&] { return torch::randn({size, size}).to(device).to(torch::kBFloat16); };
  const torch::Tensor a = numbers(), b = numbers();
  double best = 0;
  for (int i = 0; i < 6; ++i) {
    const Clock::time_point start = Clock::now();
    Product(a, b).select(0, 0).select(0, 0).item<float>();  // waits for the device
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::max(best, 2 * std::pow(static_cast<double>(size), 3) / seconds);
  }
  return best;
}

constexpr const char* kInterferenceHeader = "step,layer,cosine,norm_ratio,text_weight,picture_weight";

std::string LogHeader() {
  std::string header = "step,samples,seconds,rate,picture,text";
  for (const data::TaskRow& task : data::kTasks) header += std::string(",") + task.name;
  return header +
         ",claim_accuracy,understanding_norm,generation_norm,text_weight,samples_per_s,tokens_per_s,share_of_peak";
}

// Six digits; whole numbers, such as steps, with all of theirs.
std::string Number(double value) {
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  char text[32];
  std::snprintf(text, sizeof(text), whole ? "%.0f" : "%.6g", value);
  return text;
}

}  // namespace

double StepOperations(const data::Batch& batch, const model::ModelConfig& c, bool frozen) {
  const double attention_width = static_cast<double>(c.query_heads + 2 * c.key_value_heads) * c.head;
  const double layer = c.hidden * attention_width + static_cast<double>(c.query_heads) * c.head * c.hidden +
                       3.0 * c.hidden * c.feed_forward;
  const double pair = 2.0 * c.query_heads * c.head * c.layers;
  const double vision = 4.0 * c.vision_hidden * (3.0 * c.patch * c.patch + c.hidden);
  double own[2] = {0, 0}, prefix[2] = {0, 0};  // (query, key) pairs: of the understanding, of the generation tower
  for (const train_kernels::AttentionSpan& span : batch.spans) {
    const double count = static_cast<double>(span.count);
    own[span.generation] += count * count * (span.causal ? 0.5 : 1);
    prefix[span.generation] += count * static_cast<double>(span.prefix_count);
  }
  double input_tokens = 0;
  for (int32_t id : batch.ids) input_tokens += id == data::kPictureRow;
  const double rows = static_cast<double>(batch.rows()), drawn = static_cast<double>(batch.drawn_rows());
  const double understanding = rows * layer * c.layers + (own[0] + prefix[0]) * pair + input_tokens * vision +
                               static_cast<double>(batch.targets.size()) * c.hidden * c.vocabulary;
  const double generation = drawn * (layer * c.layers + vision +
                                     static_cast<double>(c.head_hidden) * (c.head_inputs() + c.picture_values())) +
                            own[1] * pair;
  // A multiply-add of a product costs 2 operations forward and 4 backward. The keys and values of a frozen prefix have
  // no gradient.
  return 6 * generation + (frozen ? 4 : 6) * prefix[1] * pair + (frozen ? 2 : 6) * understanding;
}

Log::Log(const LogPlace& place, const Network& network, std::function<void(const std::string&)> on_line)
    : every_(place.every),
      config_(network.config()),
      frozen_(network.understanding_frozen()),
      on_line_(std::move(on_line)),
      peak_(MeasurePeak(network.parameters().front().device())),
      task_sum_(data::kTasks.size()),
      task_count_(data::kTasks.size()) {
  std::filesystem::create_directories(place.run);
  jsonl_ = OpenLogAfter(place.step, place.run / "log.jsonl", "");
  csv_ = OpenLogAfter(place.step, place.run / "log.csv", LogHeader());
  // Its rows have the number of steps that were done before the one that they measure.
  interference_ = OpenLogAfter(place.step - 1, place.run / "interference.csv", kInterferenceHeader);
}

void Log::Interference(int64_t step, const std::vector<balance::GradientProducts>& layers,
                       const balance::LossWeights& weights) {
  for (size_t i = 0; i < layers.size(); ++i)
    interference_ << step << ',' << (i + 1 == layers.size() ? "all" : std::to_string(i)) << ','
                  << balance::Cosine(layers[i]) << ',' << balance::NormRatio(layers[i]) << ',' << weights.text << ','
                  << weights.picture << '\n';
  interference_.flush();
}

void Log::Step(const StepRecord& record, const Progress& progress) {
  const torch::Tensor each = record.each_text.cpu();
  const float* losses = each.data_ptr<float>();
  for (size_t i = 0; i < record.batch.target_tasks.size(); ++i) {
    const text::Task task = record.batch.target_tasks[i];
    // Only the first token of a claim's answer, yes or no, counts: the one whose preceding row is no target.
    const bool first = i == 0 || record.batch.target_rows[i] != record.batch.target_rows[i - 1] + 1;
    if (task == text::Task::kClaim && first) {
      ++claims_;
      claims_right_ += losses[i] < std::log(2.0f);
    }
    task_sum_[static_cast<size_t>(task)] += losses[i];
    ++task_count_[static_cast<size_t>(task)];
  }
  ++steps_;
  samples_ += record.batch.samples;
  tokens_ += record.batch.rows() + record.batch.drawn_rows();
  text_ += record.text;
  picture_ += record.picture;
  seconds_ += record.seconds;
  operations_ += StepOperations(record.batch, config_, frozen_);
  if (progress.step % every_ == 0) Write(progress, record.rate_factor, record.norms);
}

void Log::Write(const Progress& progress, double rate_factor, const TowerNorms& norms) {
  std::vector<std::pair<std::string, double>> values = {{"step", static_cast<double>(progress.step)},
                                                        {"samples", static_cast<double>(progress.samples)},
                                                        {"seconds", progress.seconds},
                                                        {"rate", rate_factor},
                                                        {"picture", picture_ / steps_},
                                                        {"text", text_ / steps_}};
  for (size_t i = 0; i < data::kTasks.size(); ++i)
    values.emplace_back(data::kTasks[i].name, task_count_[i] > 0 ? task_sum_[i] / task_count_[i] : 0);
  values.insert(values.end(), {{"claim_accuracy", claims_ > 0 ? claims_right_ / claims_ : 0},
                               {"understanding_norm", norms.understanding},
                               {"generation_norm", norms.generation},
                               {"text_weight", progress.weights.text},
                               {"samples_per_s", static_cast<double>(samples_) / seconds_},
                               {"tokens_per_s", static_cast<double>(tokens_) / seconds_},
                               {"share_of_peak", operations_ / seconds_ / peak_}});
  std::string json = "{", row, line;
  for (const auto& [name, value] : values) {
    json += (json.size() > 1 ? ", \"" : "\"") + name + "\": " + Number(value);
    row += (row.empty() ? "" : ",") + Number(value);
    line += (line.empty() ? "" : "  ") + name + " " + Number(value);
  }
  jsonl_ << json << "}\n" << std::flush;
  csv_ << row << '\n' << std::flush;
  on_line_(line);
  steps_ = 0;
  samples_ = tokens_ = 0;
  text_ = picture_ = seconds_ = operations_ = claims_right_ = claims_ = 0;
  task_sum_.assign(data::kTasks.size(), 0);
  task_count_.assign(data::kTasks.size(), 0);
}

}  // namespace diptych::train
