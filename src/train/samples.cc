#include "train/samples.h"

#include <algorithm>
#include <cstdio>
#include <span>
#include <utility>

#include "base/png.h"
#include "train/flow.h"

namespace diptych::train {
namespace {

using torch::Tensor;

constexpr size_t kColumns = 8, kRows = 4;
constexpr uint64_t kSampleSeed = 20260101;

// The documents of the samples' answers up to their picture, and unconditional documents of the same pictures. Both
// empty when answers draw nothing.
struct Documents {
  std::vector<std::vector<data::Sequence>> conditional, unconditional;
};
Documents MakeDocuments(const SampleRequest& request) {
  const auto sequence = [&](data::Document document) {
    return data::MakeSequence(std::move(document), request.tokenizer, request.network.config());
  };
  Documents documents;
  for (uint64_t i = 0; i < kColumns * kRows; ++i) {
    data::Document answer = std::move(request.source.Make(kSampleSeed, i, data::Split::kHeldOut).front());
    const std::span<const text::Piece> pieces = text::UpToDrawing(answer.layout);
    if (pieces.empty() || pieces.back().kind != text::PieceKind::kPictureDrawn) return {};
    text::Layout unconditional = text::UnconditionalLayout({});
    unconditional.back().picture = pieces.back().picture;
    documents.unconditional.push_back({sequence({.layout = std::move(unconditional), .pictures = answer.pictures})});
    documents.conditional.push_back(
        {sequence({.layout = {pieces.begin(), pieces.end()}, .pictures = std::move(answer.pictures)})});
  }
  return documents;
}

base::Image ToImage(const Tensor& picture) {
  const Tensor bytes =
      ((picture + 1) * 127.5).round().clamp(0, 255).to(torch::kUInt8).permute({1, 2, 0}).contiguous().cpu();
  const auto* first = bytes.data_ptr<uint8_t>();
  return {static_cast<int>(picture.size(2)), static_cast<int>(picture.size(1)), {first, first + bytes.numel()}};
}

// The drawings of a batch, in its order.
std::vector<base::Image> Draw(const Network& network, const data::Batch& batch,
                              const data::Batch& unconditional_batch) {
  const model::ModelConfig& config = network.config();
  const torch::Device device = network.parameters().front().device();
  const TrainingBatch conditional = Upload(batch, config, device),
                      unconditional = Upload(unconditional_batch, config, device);
  std::vector<Tensor> noise;
  for (const PicturesOfSize& size : conditional.sizes)
    noise.push_back(
        UnitNoise({size.drawings(), 3, size.pictures.size(2), size.pictures.size(3)}, kSampleSeed + noise.size()));
  const std::vector<Tensor> drawn =
      DrawPictures({.network = network, .batch = conditional, .unconditional = unconditional, .noise = noise});
  const std::vector<data::SizeGroup> groups = data::GroupBySize(batch, config);
  std::vector<base::Image> pictures(batch.drawings.size());
  for (size_t i = 0; i < groups.size(); ++i)
    for (size_t k = 0; k < groups[i].drawings.size(); ++k)
      pictures[static_cast<size_t>(groups[i].drawings[k])] = ToImage(drawn[i][static_cast<int64_t>(k)]);
  return pictures;
}

// The picture with black to its right and below it, if it is smaller.
base::Image Padded(const base::Image& picture, int width, int height) {
  base::Image padded{width, height, std::vector<uint8_t>(static_cast<size_t>(width) * static_cast<size_t>(height) * 3)};
  for (ptrdiff_t y = 0; y < picture.height; ++y)
    std::copy_n(picture.rgb.begin() + y * picture.width * 3, picture.width * 3, padded.rgb.begin() + y * width * 3);
  return padded;
}

// Rows of pictures, each above the row of its drawings.
base::Image SheetOf(const std::vector<base::Image>& pictures, const std::vector<base::Image>& drawn) {
  int width = 0, height = 0;
  for (const base::Image& picture : pictures) {
    width = std::max(width, picture.width);
    height = std::max(height, picture.height);
  }
  std::vector<base::Image> sheet;
  for (size_t row = 0; row < kRows; ++row)
    for (const auto* from : {&pictures, &drawn})
      for (size_t i = row * kColumns; i < (row + 1) * kColumns; ++i) sheet.push_back(Padded((*from)[i], width, height));
  return base::Tile(sheet, kColumns);
}

}  // namespace

void DrawSamples(const SampleRequest& request, const std::filesystem::path& folder) {
  torch::NoGradGuard no_gradient;
  const model::ModelConfig& config = request.network.config();
  Documents documents = MakeDocuments(request);
  if (documents.conditional.empty()) return;
  const torch::Device device = request.weights.front().device();
  Network ema(config, device, device.is_cpu() ? torch::kBFloat16 : torch::kFloat32);
  for (size_t i = 0; i < request.weights.size(); ++i) ema.parameters()[i].copy_(request.weights[i]);
  const data::Batch batch = data::Pack(std::move(documents.conditional), config),
                    unconditional = data::Pack(std::move(documents.unconditional), config);
  std::vector<base::Image> pictures;
  for (const data::PictureAt& drawing : batch.drawings)
    pictures.push_back(batch.pictures[static_cast<size_t>(drawing.picture)]);
  std::filesystem::create_directories(folder);
  char name[32];
  std::snprintf(name, sizeof(name), "%09lld.png", static_cast<long long>(request.step));
  base::WritePng(folder / name, SheetOf(pictures, Draw(ema, batch, unconditional)), {});
}

}  // namespace diptych::train
