#include "judge/judge.h"

#include <ATen/Parallel.h>
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "eval/seen_scene.h"
#include "judge/network.h"
#include "judge/pictures.h"
#include "model/safetensors.h"
#include "train/checkpoint.h"

namespace diptych::judge {
namespace {

using torch::Tensor;

constexpr int kPicturesAtOnce = 32;
constexpr float kLeastConfidence = 0.4f;  // the lowest confidence of a detection that counts

using Entries = std::map<std::string, std::string>;

int NumberIn(const Entries& entries, const std::string& name, int absent) {
  const auto entry = entries.find(name);
  return entry == entries.end() ? absent : std::atoi(entry->second.c_str());
}

JudgeShape ShapeIn(const Entries& entries, const std::string& file) {
  constexpr int kWidest = 256, kMostBlocks = 64;
  JudgeShape shape{.width = NumberIn(entries, "width", 0),
                   .blocks = NumberIn(entries, "blocks", 2),
                   .classes = ReadClasses(entries, file)};
  if (shape.width < 1 || shape.width > kWidest || shape.blocks < 1 || shape.blocks > kMostBlocks)
    throw base::Error("judge", file + " holds no judge's weights.", "diptych-train judge writes them.");
  return shape;
}

// The detector's outputs for one picture.
struct Maps {
  const float* heatmaps;  // [kHeatmaps, kGrid, kGrid], probabilities
  const float* boxes;     // [kBoxed, kGrid, kGrid, 4]
  const float* phases;    // [kGrid, kGrid, 3]
  const float* scene;     // [sum of the numbers of JudgeClasses::scene]
  float At(int map, int cell) const { return heatmaps[map * kGrid * kGrid + cell]; }
};

world::Point CentreOf(int cell) {
  const auto centre = [](int index) {
    return static_cast<int>(std::lround((static_cast<float>(index) + 0.5f) * kCellPercent));
  };
  return {centre(cell % kGrid), centre(cell / kGrid)};
}

int LikeliestOf(const float* values, int count) {
  return static_cast<int>(std::max_element(values, values + count) - values);
}

// Non-maximum suppression: boxes in order of falling confidence, each kept unless its IoU with a kept one is too large.
std::vector<eval::SeenThing> DetectionsOf(const Maps& maps) {
  constexpr float kSame = 0.55f, kSameAcrossMaps = 0.66f;
  struct Found {
    eval::SeenThing thing;
    int map;
  };
  std::vector<Found> all, kept;
  for (int map = 0; map < kBoxed; ++map) {
    for (int cell = 0; cell < kGrid * kGrid; ++cell) {
      if (maps.At(map, cell) < kLeastConfidence) continue;
      const float* box = maps.boxes + (map * kGrid * kGrid + cell) * 4;
      const float x = (static_cast<float>(cell % kGrid) + 0.5f) * kCellPercent;
      const float y = (static_cast<float>(cell / kGrid) + 0.5f) * kCellPercent;
      const eval::Frame frame = {x + 100 * box[0], y + 100 * box[1], x + 100 * box[2], y + 100 * box[3]};
      if (frame.width() > 1 && frame.height() > 1) all.push_back({{frame, maps.At(map, cell), {}}, map});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Found& a, const Found& b) { return a.thing.confidence > b.thing.confidence; });
  for (const Found& found : all) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Found& other) {
      return eval::IntersectionOverUnion(other.thing.frame, found.thing.frame) >
             (other.map == found.map ? kSame : kSameAcrossMaps);
    });
    if (!known) kept.push_back(found);
  }
  std::vector<eval::SeenThing> things;
  for (Found& found : kept) things.push_back(std::move(found.thing));
  return things;
}

// Non-maximum suppression of a heatmap without boxes: its cells in order of falling confidence, each kept unless it is
// near a kept one.
std::vector<int> PeaksOf(const Maps& maps, Heatmap map) {
  constexpr int kNearAcross = 18, kNearDown = 9;  // percent; clouds lie farther apart
  std::vector<int> cells, kept;
  for (int cell = 0; cell < kGrid * kGrid; ++cell)
    if (maps.At(map, cell) >= kLeastConfidence) cells.push_back(cell);
  std::stable_sort(cells.begin(), cells.end(), [&](int a, int b) { return maps.At(map, a) > maps.At(map, b); });
  for (int cell : cells) {
    const bool known = std::any_of(kept.begin(), kept.end(), [cell](int other) {
      const world::Point a = CentreOf(cell), b = CentreOf(other);
      return std::abs(a.x - b.x) < kNearAcross && std::abs(a.y - b.y) < kNearDown;
    });
    if (!known) kept.push_back(cell);
  }
  return kept;
}

eval::SeenPicture PictureOf(const Maps& maps, const JudgeClasses& classes) {
  eval::SeenPicture seen;
  const float* scene = maps.scene;
  for (size_t i = 0; i < eval::kSceneAttributes; ++i) {
    const auto count = static_cast<int>(classes.scene[i].size());
    seen.scene[i] = classes.scene[i][static_cast<size_t>(LikeliestOf(scene, count))];
    scene += count;
  }
  if (const auto sun = PeaksOf(maps, kSunCentre); !sun.empty()) seen.sun = CentreOf(sun.front());
  if (const auto moon = PeaksOf(maps, kMoonCentre); !moon.empty()) {
    seen.moon = CentreOf(moon.front());
    seen.phase = static_cast<world::MoonPhase>(LikeliestOf(maps.phases + moon.front() * 3, 3));
  }
  for (int cell : PeaksOf(maps, kCloudCentres)) seen.clouds.push_back(CentreOf(cell));
  seen.things = DetectionsOf(maps);
  return seen;
}

Tensor PicturesOf(const std::vector<uint8_t>& pixels, int64_t side) {
  return torch::from_blob(const_cast<uint8_t*>(pixels.data()),
                          {static_cast<int64_t>(pixels.size()) / (side * side * 3), side, side, 3}, torch::kUInt8);
}

std::vector<eval::SeenPicture> DetectIn(const JudgeNetwork& network, std::span<const base::Image> pictures) {
  std::vector<uint8_t> pixels;
  for (const base::Image& picture : pictures) {
    const base::Image sized = base::Resize(picture, kDetectorSide, kDetectorSide);
    pixels.insert(pixels.end(), sized.rgb.begin(), sized.rgb.end());
  }
  const DetectorOutput found = network.Detect(PicturesOf(pixels, kDetectorSide));
  const Tensor heatmaps = torch::sigmoid(found.heatmaps).contiguous(), boxes = found.boxes.contiguous(),
               phases = found.phases.contiguous(), scene = found.scene.contiguous();
  std::vector<eval::SeenPicture> seen;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const auto part = [&](const Tensor& tensor) {
      return tensor.data_ptr<float>() + static_cast<int64_t>(i) * (tensor.numel() / tensor.size(0));
    };
    seen.push_back(PictureOf({part(heatmaps), part(boxes), part(phases), part(scene)}, network.shape().classes));
  }
  return seen;
}

// The classifier's outputs for one thing.
struct Classified {
  const float* things;  // [sum of the numbers of JudgeClasses::things], probabilities
  const float* edges;   // [4]
};

// Writes a thing's frame and the probabilities of all values that the world has; 0 of those without a class.
void SetClassified(Classified found, const JudgeClasses& classes, const eval::Frame& crop, eval::SeenThing& thing) {
  const float side = crop.width(), *edges = found.edges;
  thing.frame = {crop.left + side * edges[0], crop.top + side * edges[1], crop.left + side * edges[2],
                 crop.top + side * edges[3]};
  for (size_t i = 0; i < eval::kThingAttributes; ++i) {
    thing.probabilities[i].assign(static_cast<size_t>(eval::ThingAttributeValues()[i]), 0.0f);
    for (const int value : classes.things[i]) thing.probabilities[i][static_cast<size_t>(value)] = *found.things++;
  }
}

// Classifies each detected thing of some pictures, all in one batch.
void ClassifyThings(const JudgeNetwork& network, std::span<const base::Image> pictures,
                    std::vector<eval::SeenPicture>& seen) {
  std::vector<uint8_t> pixels;
  std::vector<float> frames;
  std::vector<eval::Frame> crops;
  for (size_t i = 0; i < pictures.size(); ++i) {
    for (const eval::SeenThing& thing : seen[i].things) {
      const eval::Frame crop = CropAround(thing.frame);
      crops.push_back(crop);
      AppendCrop(pictures[i], crop, kCropSide, pixels);
      for (float edge : {crop.left, crop.top, crop.right, crop.bottom}) frames.push_back(edge / 100);
    }
  }
  if (crops.empty()) return;
  const ClassifierOutput classified =
      network.Classify(PicturesOf(pixels, kCropSide),
                       torch::from_blob(frames.data(), {static_cast<int64_t>(crops.size()), 4}, torch::kFloat32));
  const JudgeClasses& classes = network.shape().classes;
  std::vector<int64_t> counts;
  for (const std::vector<int>& of_attribute : classes.things)
    counts.push_back(static_cast<int64_t>(of_attribute.size()));
  std::vector<Tensor> parts = classified.things.split_with_sizes(counts, 1);
  for (Tensor& part : parts) part = torch::softmax(part, 1);
  const Tensor things = torch::cat(parts, 1).contiguous(), edges = classified.edges.contiguous();
  int64_t at = 0;
  for (eval::SeenPicture& picture : seen) {
    for (eval::SeenThing& thing : picture.things) {
      SetClassified({things.data_ptr<float>() + at * things.size(1), edges.data_ptr<float>() + at * 4}, classes,
                    crops[static_cast<size_t>(at)], thing);
      ++at;
    }
  }
}

}  // namespace

struct Judge::State {
  explicit State(JudgeShape shape) : network(std::move(shape), FastestJudgeType()) {}
  JudgeNetwork network;
  std::string drawings;
};

Judge::Judge(std::unique_ptr<State> state) : state_(std::move(state)) {}
Judge::Judge(Judge&&) noexcept = default;
Judge::~Judge() = default;

Judge Judge::Load(const std::filesystem::path& file) {
  // In its first parallel loop libtorch sets this thread's number of OpenMP threads to its own setting, and the engine
  // uses that number.
  at::set_num_threads(omp_get_max_threads());
  const Entries entries = model::SafetensorsFile(file).metadata();
  auto state = std::make_unique<State>(ShapeIn(entries, file.string()));
  const auto drawings = entries.find("drawings");
  state->drawings = drawings == entries.end() ? world::NameOf(world::Hands::kWorld) : drawings->second;
  std::vector<std::pair<std::string, Tensor>> tensors;
  for (size_t i = 0; i < state->network.specs().size(); ++i)
    tensors.emplace_back(state->network.specs()[i].name, state->network.parameters()[i]);
  for (const auto& [name, tensor] : state->network.statistics()) tensors.emplace_back(name, tensor);
  train::ReadTensors(file, tensors);
  return Judge(std::move(state));
}

bool Judge::Knows(world::Kind kind) const {
  const std::vector<int>& kinds = state_->network.shape().classes.things[eval::kKindAttribute];
  return std::ranges::find(kinds, static_cast<int>(kind)) != kinds.end();
}

void Judge::RequireKinds(const world::Repertoire& shown) const {
  constexpr int kNamed = 5;
  int unknown = 0;
  std::string names;
  for (int i = 0; i < world::KindCount(); ++i) {
    const auto kind = static_cast<world::Kind>(i);
    if (!shown.Has(kind) || Knows(kind)) continue;
    if (unknown++ < kNamed) names += (names.empty() ? "" : ", ") + RowOf(kind).word;
  }
  if (unknown == 0) return;
  throw base::Error("judge",
                    "it does not know " + std::to_string(unknown) + " of the kinds that are to be judged (" + names +
                        (unknown > kNamed ? " ..." : "") + ").",
                    "train one on them: diptych-train judge FILE --kinds KINDS --minutes 60.");
}

const std::string& Judge::drawings() const { return state_->drawings; }

std::vector<world::Scene> Judge::Read(std::span<const base::Image> pictures) const {
  torch::NoGradGuard no_gradient;
  std::vector<world::Scene> scenes;
  for (size_t first = 0; first < pictures.size(); first += kPicturesAtOnce) {
    const auto some = pictures.subspan(first, std::min<size_t>(kPicturesAtOnce, pictures.size() - first));
    std::vector<eval::SeenPicture> seen = DetectIn(state_->network, some);
    ClassifyThings(state_->network, some, seen);
    for (const eval::SeenPicture& picture : seen) scenes.push_back(eval::SceneOf(picture));
  }
  return scenes;
}

}  // namespace diptych::judge
