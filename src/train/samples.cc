#include "train/samples.h"

#include <cstdio>

#include "base/png.h"
#include "train/flow.h"

namespace diptych::train {
namespace {

using torch::Tensor;

constexpr int kColumns = 8, kRows = 4;
constexpr uint64_t kSampleSeed = 20260101;

// The drawing of a scene's answer, or the same without its condition; the rows after it are left out.
std::vector<std::vector<data::Sequence>> Documents(const SampleRequest& request, bool directed) {
  std::vector<std::vector<data::Sequence>> samples;
  for (int i = 0; i < kColumns * kRows; ++i) {
    const data::Sequence answer =
        request.source.Make(kSampleSeed, static_cast<uint64_t>(i), world::Split::kHeldOut).front();
    data::Sequence sequence = directed ? answer : request.source.MakeUndirected(answer.picture, answer.subjects);
    const int prefix = sequence.drawings.front().prefix;
    sequence.rows.resize(static_cast<size_t>(prefix));
    sequence.runs = {{.first = 0, .count = prefix, .prefix = 0, .causal = true}};
    sequence.readings.clear();
    sequence.drawings.front().copies = 1;
    samples.push_back({std::move(sequence)});
  }
  return samples;
}

base::Image ToImage(const Tensor& picture) {
  const Tensor bytes =
      ((picture + 1) * 127.5).round().clamp(0, 255).to(torch::kUInt8).permute({1, 2, 0}).contiguous().cpu();
  const auto* first = bytes.data_ptr<uint8_t>();
  return {static_cast<int>(picture.size(2)), static_cast<int>(picture.size(1)), {first, first + bytes.numel()}};
}

}  // namespace

void DrawSamples(const SampleRequest& request, const std::filesystem::path& folder) {
  torch::NoGradGuard no_gradient;
  const model::ModelConfig& config = request.network.config();
  const torch::Device device = request.weights.front().device();
  Network averaged(config, device, device.is_cpu() ? torch::kBFloat16 : torch::kFloat32);
  for (size_t i = 0; i < request.weights.size(); ++i) averaged.parameters()[i].copy_(request.weights[i]);
  const data::Batch batch = data::Pack(Documents(request, true), config),
                    free = data::Pack(Documents(request, false), config);
  const TrainingBatch directed = Upload(batch, config, device), undirected = Upload(free, config, device);
  const Tensor drawn = DrawPictures({.network = averaged,
                                     .batch = directed,
                                     .undirected = undirected,
                                     .noise = UnitNoise(directed.drawings, request.size, kSampleSeed)});
  std::vector<base::Image> sheet;
  for (int row = 0; row < kRows; ++row) {
    const auto first = batch.pictures.begin() + row * kColumns;
    sheet.insert(sheet.end(), first, first + kColumns);
    for (int i = row * kColumns; i < (row + 1) * kColumns; ++i) sheet.push_back(ToImage(drawn[i]));
  }
  std::filesystem::create_directories(folder);
  char name[32];
  std::snprintf(name, sizeof(name), "%09lld.png", static_cast<long long>(request.step));
  base::WritePng(folder / name, base::Tile(sheet, kColumns), {});
}

}  // namespace diptych::train
