// The judge's training data: pictures of the world, exact and blemished, with targets for the detector and the
// classifier.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/image.h"
#include "base/random.h"
#include "eval/seen_scene.h"
#include "world/repertoire.h"

namespace diptych::judge {

// The detector sees whole pictures at kDetectorSide pixels a side and predicts for cells of kCell pixels. The
// classifier sees one thing, cropped with a margin and scaled to kCropSide pixels.
inline constexpr int kDetectorSide = 128, kCell = 8, kGrid = kDetectorSide / kCell, kCropSide = 64;
inline constexpr float kCellPercent = 100.0f / kGrid;  // the side of a cell, in percent of the picture

// The heatmaps of centres. Large subjects have one of their own, since a small one's centre may be in the same cell.
enum Heatmap { kSubjectCentres, kLargeCentres, kSunCentre, kMoonCentre, kCloudCentres, kHeatmaps };
inline constexpr int kBoxed = 2;  // how many of them also have boxes: the first two

// The square crop around a thing, in percent of the picture; it may reach beyond the picture.
eval::Frame CropAround(const eval::Frame& thing);
// Appends a crop, scaled to side x side pixels; beyond the picture its border pixels are repeated.
void AppendCrop(const base::Image& picture, const eval::Frame& frame, int side, std::vector<uint8_t>& pixels);

struct JudgeBatch {
  int pictures = 0, crops = 0;
  std::vector<uint8_t> pixels;  // [pictures, kDetectorSide, kDetectorSide, 3]
  std::vector<int64_t> scene;   // [pictures, kSceneAttributes]
  std::vector<float> heatmaps;  // [pictures, kHeatmaps, kGrid, kGrid], 1 in the cell of a centre, falling off around it
  std::vector<int64_t> box_cells;  // indices into [pictures, kBoxed, kGrid, kGrid]
  std::vector<float> boxes;  // [box_cells, 4]: left, top, right, bottom less the cell's centre; the picture is 1 wide
  std::vector<int64_t> moon_cells;   // indices into [pictures, kGrid, kGrid]
  std::vector<int64_t> phases;       // [moon_cells]
  std::vector<uint8_t> crop_pixels;  // [crops, kCropSide, kCropSide, 3]
  std::vector<float> crop_frames;    // [crops, 4] of the picture, 0 to 1
  std::vector<float> edges;          // [crops, 4] of the thing in its crop, 0 to 1
  std::vector<int64_t> things;       // [crops, kThingAttributes]; -1: no target
};

struct JudgePictures {
  uint64_t seed = 1;
  int scenes = 32;             // of a batch
  int copies = 2;              // of each picture, each blemished anew; the detector sees the first, the classifier all
  int blemished_percent = 60;  // of the copies
  uint64_t batches = 0;        // in an epoch, after which they repeat; 0: they never do
  world::Repertoire repertoire = world::Repertoire::Everything();  // what scenes are made of
};

// Batch `index`; it follows from the arguments and world::kWorldVersion. Held-out combinations are among the scenes,
// since the judge is not the model under test. Thread-safe.
JudgeBatch MakeJudgeBatch(const JudgePictures& options, uint64_t index);
// The scenes of that batch, in order, each with its exact picture and the random numbers that its copies are made with.
void VisitJudgeScenes(const JudgePictures& options, uint64_t index,
                      const std::function<void(const world::Scene&, const base::Image&, base::Random&)>& visit);

}  // namespace diptych::judge
