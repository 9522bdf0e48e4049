// What the judge learns from: pictures of the world, exact and blemished, each with what is to be read where.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/image.h"
#include "base/random.h"
#include "eval/seen_scene.h"

namespace diptych::judge {

// The finder reads whole pictures of kFinderSide pixels in cells of kCell; the looker reads one thing at a time, cut
// out with a little around it and brought to kCropSide pixels.
inline constexpr int kFinderSide = 128, kCell = 8, kGrid = kFinderSide / kCell, kCropSide = 64;

// What can have its middle in a cell. Large subjects have a map of their own, since small ones may stand inside them.
enum Middle { kOfSubject, kOfLarge, kOfSun, kOfMoon, kOfCloud, kMiddles };
inline constexpr int kBoxed = 2;  // the first two have edges

// The square that is cut out around a thing, in percent of the picture; it may reach beyond.
eval::Frame CropAround(const eval::Frame& thing);
// Appends a part of a picture at side x side pixels; beyond the picture its edge is repeated.
void AppendCrop(const base::Image& picture, const eval::Frame& frame, int side, std::vector<uint8_t>& pixels);

struct JudgeBatch {
  int pictures = 0, crops = 0;
  std::vector<uint8_t> pixels;       // [pictures, kFinderSide, kFinderSide, 3]
  std::vector<int64_t> scene;        // [pictures, kSceneReadings]
  std::vector<float> middles;        // [pictures, kMiddles, kGrid, kGrid], 1 in the cell of a middle, less around it
  std::vector<int64_t> box_cells;    // indices into [pictures, kBoxed, kGrid, kGrid]
  std::vector<float> boxes;          // [box_cells, 4]: left, top, right, bottom less the cell's middle, in sides
  std::vector<int64_t> moon_cells;   // indices into [pictures, kGrid, kGrid]
  std::vector<int64_t> phases;       // [moon_cells]
  std::vector<uint8_t> crop_pixels;  // [crops, kCropSide, kCropSide, 3]
  std::vector<float> crop_frames;    // [crops, 4] of the picture, 0 to 1
  std::vector<float> edges;          // [crops, 4] of the thing in its crop, 0 to 1
  std::vector<int64_t> things;       // [crops, kThingReadings]; -1: nothing to be read
};

struct JudgePictures {
  uint64_t seed = 1;
  int scenes = 32;  // of a batch
  int copies = 2;   // of each picture, with blemishes of their own; the finder sees the first, the looker all
  int blemished_percent = 60;  // of the copies
  uint64_t batches = 0;        // after which they repeat; 0: they never do
};

// Batch `index`: the same for ever for one world version. Held-out combinations are among the scenes: the judge is no
// model under test. Thread-safe.
JudgeBatch MakeJudgeBatch(const JudgePictures& options, uint64_t index);
// The scenes of that batch, in order, each with its exact picture and the random numbers that its copies are made with.
void VisitJudgeScenes(const JudgePictures& options, uint64_t index,
                      const std::function<void(const world::Scene&, const base::Image&, base::Random&)>& visit);

}  // namespace diptych::judge
