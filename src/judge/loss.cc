#include "judge/loss.h"

#include <algorithm>

#include "eval/seen_scene.h"

namespace diptych::judge {
namespace {

using torch::Tensor;

template <typename Number>
Tensor View(const std::vector<Number>& values, std::vector<int64_t> shape) {
  const auto type = c10::CppTypeToScalarType<Number>::value;
  return torch::from_blob(const_cast<Number*>(values.data()), shape, type);
}

// Focal loss, reduced near a centre, divided by the number of centres ("Objects as Points", arXiv 1904.07850, equation
// 1).
Tensor LossOfCentres(const Tensor& logits, const Tensor& wanted) {
  const Tensor there = torch::sigmoid(logits);
  const Tensor is_centre = wanted.eq(1).to(torch::kFloat32);
  const Tensor right = (1 - there).square() * torch::log_sigmoid(logits);
  const Tensor wrong = (1 - wanted).pow(4) * there.square() * torch::log_sigmoid(-logits);
  return -(is_centre * right + (1 - is_centre) * wrong).sum() / is_centre.sum().clamp_min(1);
}

// The class of each of the world's values of an attribute; -1 where it has none.
Tensor ClassOfValue(const std::vector<int>& classes) {
  Tensor class_of = torch::full({std::max(1, 1 + *std::ranges::max_element(classes))}, -1, torch::kInt64);
  for (size_t i = 0; i < classes.size(); ++i) class_of[classes[i]] = static_cast<int64_t>(i);
  return class_of;
}

// The sum over attributes of their mean cross-entropy; examples whose target is -1, or a value without a class, are
// left out.
template <size_t N>
Tensor LossOfAttributes(const Tensor& logits, const Tensor& wanted, const std::array<std::vector<int>, N>& classes) {
  Tensor sum = torch::zeros({}, torch::kFloat32);
  int64_t first = 0;
  for (size_t i = 0; i < N; ++i) {
    const auto count = static_cast<int64_t>(classes[i].size());
    const Tensor values = wanted.select(1, static_cast<int64_t>(i)), class_of = ClassOfValue(classes[i]);
    const Tensor known = values.ge(0).logical_and(values.lt(class_of.size(0)));
    const Tensor target = torch::where(known, class_of.index_select(0, values.clamp(0, class_of.size(0) - 1)),
                                       torch::full_like(values, -1));
    const auto asked = target.ge(0).nonzero().squeeze(1);
    if (asked.numel() > 0)
      sum = sum + torch::cross_entropy_loss(logits.narrow(1, first, count).index_select(0, asked),
                                            target.index_select(0, asked));
    first += count;
  }
  return sum;
}

}  // namespace

Tensor JudgeLosses::Sum() const { return centres + 10 * boxes + 0.5 * scene + things + 10 * edges; }

JudgeLosses LossesOf(const JudgeNetwork& network, const JudgeBatch& batch) {
  const int64_t n = batch.pictures, crops = batch.crops;
  const DetectorOutput found = network.Detect(View(batch.pixels, {n, kDetectorSide, kDetectorSide, 3}));
  const auto count = [](const std::vector<int64_t>& cells) { return static_cast<int64_t>(cells.size()); };
  const Tensor boxes = found.boxes.reshape({-1, 4}).index_select(0, View(batch.box_cells, {count(batch.box_cells)}));
  JudgeLosses losses;
  losses.centres = LossOfCentres(found.heatmaps, View(batch.heatmaps, {n, kHeatmaps, kGrid, kGrid}));
  losses.boxes = (boxes - View(batch.boxes, {count(batch.box_cells), 4})).abs().mean();
  losses.scene =
      LossOfAttributes(found.scene, View(batch.scene, {n, eval::kSceneAttributes}), network.shape().classes.scene);
  if (!batch.moon_cells.empty()) {
    const Tensor phases =
        found.phases.reshape({-1, 3}).index_select(0, View(batch.moon_cells, {count(batch.moon_cells)}));
    losses.scene = losses.scene + torch::cross_entropy_loss(phases, View(batch.phases, {count(batch.moon_cells)}));
  }
  const ClassifierOutput classified =
      network.Classify(View(batch.crop_pixels, {crops, kCropSide, kCropSide, 3}), View(batch.crop_frames, {crops, 4}));
  losses.things = LossOfAttributes(classified.things, View(batch.things, {crops, eval::kThingAttributes}),
                                   network.shape().classes.things);
  losses.edges = (classified.edges - View(batch.edges, {crops, 4})).abs().mean();
  return losses;
}

}  // namespace diptych::judge
