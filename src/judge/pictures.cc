#include "judge/pictures.h"

#include <algorithm>
#include <cmath>

#include "world/blemish.h"
#include "world/draw.h"
#include "world/held_out.h"

namespace diptych::judge {
namespace {

constexpr int kCropsOfPicture = 2;

int CellAt(float percent) { return std::clamp(static_cast<int>(percent / kCellPercent), 0, kGrid - 1); }
float CentreOfCell(int cell) { return (static_cast<float>(cell) + 0.5f) * kCellPercent; }

struct Thing {
  const world::Subject* subject;
  eval::Frame frame;
  float x() const { return frame.x(); }
  float y() const { return frame.y(); }
};

// The centre of a thing, in percent of the picture, and the standard deviation of its Gaussian, in cells.
struct Peak {
  float x, y, reach;
};

// Adds a Gaussian to a heatmap: 1 in the cell of the centre; the maximum where several overlap.
void MarkCentre(JudgeBatch& batch, Heatmap what, const Peak& peak) {
  float* map = &batch.heatmaps[(static_cast<size_t>(batch.pictures) * kHeatmaps + what) * kGrid * kGrid];
  const int column = CellAt(peak.x), row = CellAt(peak.y);
  for (int j = 0; j < kGrid; ++j) {
    for (int i = 0; i < kGrid; ++i) {
      const auto distance = static_cast<float>((i - column) * (i - column) + (j - row) * (j - row));
      float& value = map[j * kGrid + i];
      value = std::max(value, std::exp(-distance / (2 * peak.reach * peak.reach)));
    }
  }
}

float ReachOf(const Thing& thing) {
  const float side = std::min(thing.frame.width(), thing.frame.height());
  return std::clamp(side / kCellPercent / 6, 0.45f, 1.0f);
}

Heatmap MapOf(const world::Subject& subject) {
  return subject.size == world::Size::kLarge ? kLargeCentres : kSubjectCentres;
}

// The 3 x 3 cells around a thing's centre have its box as a target, except cells nearer to another thing's centre.
void MarkBox(JudgeBatch& batch, const Thing& thing, const std::vector<Thing>& all) {
  const int column = CellAt(thing.x()), row = CellAt(thing.y());
  for (int j = std::max(0, row - 1); j <= std::min(kGrid - 1, row + 1); ++j) {
    for (int i = std::max(0, column - 1); i <= std::min(kGrid - 1, column + 1); ++i) {
      const float x = CentreOfCell(i), y = CentreOfCell(j);
      const auto away = [x, y](const Thing& other) { return std::hypot(other.x() - x, other.y() - y); };
      const bool taken = std::any_of(all.begin(), all.end(), [&](const Thing& other) {
        return MapOf(*other.subject) == MapOf(*thing.subject) && away(other) < away(thing);
      });
      if (taken) continue;
      batch.box_cells.push_back(
          ((static_cast<int64_t>(batch.pictures) * kBoxed + MapOf(*thing.subject)) * kGrid + j) * kGrid + i);
      const eval::Frame& frame = thing.frame;
      for (float edge : {frame.left - x, frame.top - y, frame.right - x, frame.bottom - y})
        batch.boxes.push_back(edge / 100);
    }
  }
}

void MarkPicture(JudgeBatch& batch, const world::Scene& scene, const std::vector<Thing>& things) {
  batch.heatmaps.resize(batch.heatmaps.size() + size_t{kHeatmaps} * kGrid * kGrid);
  for (const Thing& thing : things) {
    MarkCentre(batch, MapOf(*thing.subject), {thing.x(), thing.y(), ReachOf(thing)});
    MarkBox(batch, thing, things);
  }
  const auto mark_point = [&](Heatmap what, const world::Point& point) {
    MarkCentre(batch, what, {static_cast<float>(point.x), static_cast<float>(point.y), 0.6f});
  };
  if (scene.sun) mark_point(kSunCentre, *scene.sun);
  if (scene.moon) {
    mark_point(kMoonCentre, *scene.moon);
    batch.moon_cells.push_back((int64_t{batch.pictures} * kGrid + CellAt(static_cast<float>(scene.moon->y))) * kGrid +
                               CellAt(static_cast<float>(scene.moon->x)));
    batch.phases.push_back(static_cast<int64_t>(scene.phase));
  }
  for (const world::Point& cloud : scene.clouds) mark_point(kCloudCentres, cloud);
  for (int value : {static_cast<int>(scene.style), static_cast<int>(scene.mood), static_cast<int>(scene.hour),
                    static_cast<int>(scene.weather), static_cast<int>(scene.ground), static_cast<int>(scene.season)})
    batch.scene.push_back(value);
}

std::array<int, eval::kThingAttributes> AttributesOf(const world::Subject& subject) {
  const world::KindRow& row = world::RowOf(subject.kind);
  const bool jointed = world::IsJointed(subject);
  return {static_cast<int>(subject.kind),
          static_cast<int>(subject.colour),
          static_cast<int>(subject.size),
          row.patterns == world::kNoPattern ? -1 : static_cast<int>(subject.pattern),
          static_cast<int>(subject.action),
          jointed && world::HandsFree(subject.action) ? static_cast<int>(subject.held) : -1,
          jointed ? static_cast<int>(subject.worn) : -1,
          jointed ? static_cast<int>(subject.feeling) : -1,
          !world::IsDirected(subject) ? 0
          : subject.faces_left        ? 1
                                      : 2};
}

// The crop moved and scaled at random, like an error of the detector.
eval::Frame Shaken(const eval::Frame& frame, base::Random& random) {
  const float side = frame.width();
  const auto shake = [&](double share) { return side * static_cast<float>((2 * random.Uniform() - 1) * share); };
  const float x = shake(0.06), y = shake(0.06), grow = shake(0.05);
  return {frame.left + x - grow, frame.top + y - grow, frame.right + x + grow, frame.bottom + y + grow};
}

void AddCrop(JudgeBatch& batch, const base::Image& picture, const Thing& thing, base::Random& random) {
  const eval::Frame frame = Shaken(CropAround(thing.frame), random);
  AppendCrop(picture, frame, kCropSide, batch.crop_pixels);
  const float side = frame.width();
  for (float edge : {frame.left, frame.top, frame.right, frame.bottom}) batch.crop_frames.push_back(edge / 100);
  const eval::Frame& whole = thing.frame;
  for (float edge :
       {whole.left - frame.left, whole.top - frame.top, whole.right - frame.left, whole.bottom - frame.top})
    batch.edges.push_back(edge / side);
  for (int value : AttributesOf(*thing.subject)) batch.things.push_back(value);
  ++batch.crops;
}

// Adds a crop of one thing for up to kCropsOfPicture subjects.
void AddCrops(JudgeBatch& batch, const base::Image& picture, const world::Scene& scene, base::Random& random) {
  const int subjects = static_cast<int>(scene.subjects.size()), first = random.Below(subjects);
  for (int i = 0; i < std::min(subjects, kCropsOfPicture); ++i) {
    const world::Subject& subject = scene.subjects[static_cast<size_t>((first + i) % subjects)];
    AddCrop(batch, picture, {&subject, eval::FrameOf(random.Pick(subject.boxes))}, random);
  }
}

// Linear interpolation between two lines or columns of a picture.
struct Tap {
  int near, far;
  float share;  // weight of `far`
};

// The samples of the picture that make up the pixels of a crop along one axis: two for each pixel where the crop is a
// reduction, else one.
struct Axis {
  Axis(float first, float last, int length, int side) {
    const float scale = static_cast<float>(length) / 100, size = (last - first) * scale;
    samples = size > 1.2f * static_cast<float>(side) ? 2 : 1;
    for (int i = 0; i < side * samples; ++i) {
      const float at =
          first * scale + size * (static_cast<float>(i) + 0.5f) / static_cast<float>(side * samples) - 0.5f;
      const int below = static_cast<int>(std::floor(at));
      taps.push_back({std::clamp(below, 0, length - 1), std::clamp(below + 1, 0, length - 1), at - std::floor(at)});
    }
  }
  int samples;
  std::vector<Tap> taps;
};

// Samples one line of the picture along an axis and adds it to a line of a crop.
void AddLine(const base::Image& picture, const Tap& line, const Axis& across, std::vector<float>& sums) {
  const auto begin = [&picture](int y) {
    return &picture.rgb[static_cast<size_t>(y) * static_cast<size_t>(picture.width) * 3];
  };
  const uint8_t *near = begin(line.near), *far = begin(line.far);
  float* sum = sums.data();
  for (size_t x = 0; x < across.taps.size(); ++x) {
    const Tap& column = across.taps[x];
    for (int c = 0; c < 3; ++c) {
      const int left = column.near * 3 + c, right = column.far * 3 + c;
      const float above = static_cast<float>(near[left]) + static_cast<float>(near[right] - near[left]) * column.share;
      const float below = static_cast<float>(far[left]) + static_cast<float>(far[right] - far[left]) * column.share;
      sum[c] += above + (below - above) * line.share;
    }
    if (across.samples == 1 || x % 2 == 1) sum += 3;
  }
}

}  // namespace

eval::Frame CropAround(const eval::Frame& thing) {
  constexpr float kMargin = 0.58f;  // half of the square's side, in the longer side of the thing
  const float reach = kMargin * std::max(thing.width(), thing.height());
  return {thing.x() - reach, thing.y() - reach, thing.x() + reach, thing.y() + reach};
}

void AppendCrop(const base::Image& picture, const eval::Frame& frame, int side, std::vector<uint8_t>& pixels) {
  const Axis across(frame.left, frame.right, picture.width, side), down(frame.top, frame.bottom, picture.height, side);
  const float share = 1.0f / static_cast<float>(across.samples * down.samples);
  pixels.reserve(pixels.size() + static_cast<size_t>(side * side) * 3);
  std::vector<float> sums(static_cast<size_t>(side) * 3);
  for (int y = 0; y < side; ++y) {
    std::fill(sums.begin(), sums.end(), 0.0f);
    for (int j = 0; j < down.samples; ++j)
      AddLine(picture, down.taps[static_cast<size_t>(y * down.samples + j)], across, sums);
    for (float sum : sums) pixels.push_back(static_cast<uint8_t>(sum * share + 0.5f));
  }
}

void VisitJudgeScenes(const JudgePictures& options, uint64_t index,
                      const std::function<void(const world::Scene&, const base::Image&, base::Random&)>& visit) {
  constexpr uint64_t kStream = uint64_t{0x30D6E} << 40;  // random numbers that the model's training does not use
  const world::HeldOut nothing;
  const auto count = static_cast<uint64_t>(options.scenes);
  const uint64_t first = (options.batches > 0 ? index % options.batches : index) * count;
  for (uint64_t i = first; i < first + count; ++i) {
    base::Random random(options.seed, kStream + i);
    const world::Scene scene = world::SampleScene(random.Next(), world::Split::kTraining, nothing, options.repertoire);
    visit(scene, world::Draw(scene, kDetectorSide, kDetectorSide), random);
  }
}

JudgeBatch MakeJudgeBatch(const JudgePictures& options, uint64_t index) {
  JudgeBatch batch;
  VisitJudgeScenes(options, index, [&](const world::Scene& scene, const base::Image& exact, base::Random& random) {
    std::vector<Thing> things;
    for (const world::Subject& subject : scene.subjects)
      for (const plan::Box& box : subject.boxes) things.push_back({&subject, eval::FrameOf(box)});
    for (int copy = 0; copy < options.copies; ++copy) {
      const base::Image picture = random.Percent(options.blemished_percent) ? world::Blemish(exact, random) : exact;
      AddCrops(batch, picture, scene, random);
      if (copy > 0) continue;
      MarkPicture(batch, scene, things);
      batch.pixels.insert(batch.pixels.end(), picture.rgb.begin(), picture.rgb.end());
      ++batch.pictures;
    }
  });
  return batch;
}

}  // namespace diptych::judge
