// The engine against a plain second implementation (reference_model.h) on small random checkpoints: every variant of
// the family that golden/ does not hold, quantised copies, shards and adapters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/temporary_folder.h"
#include "engine/flow_sampler.h"
#include "engine/forward.h"
#include "engine/picture_layers.h"
#include "model/convert.h"
#include "model/small_config_for_test.h"
#include "model/tensors.h"
#include "reference_model.h"

namespace diptych {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr double kTolerance = 1e-4;  // of the largest value, as for golden/

model::ModelConfig SmallConfig() {
  model::ModelConfig c = model::SmallConfigForTest();
  c.vocabulary = 96;
  c.head_hidden = 80;
  c.noise_scale_base_tokens = 3;
  return c;
}

model::ModelConfig MixtureConfig() {
  model::ModelConfig c = SmallConfig();
  c.layers = 4;
  c.experts = {model::ExpertSizes{.count = 5, .used = 3, .width = 40},
               model::ExpertSizes{.count = 3, .used = 1, .width = 24}};
  return c;
}

// Matrices with rows of unit length, norms around one, small biases: everything that a product could mistake differs.
std::vector<float> RandomTensor(const model::TensorSpec& spec, uint64_t number) {
  int64_t count = 1;
  for (int64_t extent : spec.shape) count *= extent;
  std::vector<float> values(static_cast<size_t>(count));
  base::FillNormal(5, number, 0, values);
  const bool bias = spec.name.ends_with(".bias"), norm = !bias && spec.shape.size() == 1;
  const auto inner = static_cast<float>(count / spec.shape[0]);
  for (float& value : values) value = norm ? 1 + 0.2f * value : bias ? 0.1f * value : value / std::sqrt(inner);
  return values;
}

// Tensors of the table from `first`, every `step`-th.
void WritePart(const fs::path& path, const std::vector<model::TensorSpec>& table, size_t first, size_t step) {
  std::vector<std::vector<float>> numbers;
  std::vector<model::NamedTensor> tensors;
  for (size_t i = first; i < table.size(); i += step) numbers.push_back(RandomTensor(table[i], i));
  for (size_t i = first, k = 0; i < table.size(); i += step, ++k)
    tensors.push_back({table[i].name, {numbers::DType::kF32, table[i].shape, std::as_bytes(std::span(numbers[k]))}});
  model::WriteSafetensors(path, tensors, {});
}

void WriteCheckpoint(const fs::path& folder, const model::ModelConfig& config) {
  base::WriteFileAtomically(folder / "config.json", model::WriteConfig(config));
  WritePart(folder / "model.safetensors", model::TensorTable(config), 0, 1);
}

double RelativeError(std::span<const float> ours, std::span<const float> theirs) {
  EXPECT_EQ(ours.size(), theirs.size());
  double largest = 0, error = 0;
  for (float number : theirs) largest = std::max(largest, std::abs(double{number}));
  for (size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
    const double difference = std::abs(double{ours[i]} - theirs[i]);
    if (!(difference <= error)) error = difference;
  }
  return error / largest;
}

const std::vector<int> kFull = {7, 3, 90, 11, 12, 13, 2, 5, 5, 41}, kText = {7, 3, 9, 5}, kNothing = {5};

// The engine's side of the comparisons.
class Engine {
 public:
  explicit Engine(const fs::path& folder, std::vector<fs::path> adapters = {},
                  engine::Precision precision = engine::Precision::kFloat32)
      : weights_(engine::LoadWeights(folder, precision, adapters)), workspace_(weights_->format) {}

  std::vector<float> ReadText(engine::Context& context, const std::vector<int>& ids) {
    const std::vector<int32_t> tokens(ids.begin(), ids.end());
    std::vector<float> x = engine::Embed(*weights_, tokens);
    const engine::Pass pass(weights_->config, {engine::TextAfter(context, static_cast<int>(ids.size()))});
    engine::RunLayers(*weights_, model::Tower::kUnderstanding, pass, workspace_, x);
    pass.Keep();
    return engine::Logits(*weights_, x, workspace_);
  }
  // One token after the other, as when it writes: the products of single rows.
  std::vector<float> ReadOneByOne(engine::Context& context, const std::vector<int>& ids) {
    std::vector<float> logits;
    for (int id : ids) {
      const std::vector<float> one = ReadText(context, {id});
      logits.insert(logits.end(), one.begin(), one.end());
    }
    return logits;
  }
  std::vector<float> Draw(const std::vector<float>& noise, const reference::Drawing& d) {
    engine::Context full(*weights_), text(*weights_), nothing(*weights_);
    ReadText(full, kFull);
    ReadText(text, kText);
    ReadText(nothing, kNothing);
    engine::FlowOptions options;
    options.steps = d.steps;
    options.shift = d.shift;
    options.guidance = d.guidance;
    options.picture_guidance = d.picture_guidance;
    options.guidance_from = d.from;
    options.guidance_to = d.to;
    options.rescale = engine::ParseRescale(d.rescale);
    const engine::PixelTokens start =
        engine::FromPlanes(noise, {d.tokens_high, d.tokens_wide}, config().token_pixels());
    const engine::FlowContexts contexts{&full, &text, &nothing};
    const engine::PixelTokens alone =
        engine::DrawPictures(*weights_, contexts, options, {&start, 1}, workspace_, {}).front();
    // Beside another picture it becomes the same.
    std::vector<engine::PixelTokens> both = {start, start};
    std::reverse(both[0].values.begin(), both[0].values.end());
    both = engine::DrawPictures(*weights_, contexts, options, both, workspace_, {});
    EXPECT_LT(RelativeError(both[1].values, alone.values), 1e-5);
    EXPECT_GT(RelativeError(both[0].values, alone.values), 1e-2);
    return engine::ToPlanes(alone);
  }
  std::vector<float> ReadPicture(const std::vector<float>& patches, const kernels::PatchGrid& grid) {
    const int tokens = grid.patches() / (config().merge * config().merge);
    std::vector<float> x(static_cast<size_t>(tokens * config().hidden));
    engine::PictureEmbedder(*weights_, model::Tower::kUnderstanding, grid).Embed(patches, workspace_, x);
    return x;
  }
  const model::ModelConfig& config() const { return weights_->config; }
  const engine::Weights& weights() const { return *weights_; }

 private:
  std::unique_ptr<const engine::Weights> weights_;
  engine::Workspace workspace_;
};

void ExpectSameDrawing(Engine& engine, const reference::Model& model, const reference::Drawing& drawing) {
  const int side = engine.config().token_pixels();
  std::vector<float> noise(static_cast<size_t>(3 * drawing.tokens_high * drawing.tokens_wide * side * side));
  base::FillNormal(9, 0, 0, noise);
  std::vector<reference::Cache> contexts(3);
  model.TextLogits(kFull, &contexts[0]);
  model.TextLogits(kText, &contexts[1]);
  model.TextLogits(kNothing, &contexts[2]);
  EXPECT_LT(RelativeError(engine.Draw(noise, drawing), model.Draw(noise, contexts, drawing)), kTolerance)
      << "guidance " << drawing.guidance << ", " << drawing.picture_guidance << " " << drawing.rescale;
}

// Text, a picture that is read, and a picture that is drawn without guidance.
void ExpectSameModel(const std::string& name, const model::ModelConfig& config) {
  SCOPED_TRACE(name);
  const base::TemporaryFolder folder;
  WriteCheckpoint(folder.path(), config);
  Engine engine(folder.path());
  const reference::Model model(config, model::WeightFiles(folder.path()));
  reference::Cache cache, again;
  engine::Context context(engine.weights()), slow(engine.weights());
  EXPECT_LT(RelativeError(engine.ReadText(context, kFull), model.TextLogits(kFull, &cache).values), kTolerance);
  EXPECT_LT(RelativeError(engine.ReadText(context, kText), model.TextLogits(kText, &cache).values), kTolerance);
  EXPECT_LT(RelativeError(engine.ReadOneByOne(slow, kFull), model.TextLogits(kFull, &again).values), kTolerance);
  const int high = 2 * config.merge, wide = 3 * config.merge;
  reference::Rows patches(high * wide, 3 * config.patch * config.patch);
  base::FillNormal(8, 0, 0, patches.values);
  EXPECT_LT(RelativeError(engine.ReadPicture(patches.values, {high, wide}),
                          model.ReadPatches(patches, high, wide, model::Tower::kUnderstanding).values),
            kTolerance);
  ExpectSameDrawing(engine, model, {.tokens_high = 2, .tokens_wide = 3, .steps = 3, .shift = 2});
}

TEST(Variants, TiedEmbeddingsAndFixedNoise) {
  model::ModelConfig c = SmallConfig();
  c.tie_embeddings = true;
  c.noise_scale = 0.7;
  ExpectSameModel("tied", c);
}

TEST(Variants, EveryNoiseMode) {
  model::ModelConfig c = SmallConfig();
  for (model::NoiseScaleMode mode : {model::NoiseScaleMode::kFixed, model::NoiseScaleMode::kResolution,
                                     model::NoiseScaleMode::kDynamic, model::NoiseScaleMode::kDynamicSqrt})
    for (bool embed : {false, true})
      for (double largest : {8.0, 1.1}) {  // the second one is reached
        c.noise_scale_mode = mode;
        c.embed_noise_scale = embed;
        c.noise_scale_max = largest;
        ExpectSameModel("noise", c);
      }
}

TEST(Variants, TheHeadSeesPixels) {
  model::ModelConfig c = SmallConfig();
  c.head_sees_pixels = true;
  for (model::NoiseScaleMode mode : {model::NoiseScaleMode::kFixed, model::NoiseScaleMode::kResolution}) {
    c.noise_scale_mode = mode;
    ExpectSameModel("pixels", c);
  }
  c.pixel_gain_spectrum = {.falloff = 7, .floor = 0.5};
  ExpectSameModel("pixels of another spectrum", c);
}

TEST(Variants, OtherMergesAndSizes) {
  for (int merge : {1, 3}) {
    model::ModelConfig c = SmallConfig();
    c.merge = merge;
    c.key_value_heads = merge;  // one for all, and no power of two
    c.query_heads = 3;
    c.hidden = 60;
    c.feed_forward = 70;
    ExpectSameModel("merge", c);
  }
}

TEST(Variants, MixturesWithDenseLayers) {
  model::ModelConfig c = MixtureConfig();
  ExpectSameModel("shares", c);  // shares of the used experts as they are
  c.normalise_experts = true;
  ExpectSameModel("normalised", c);
  c.sparse_step = 2;
  ExpectSameModel("step", c);
  c.dense_layers = {1};
  c.experts[1] = c.experts[0];
  ExpectSameModel("dense", c);
}

TEST(Variants, AMixtureWithTheConvolutionHead) {
  model::ModelConfig c = MixtureConfig();
  c.layers = 1;
  c.patch = 16;
  c.conv_head = true;
  ExpectSameModel("convolution", c);
}

TEST(Variants, EveryKindOfGuidance) {
  model::ModelConfig c = SmallConfig();
  c.noise_scale_mode = model::NoiseScaleMode::kResolution;
  c.embed_noise_scale = true;
  const base::TemporaryFolder folder;
  WriteCheckpoint(folder.path(), c);
  Engine engine(folder.path());
  const reference::Model model(c, model::WeightFiles(folder.path()));
  for (const char* rescale : {"none", "global", "channel", "cfg_zero_star"}) {
    reference::Drawing d{.tokens_high = 3, .tokens_wide = 2, .steps = 4, .shift = 3, .guidance = 4};
    d.rescale = rescale;
    ExpectSameDrawing(engine, model, d);
    d.from = 0.1;
    d.to = 0.6;
    ExpectSameDrawing(engine, model, d);
    // Text and pictures apart, the same for both, and pictures alone; within the interval and everywhere.
    for (const auto& [text, picture] : std::vector<std::pair<double, double>>{{4, 2}, {3, 3}, {1, 2.5}, {2, 0.5}}) {
      d.guidance = text;
      d.picture_guidance = picture;
      ExpectSameDrawing(engine, model, d);
      d.to = d.to == 1 ? 0.6 : 1;
    }
  }
}

TEST(Variants, ShardsGiveTheSameModel) {
  const model::ModelConfig c = MixtureConfig();
  const base::TemporaryFolder folder;
  WriteCheckpoint(folder.path(), c);
  Engine single(folder.path());
  engine::Context one(single.weights()), two(single.weights());
  const std::vector<float> logits = single.ReadText(one, kFull);
  fs::remove(folder / "model.safetensors");
  const auto table = model::TensorTable(c);
  nlohmann::json index = {{"weight_map", nlohmann::json::object()}};
  for (size_t shard = 0; shard < 3; ++shard) {
    const std::string name = "model-0000" + std::to_string(shard + 1) + "-of-00003.safetensors";
    WritePart(folder / name, table, shard, 3);
    for (size_t i = shard; i < table.size(); i += 3) index["weight_map"][table[i].name] = name;
  }
  base::WriteFileAtomically(folder / "model.safetensors.index.json", index.dump());
  EXPECT_EQ(Engine(folder.path()).ReadText(two, kFull), logits);
}

// Sizes that every quantised block divides. All experts are used: random routers prefer one to the next by little, and
// a token that changes its experts jumps by more than any rounding.
model::ModelConfig BlockConfig(bool mixture) {
  model::ModelConfig c = SmallConfig();
  c.hidden = 256;
  c.feed_forward = 512;
  c.head = 64;
  c.vocabulary = 512;
  if (mixture) c.experts = {model::ExpertSizes{6, 6, 256}, model::ExpertSizes{4, 4, 256}};
  c.normalise_experts = mixture;
  return c;
}

// Root of the mean squared error of the logits over their spread, the distance of the largest from the smallest.
double ErrorOfSpread(std::span<const float> ours, std::span<const float> theirs) {
  const auto [low, high] = std::minmax_element(theirs.begin(), theirs.end());
  double squares = 0;
  for (size_t i = 0; i < theirs.size(); ++i) squares += std::pow(double{ours[i]} - theirs[i], 2);
  return std::sqrt(squares / static_cast<double>(theirs.size())) / (*high - *low);
}

TEST(Variants, QuantisedCopiesStayNearTheLogits) {
  for (bool mixture : {false, true}) {
    const model::ModelConfig c = BlockConfig(mixture);
    const base::TemporaryFolder folder;
    fs::create_directories(folder / "own");
    WriteCheckpoint(folder / "own", c);
    const reference::Model model(c, model::WeightFiles(folder / "own"));
    reference::Cache cache;
    const std::vector<float> logits = model.TextLogits(kFull, &cache).values;
    const std::vector<std::pair<numbers::DType, double>> bounds = {{numbers::DType::kQ8_0, 0.01},
                                                                   {numbers::DType::kQ6_K, 0.02},
                                                                   {numbers::DType::kQ5_K, 0.03},
                                                                   {numbers::DType::kQ4_K, 0.05},
                                                                   {numbers::DType::kQ4_0, 0.06}};
    for (const auto& [type, bound] : bounds) {
      const fs::path copy = folder / numbers::NameOf(type);
      model::ConvertModel(folder / "own", copy,
                          {.type = type, .gguf = true, .adapters = {}, .threads = 1, .on_progress = nullptr});
      for (engine::Precision precision : {engine::Precision::kFloat32, engine::Precision::kAuto}) {
        Engine engine(copy, {}, precision);
        engine::Context one(engine.weights()), many(engine.weights());
        const double apart = ErrorOfSpread(engine.ReadOneByOne(one, kFull), logits);
        const double together = ErrorOfSpread(engine.ReadText(many, kFull), logits);
        std::printf("%s%s: %.4f one by one, %.4f together\n", numbers::NameOf(type), mixture ? ", experts" : "", apart,
                    together);
        EXPECT_LT(apart, bound) << numbers::NameOf(type);
        EXPECT_LT(together, bound) << numbers::NameOf(type);
        EXPECT_GT(together, 1e-5) << numbers::NameOf(type) << " was not used";
      }
    }
  }
}

// What a quantised copy computes is what its own numbers mean: only the arithmetic's rounding is left.
TEST(Variants, QuantisedWeightsAreUsedAsTheyAre) {
  const model::ModelConfig c = BlockConfig(false);
  const base::TemporaryFolder folder;
  fs::create_directories(folder / "own");
  WriteCheckpoint(folder / "own", c);
  const fs::path copy = folder / "copy";
  model::ConvertModel(
      folder / "own", copy,
      {.type = numbers::DType::kQ4_K, .gguf = true, .adapters = {}, .threads = 1, .on_progress = nullptr});
  const reference::Model model(c, model::WeightFiles(copy));
  Engine engine(copy);
  std::vector<int> ids = kFull;
  ids.insert(ids.end(), kText.begin(), kText.end());  // more rows than are multiplied as bytes
  reference::Cache cache;
  engine::Context many(engine.weights()), one(engine.weights());
  const std::vector<float> logits = model.TextLogits(ids, &cache).values;
  EXPECT_LT(RelativeError(engine.ReadText(many, ids), logits), kTolerance);
  EXPECT_LT(ErrorOfSpread(engine.ReadOneByOne(one, ids), logits), 0.005);  // activations of 8 bits
  ExpectSameDrawing(engine, model, {.tokens_high = 4, .tokens_wide = 4, .steps = 2});
}

TEST(Variants, AdaptersAreMergedAtLoad) {
  const model::ModelConfig c = BlockConfig(false);
  const base::TemporaryFolder folder;
  fs::create_directories(folder / "own");
  WriteCheckpoint(folder / "own", c);
  // Adapters of rank 3 for the generation tower's attention, and for the embedding.
  std::vector<std::vector<float>> numbers;
  std::vector<model::NamedTensor> tensors;
  const auto add = [&](const std::string& name, std::vector<int64_t> shape) {
    numbers.push_back(RandomTensor({name, shape}, 1000 + numbers.size()));
    tensors.push_back({name, {numbers::DType::kF32, std::move(shape), {}}});
  };
  for (const auto& spec : model::TensorTable(c)) {
    if (spec.name.find("_proj_mot_gen.weight") == std::string::npos &&
        spec.name.find("embed_tokens") == std::string::npos)
      continue;
    const std::string module = spec.name.substr(0, spec.name.size() - 7);
    add("diffusion_model." + module + ".lora_down.weight", {3, spec.shape[1]});
    add("diffusion_model." + module + ".lora_up.weight", {spec.shape[0], 3});
    add("diffusion_model." + module + ".alpha", {1});
    numbers.back() = {1.5f};
  }
  for (size_t i = 0; i < tensors.size(); ++i) tensors[i].tensor.bytes = std::as_bytes(std::span(numbers[i]));
  const std::vector<fs::path> adapters = {folder / "adapter.safetensors"};
  model::WriteSafetensors(adapters[0], tensors, {});
  const reference::Model plain(c, model::WeightFiles(folder / "own"));
  const reference::Model adapted(c, model::WeightFiles(folder / "own", adapters));
  reference::Cache before, after, copied;
  const std::vector<float> logits = adapted.TextLogits(kFull, &after).values;
  EXPECT_GT(RelativeError(plain.TextLogits(kFull, &before).values, logits), 0.05);
  Engine engine(folder / "own", adapters);
  engine::Context context(engine.weights()), other(engine.weights());
  EXPECT_LT(RelativeError(engine.ReadText(context, kFull), logits), kTolerance);
  ExpectSameDrawing(engine, adapted, {.tokens_high = 2, .tokens_wide = 2, .steps = 2});
  // Merged while converting, and into blocks that are quantised again when they are loaded.
  model::ConvertOptions options{
      .type = numbers::DType::kQ8_0, .gguf = true, .adapters = adapters, .threads = 1, .on_progress = nullptr};
  model::ConvertModel(folder / "own", folder / "merged", options);
  EXPECT_LT(ErrorOfSpread(Engine(folder / "merged").ReadText(other, kFull), logits), 0.01);
  options.adapters.clear();
  model::ConvertModel(folder / "own", folder / "plain", options);
  Engine adapting(folder / "plain", adapters);
  engine::Context last(adapting.weights());
  EXPECT_LT(ErrorOfSpread(adapting.ReadText(last, kFull), logits), 0.01);
}

// A file of many gigabytes of nothing: refused before a byte of it is read.
TEST(Variants, MoreMemoryThanThereIsIsRefusedWithBothNumbers) {
  model::ModelConfig c = SmallConfig();
  c.feed_forward = 1 << 20;
  c.hidden = c.vision_hidden = 1 << 14;
  const base::TemporaryFolder folder;
  base::WriteFileAtomically(folder / "config.json", model::WriteConfig(c));
  std::vector<model::TensorPlan> plans;
  uint64_t bytes = 0;
  for (const auto& spec : model::TensorTable(c)) {
    plans.push_back({spec.name, numbers::DType::kBF16, spec.shape});
    bytes += *model::SizeOf(numbers::DType::kBF16, spec.shape);
  }
  const std::string header = model::SafetensorsHeader(plans, {});
  base::WriteFileAtomically(folder / "model.safetensors", header);
  fs::resize_file(folder / "model.safetensors", header.size() + bytes);
  try {
    Engine engine(folder.path());
    ADD_FAILURE() << "loaded";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("MiB of memory, "));
    EXPECT_THAT(error.what(), HasSubstr("MiB are available"));
    EXPECT_THAT(error.what(), HasSubstr("diptych convert"));
  }
}

}  // namespace
}  // namespace diptych
