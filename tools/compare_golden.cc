// Holds the engine against reference results of the public implementation: compare_golden MODEL_DIR [GOLDEN_FILE].
// One line for each key of the golden file; the exit code is 1 when a value is off or an id differs.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/threads.h"
#include "engine/flow_sampler.h"
#include "engine/forward.h"
#include "engine/picture_layers.h"
#include "model/safetensors.h"

namespace diptych {
namespace {

constexpr double kTolerance = 1e-4;  // of a tensor's largest value, in float32

// Ids of the tokens around a picture in the golden files' small vocabulary; "<img>" of the free-running text stands in
// the arguments.
constexpr int32_t kPictureEnd = 3, kPicturePlace = 4;

class Comparison {
 public:
  explicit Comparison(const std::string& path) : file_(path) {}

  const model::SafetensorsFile& file() const { return file_; }
  bool Has(const std::string& key) const { return file_.tensors().contains(key); }
  std::vector<float> Floats(const std::string& key) const { return model::ToFloat(file_.Get(key)); }
  nlohmann::json Arguments(const std::string& key) const { return nlohmann::json::parse(file_.metadata().at(key)); }

  std::vector<int32_t> Ids(const std::string& key) const {
    const model::TensorView& tensor = file_.Get(key);
    if (tensor.type != numbers::DType::kI64) throw base::Error("golden", key + " is not of ids.");
    std::vector<int64_t> wide(static_cast<size_t>(tensor.elements()));
    std::memcpy(wide.data(), tensor.bytes.data(), tensor.bytes.size());
    return {wide.begin(), wide.end()};
  }

  void Input(const std::string& key) {
    seen_[key] = true;
    std::printf("%-36s input\n", key.c_str());
  }

  void Check(const std::string& key, std::span<const float> ours) {
    const std::vector<float> theirs = Floats(key);
    double largest = 0, error = ours.size() == theirs.size() ? 0 : INFINITY;
    for (float number : theirs) largest = std::max(largest, std::abs(double{number}));
    for (size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
      const double difference = std::abs(double{ours[i]} - theirs[i]);
      if (!(difference <= error)) error = difference;  // also when it is not a number
    }
    const bool good = error <= kTolerance * largest;
    Verdict(key, good, error / largest);
  }

  void CheckIds(const std::string& key, const std::vector<int32_t>& ours) {
    const bool good = ours == Ids(key);
    Verdict(key, good, good ? 0 : INFINITY);
  }

  // Reports keys that nothing looked at; true when all was well.
  bool Finish() {
    for (const auto& [name, tensor] : file_.tensors())
      if (!seen_.contains(name)) {
        std::printf("%-36s UNKNOWN\n", name.c_str());
        good_ = false;
      }
    return good_;
  }

 private:
  void Verdict(const std::string& key, bool good, double relative) {
    seen_[key] = true;
    good_ = good_ && good;
    std::printf("%-36s %.2e %s\n", key.c_str(), relative, good ? "ok" : "BAD");
  }

  model::SafetensorsFile file_;
  std::map<std::string, bool> seen_;
  bool good_ = true;
};

// The model under test with one request's buffers.
struct Subject {
  const engine::Weights& weights;
  engine::Workspace workspace;
};

// Reads tokens [rows, D] that follow the context and returns them as the layers leave them.
std::vector<float> Read(Subject& subject, engine::Segment segment, std::vector<float> x,
                        const engine::LayerObserver& observer = nullptr) {
  const engine::Pass pass(subject.weights.config, {std::move(segment)});
  engine::RunLayers(subject.weights, model::Tower::kUnderstanding, pass, subject.workspace, x, observer);
  pass.Keep();
  return x;
}

std::vector<float> ReadText(Subject& subject, engine::Context& context, const std::vector<int32_t>& ids,
                            const engine::LayerObserver& observer = nullptr) {
  return Read(subject, engine::TextAfter(context, static_cast<int>(ids.size())), engine::Embed(subject.weights, ids),
              observer);
}

engine::LayerObserver HiddenObserver(Comparison& golden, const std::string& prefix) {
  return [&golden, prefix](int layer, std::span<const float> x) { golden.Check(prefix + std::to_string(layer), x); };
}

void CompareText(Subject& subject, Comparison& golden) {
  golden.Input("text.input_ids");
  engine::Context context(subject.weights);
  const std::vector<float> x =
      ReadText(subject, context, golden.Ids("text.input_ids"), HiddenObserver(golden, "text.hidden."));
  golden.Check("text.logits", engine::Logits(subject.weights, x, subject.workspace));
}

void CompareImage(Subject& subject, Comparison& golden) {
  const model::ModelConfig& config = subject.weights.config;
  for (const char* key : {"image.input_ids", "image.indexes", "image.pixel_values", "image.grid_hw"}) golden.Input(key);
  const std::vector<int32_t> ids = golden.Ids("image.input_ids"), indexes = golden.Ids("image.indexes");
  const std::vector<int32_t> grid = golden.Ids("image.grid_hw");
  const kernels::PatchGrid patches{grid.at(0), grid.at(1)};
  std::vector<float> tokens(static_cast<size_t>(patches.patches() / (config.merge * config.merge) * config.hidden));
  const engine::PictureEmbedder embedder(subject.weights, model::Tower::kUnderstanding, patches);
  embedder.Embed(golden.Floats("image.pixel_values"), subject.workspace, tokens);
  golden.Check("image.patch_tokens", tokens);

  std::vector<float> x = engine::Embed(subject.weights, ids);
  engine::Context context(subject.weights);
  engine::Segment segment{&context, {}};
  auto token = tokens.begin();
  const auto width = static_cast<std::ptrdiff_t>(config.hidden);
  for (size_t i = 0; i < ids.size(); ++i) {
    segment.positions.push_back({indexes.at(i), indexes.at(ids.size() + i), indexes.at(2 * ids.size() + i)});
    if (ids[i] != kPicturePlace) continue;
    std::copy(token, token + width, x.begin() + static_cast<std::ptrdiff_t>(i) * width);
    token += width;
  }
  x = Read(subject, std::move(segment), std::move(x), HiddenObserver(golden, "image.hidden."));
  golden.Check("image.logits", engine::Logits(subject.weights, x, subject.workspace));
}

engine::FlowOptions OptionsOf(const nlohmann::json& arguments) {
  engine::FlowOptions options;
  options.steps = arguments.at("num_steps");
  options.shift = arguments.at("timestep_shift");
  options.guidance = arguments.at("cfg_scale");
  options.picture_guidance = arguments.value("img_cfg_scale", 1.0);
  options.rescale = engine::ParseRescale(arguments.value("cfg_norm", "none"));
  if (arguments.contains("cfg_interval")) {
    options.guidance_from = arguments.at("cfg_interval").at(0);
    options.guidance_to = arguments.at("cfg_interval").at(1);
  }
  return options;
}

engine::PixelTokens NoiseOf(const Subject& subject, const Comparison& golden, const std::string& key,
                            const nlohmann::json& arguments) {
  const int side = subject.weights.config.token_pixels();
  const kernels::PatchGrid tokens{arguments.at("height").get<int>() / side, arguments.at("width").get<int>() / side};
  return engine::FromPlanes(golden.Floats(key), tokens, side);
}

void CompareDrawing(Subject& subject, Comparison& golden, const std::string& mode) {
  const std::string prefix = "t2i." + mode + ".";
  const nlohmann::json arguments = golden.Arguments(prefix + "args");
  golden.Input(prefix + "noise_unit");
  engine::Context conditional(subject.weights), dropped(subject.weights);
  ReadText(subject, conditional, golden.Ids("t2i.cond_ids"));
  ReadText(subject, dropped, golden.Ids("t2i.uncond_ids"));
  const engine::PixelTokens noise = NoiseOf(subject, golden, prefix + "noise_unit", arguments);
  std::vector<float> velocities;  // every one the network gave, in order
  engine::FlowListener listener;
  listener.on_velocity = [&](int, std::span<const float> v) {
    velocities.insert(velocities.end(), v.begin(), v.end());
  };
  const engine::PixelTokens drawn = engine::DrawPictures(subject.weights, {&conditional, &dropped, nullptr},
                                                         OptionsOf(arguments), {&noise, 1}, subject.workspace, listener)
                                        .front();
  const size_t size = noise.values.size();
  golden.Check(prefix + "first_velocity_cond", std::span(velocities).first(size));
  if (golden.Has(prefix + "second_velocity"))
    golden.Check(prefix + "second_velocity", std::span(velocities).subspan(size, size));
  golden.Check(prefix + "image", engine::ToPlanes(drawn));
}

int32_t Likeliest(const std::vector<float>& logits) {
  return static_cast<int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// The logits after the last of the rows x [rows, D].
std::vector<float> LastLogits(Subject& subject, std::span<const float> x) {
  return engine::Logits(subject.weights, x.last(static_cast<size_t>(subject.weights.config.hidden)), subject.workspace);
}

// The picture's pixels read again through the understanding tower, and "</img>"; the logits after it.
std::vector<float> ReadPicture(Subject& subject, engine::Context& context, const engine::PixelTokens& pixels) {
  const model::ModelConfig& config = subject.weights.config;
  const kernels::PatchGrid patches{pixels.tokens.rows * config.merge, pixels.tokens.columns * config.merge};
  std::vector<float> tokens(static_cast<size_t>(pixels.tokens.patches() * config.hidden));
  const engine::PictureEmbedder embedder(subject.weights, model::Tower::kUnderstanding, patches);
  embedder.Embed(engine::NormalisedPatchesOf(pixels, config.patch), subject.workspace, tokens);
  Read(subject, engine::PictureAfter(context, pixels.tokens), std::move(tokens));
  return LastLogits(subject, ReadText(subject, context, {kPictureEnd}));
}

// Greedy text, a picture, greedy text, in one context; the text-dropped context sees the pictures too.
void CompareInterleave(Subject& subject, Comparison& golden) {
  const nlohmann::json arguments = golden.Arguments("interleave.args");
  const int32_t picture_start = arguments.at("img_start_token_id"), end = arguments.at("eos_token_id");
  for (const char* key : {"interleave.cond_ids", "interleave.text_uncond_ids"}) golden.Input(key);
  engine::Context conditional(subject.weights), pictures_only(subject.weights), unconditional(subject.weights);
  std::vector<float> logits = LastLogits(subject, ReadText(subject, conditional, golden.Ids("interleave.cond_ids")));
  ReadText(subject, pictures_only, golden.Ids("interleave.text_uncond_ids"));
  ReadText(subject, unconditional, golden.Ids("t2i.uncond_ids"));
  int left = arguments.at("max_new_tokens"), pictures = 0, texts = 0;
  std::vector<int32_t> text;
  const auto finish_text = [&] {
    const std::string key = "interleave.text." + std::to_string(texts++);
    if (golden.Has(key) || !text.empty()) golden.CheckIds(key, text);
    text.clear();
  };
  while (true) {
    const int32_t id = Likeliest(logits);
    if (id == end) break;
    if (id != picture_start) {
      text.push_back(id);
      logits = LastLogits(subject, ReadText(subject, conditional, {id}));
      if (--left == 0) break;
      continue;
    }
    finish_text();
    ReadText(subject, conditional, {id});
    ReadText(subject, pictures_only, {id});
    const std::string number = std::to_string(pictures++);
    const engine::PixelTokens noise = NoiseOf(subject, golden, "interleave.noise_unit." + number, arguments);
    golden.Input("interleave.noise_unit." + number);
    const engine::PixelTokens drawn =
        engine::DrawPictures(subject.weights, {&conditional, &pictures_only, &unconditional}, OptionsOf(arguments),
                             {&noise, 1}, subject.workspace, {})
            .front();
    golden.Check("interleave.image." + number, engine::ToPlanes(drawn));
    logits = ReadPicture(subject, conditional, drawn);
    ReadPicture(subject, pictures_only, drawn);
  }
  finish_text();
}

bool Compare(const std::string& folder, const std::string& path) {
  Comparison golden(path);
  const auto weights = engine::LoadWeights(folder, engine::Precision::kFloat32);
  Subject subject{*weights, engine::Workspace(weights->format)};
  if (golden.Has("text.input_ids")) CompareText(subject, golden);
  if (golden.Has("image.input_ids")) CompareImage(subject, golden);
  if (golden.Has("t2i.cond_ids")) {
    golden.Input("t2i.cond_ids");
    golden.Input("t2i.uncond_ids");
    for (const auto& [key, value] : golden.file().metadata())
      if (key.starts_with("t2i.") && key.ends_with(".args"))
        CompareDrawing(subject, golden, key.substr(4, key.size() - 9));
  }
  if (golden.Has("interleave.cond_ids")) CompareInterleave(subject, golden);
  return golden.Finish();
}

}  // namespace
}  // namespace diptych

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: compare_golden MODEL_DIR [GOLDEN_FILE]\n");
    return 2;
  }
  const std::string folder = argv[1];
  try {
    diptych::base::UseThreads(0);
    return diptych::Compare(folder, argc == 3 ? argv[2] : folder + "/golden.safetensors") ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
