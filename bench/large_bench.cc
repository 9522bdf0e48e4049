// large_bench: the engine at the sizes of the public checkpoints, with random weights made on the fly: time to the
// first token from the page cache, text tokens a second beside the memory's bandwidth and denoising steps beside the
// peak of the matrix products, both measured in the same run, and beside llama.cpp's text where a llama-bench is named.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "child.h"
#include "clock.h"
#include "engine/session.h"
#include "kernels/thread_pool.h"
#include "large_model.h"
#include "machine.h"
#include "report.h"

namespace diptych::bench {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct LargeOptions {
  std::string shape = "8b", type = "q4_k", tokenizer = "models/default", folder, llama_bench, json_file, markdown_file;
  std::vector<int> sides = {512, 1024};
  int layers = 0, rounds = 3, tokens = 16, prompt_tokens = 256, steps = 3, threads = 0;
  bool write_only = false;
};

constexpr numbers::DType kTypes[] = {numbers::DType::kBF16, numbers::DType::kQ8_0, numbers::DType::kQ6_K,
                                     numbers::DType::kQ5_K, numbers::DType::kQ4_K, numbers::DType::kQ4_0};

numbers::DType TypeNamed(const std::string& name) {
  for (numbers::DType type : kTypes) {
    std::string lower = numbers::NameOf(type);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    if (lower == name) return type;
  }
  throw base::Error("bench", "there is no type " + name + ".", "name q8_0, q6_k, q5_k, q4_k, q4_0 or bf16.");
}

std::atomic<uint64_t> sum_of_bytes = 0;  // a result of the reads, so that the compiler keeps them

// Processor time of this process, all threads together, in seconds: comparable even where other programs keep the
// machine busy.
double ComputedSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  double sum = 0;
  for (const timeval& time : {usage.ru_utime, usage.ru_stime})
    sum += static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  return sum;
}

// Memory bandwidth, bytes a second, of all threads reading some gigabytes of the weights: the upper bound of decoding
// speed.
double Bandwidth(const engine::Weights& weights, kernels::ThreadPool& pool) {
  constexpr size_t kMostBytes = size_t{3} << 30, kLine = 64,
                   kAhead = 4096;  // what is asked for early, as the products do
  size_t bytes = 0;
  const Stopwatch watch;
  for (const auto& [name, tensor] : weights.files->tensors()) {
    if (bytes > kMostBytes) break;
    const size_t lines = tensor.bytes.size() / kLine;
    bytes += lines * kLine;
    pool.ForParts(lines, [&, &tensor = tensor](size_t first, size_t end) {
      uint64_t sum = 0;
      std::array<uint64_t, kLine / sizeof(uint64_t)> line;
      for (size_t i = first; i < end; ++i) {
        __builtin_prefetch(tensor.bytes.data() + i * kLine + kAhead);
        std::memcpy(line.data(), tensor.bytes.data() + i * kLine, kLine);
        for (uint64_t word : line) sum += word;
      }
      sum_of_bytes.fetch_add(sum, std::memory_order_relaxed);
    });
  }
  return static_cast<double>(bytes) / watch.seconds();
}

// Bytes of weights that one token of text reads: the understanding tower, of its experts those that are used, and the
// output matrix.
double BytesOfToken(const engine::Weights& weights) {
  const model::ModelConfig& c = weights.config;
  double bytes = 0;
  for (const auto& [name, tensor] : weights.files->tensors()) {
    const bool reads = name.find("language_model.") == 0 && name.find("_mot_gen") == std::string::npos &&
                       name.find("embed_tokens") == std::string::npos;
    if (!reads) continue;
    const bool expert = name.find(".experts.") != std::string::npos;
    bytes += static_cast<double>(tensor.bytes.size()) * (expert ? double(c.experts[0].used) / c.experts[0].count : 1);
  }
  return bytes;
}

// Floating-point operations of one step that draws `tokens` tokens behind `prefix` others.
double StepOperations(const model::ModelConfig& c, double tokens, double prefix) {
  const double query = double{1} * c.query_heads * c.head, key = double{1} * c.key_value_heads * c.head;
  const double feed = c.mixture() ? 3.0 * c.experts[1].used * c.experts[1].width : 3.0 * c.feed_forward;
  const double layer = c.hidden * (2 * query + 2 * key + feed);
  const double attention = 2 * (prefix + tokens) * query;
  const double reader = c.merge * c.merge * c.vision_hidden * (3.0 * c.patch * c.patch + c.hidden);
  const double head = double{1} * c.head_hidden * (c.head_inputs() + c.picture_values());
  return 2 * tokens * (c.layers * (layer + attention) + reader + head);
}

std::vector<int32_t> TokensOf(int count) {
  std::vector<int32_t> ids(static_cast<size_t>(count));
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<int32_t>(100 + 37 * i % 1000);
  return ids;
}

// llama.cpp's own benchmark, once for each call.
class Llama {
 public:
  Llama(const LargeOptions& options, fs::path file) : options_(options), file_(std::move(file)) {}

  void Round() {
    const ChildRun run =
        RunChild({options_.llama_bench, "-m", file_.string(), "-p", std::to_string(options_.prompt_tokens), "-n",
                  std::to_string(options_.tokens), "-t", std::to_string(options_.threads), "-r", "1", "-o", "json"});
    const size_t begin = run.output.find("[\n"), end = run.output.rfind(']');
    const Json tests = run.exit_code == 0 && end != std::string::npos && begin < end
                           ? Json::parse(run.output.substr(begin, end - begin + 1), nullptr, /*allow_exceptions=*/false)
                           : Json();
    if (!tests.is_array() || tests.size() != 2)
      throw base::Error("bench", options_.llama_bench + " did not end as it should:\n" + run.output);
    for (const Json& test : tests)
      (test.at("n_gen") == 0 ? reading_ : writing_).push_back(test.at("avg_ts").get<double>());
    commit_ = tests[0].at("build_commit").get<std::string>();
  }

  Json Results() const {
    return {{"commit", commit_},
            {"reading_tokens_per_s", ToJson(SpreadOf(reading_))},
            {"writing_tokens_per_s", ToJson(SpreadOf(writing_))}};
  }

 private:
  const LargeOptions& options_;
  fs::path file_;
  std::string commit_;
  std::vector<double> reading_, writing_;  // tokens a second
};

class LargeBench {
 public:
  LargeBench(const LargeOptions& options, const fs::path& folder) : options_(options) {
    const Stopwatch watch;
    const double before = ComputedSeconds();
    weights_ = engine::LoadWeights(folder, engine::Precision::kAuto);
    load_s_ = watch.seconds();
    load_cpu_s_ = ComputedSeconds() - before;
    session_ = std::make_unique<engine::Session>(*weights_);
    context_ = std::make_unique<engine::Context>(*weights_);
    session_->Read(*context_, engine::Passage().Text(TokensOf(32)));
    session_->NextLogits();
    first_token_s_ = watch.seconds();
    first_token_cpu_s_ = ComputedSeconds() - before;
  }

  // `llama` is null where there is none.
  Json Run(Llama* llama) {
    Json json = {{"load_s", load_s_},
                 {"load_cpu_s", load_cpu_s_},
                 {"first_token_s", first_token_s_},
                 {"first_token_cpu_s", first_token_cpu_s_}};
    Text(llama, &json);
    double peak = 0;
    for (const PeakOfSize& p : MeasurePeaks(options_.threads)) peak = std::max(peak, p.operations_per_s);
    json["matrix_peak_operations_per_s"] = peak;
    json["pictures"] = Json::array();
    for (int side : options_.sides) json["pictures"].push_back(Picture(side, peak));
    json["peak_memory_bytes"] = base::PeakMemory();
    return json;
  }

 private:
  // Writing and reading, in turns with llama.cpp.
  void Text(Llama* llama, Json* json) {
    kernels::ThreadPool pool;
    std::vector<double> bandwidths, writing, reading;
    for (int round = 0; round < options_.rounds; ++round) {
      bandwidths.push_back(Bandwidth(*weights_, pool));
      for (int i = 0; i < options_.tokens; ++i) {
        const Stopwatch watch;
        const std::vector<int32_t> id = {1000 + i};
        session_->Read(*context_, engine::Passage().Text(id));
        session_->NextLogits();
        writing.push_back(1 / watch.seconds());
      }
      bandwidths.push_back(Bandwidth(*weights_, pool));
      engine::Context context(*weights_);
      const Stopwatch watch;
      session_->Read(context, engine::Passage().Text(TokensOf(options_.prompt_tokens)));
      session_->NextLogits();
      reading.push_back(options_.prompt_tokens / watch.seconds());
      if (llama != nullptr) llama->Round();
    }
    const double bandwidth = SpreadOf(bandwidths).highest, bytes = BytesOfToken(*weights_);
    (*json)["writing"] = {{"tokens_per_s", ToJson(SpreadOf(writing))},
                          {"weight_bytes_per_token", bytes},
                          {"bandwidth_bytes_per_s", bandwidth},
                          {"share_of_bandwidth", SpreadOf(writing).median * bytes / bandwidth}};
    (*json)["reading"] = {{"tokens", options_.prompt_tokens}, {"tokens_per_s", ToJson(SpreadOf(reading))}};
    if (llama != nullptr) (*json)["llama"] = llama->Results();
  }

  Json Picture(int side, double peak) {
    const int across = side / weights_->config.token_pixels();
    engine::PixelTokens noise{{across, across}, weights_->config.token_pixels(), {}};
    noise.values.resize(static_cast<size_t>(side) * static_cast<size_t>(side) * 3);
    base::FillNormal(/*seed=*/1, /*stream=*/0, 0, noise.values);
    std::vector<double> seconds;
    Stopwatch watch;
    engine::FlowListener listener;
    listener.on_step = [&](int, const engine::PixelTokens&) {
      seconds.push_back(watch.seconds());
      watch = Stopwatch();
    };
    engine::FlowOptions flow;
    flow.steps = options_.steps;
    session_->Draw({context_.get(), nullptr, nullptr}, flow, {&noise, 1}, listener);
    const double operations = StepOperations(weights_->config, noise.tokens.patches(), context_->length());
    return {{"side", side},
            {"step_s", ToJson(SpreadOf(seconds))},
            {"operations", operations},
            {"share_of_peak", operations / SpreadOf(seconds).median / peak}};
  }

  LargeOptions options_;
  std::unique_ptr<const engine::Weights> weights_;
  std::unique_ptr<engine::Session> session_;
  std::unique_ptr<engine::Context> context_;
  double load_s_ = 0, load_cpu_s_ = 0, first_token_s_ = 0, first_token_cpu_s_ = 0;
};

int Run(const LargeOptions& options) {
  const model::ModelConfig config = LargeConfig(options.shape, options.layers);
  const fs::path folder = options.folder.empty() ? fs::temp_directory_path() / ("diptych_large_" + options.shape)
                                                 : fs::path(options.folder);
  const Stopwatch watch;
  if (!options.folder.empty() && fs::exists(folder) && !fs::is_empty(folder))
    throw base::Error("bench", options.folder + " is not empty, and it would be removed at the end.",
                      "name a new folder.");
  const uint64_t bytes = WeightBytes(config, TypeNamed(options.type));
  WriteLargeModel(config, TypeNamed(options.type), options.tokenizer, folder);
  const double write_s = watch.seconds();
  if (options.write_only) {
    std::printf("%s: %llu bytes of weights\n", folder.c_str(), static_cast<unsigned long long>(bytes));
    return 0;
  }
  const Machine machine = ThisMachine(options.threads);
  const OtherLoad others;
  Json json = {{"machine",
                {{"processor", machine.processor},
                 {"flags", machine.flags},
                 {"held_to", machine.held_to},
                 {"threads", machine.threads}}},
               {"shape", options.shape},
               {"layers", config.layers},
               {"type", options.type},
               {"weight_bytes", bytes},
               {"write_s", write_s}};
  for (numbers::DType type : kTypes)
    json["weight_bytes_of_all_layers"][numbers::NameOf(type)] = WeightBytes(LargeConfig(options.shape, 0), type);
  Llama llama(options, folder / "qwen3.llama");
  if (!options.llama_bench.empty()) WriteQwen3(config, TypeNamed(options.type), folder / "qwen3.llama");
  json.update(LargeBench(options, folder).Run(options.llama_bench.empty() ? nullptr : &llama));
  json["machine"]["other_load"] = others.share();
  fs::remove_all(folder);
  const std::string text = json.dump(2) + "\n";
  if (options.json_file.empty())
    std::printf("%s", text.c_str());
  else
    base::WriteFileAtomically(options.json_file, text);
  if (!options.markdown_file.empty()) base::WriteFileAtomically(options.markdown_file, LargeMarkdownOf(text));
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app("The engine at the sizes of the public checkpoints, with random weights.");
  LargeOptions options;
  app.add_option("--shape", options.shape, "8b or a3b")->capture_default_str();
  app.add_option("--layers", options.layers, "instead of the shape's own number, where memory is short");
  app.add_option("--type", options.type, "q8_0, q6_k, q5_k, q4_k, q4_0 or bf16")->capture_default_str();
  app.add_option("--sides", options.sides, "of the pictures, in pixels")->capture_default_str();
  app.add_option("--rounds", options.rounds, "of text")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--tokens", options.tokens, "written in each")->capture_default_str()->check(CLI::Range(1, 1000));
  app.add_option("--prompt-tokens", options.prompt_tokens, "read in each")
      ->capture_default_str()
      ->check(CLI::Range(1, 8192));
  app.add_option("--steps", options.steps, "of each picture")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--threads", options.threads, "0: all cores")->capture_default_str();
  app.add_option("--tokenizer", options.tokenizer, "a folder with a tokenizer.json")->capture_default_str();
  app.add_option("--folder", options.folder, "where the model is written; removed at the end");
  app.add_option("--llama-bench", options.llama_bench, "llama.cpp's program of this name, to be measured in turns");
  app.add_option("--json", options.json_file, "write the JSON to this file instead");
  app.add_option("--markdown", options.markdown_file, "also write a page for people");
  app.add_flag("--write-only", options.write_only, "write the model, keep it, measure nothing");
  CLI11_PARSE(app, argc, argv);
  options.threads = base::UseThreads(options.threads);
  return Run(options);
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
