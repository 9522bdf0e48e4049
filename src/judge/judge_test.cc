#include "judge/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"
#include "judge/training.h"
#include "model/safetensors.h"
#include "world/draw.h"
#include "world/facts.h"
#include "world/held_out.h"

namespace diptych::judge {
namespace {

using testing::HasSubstr;

// A small judge whose epoch is one batch of eight pictures.
JudgeTraining Options(const base::TemporaryFolder& folder, int64_t steps) {
  JudgeTraining options;
  options.file = folder / "judge.safetensors";
  options.run = folder / "run";
  options.steps = steps;
  options.width = 4;
  options.threads = 2;
  options.pictures = {.seed = 3, .scenes = 8, .copies = 1, .blemished_percent = 0, .batches = 1};
  return options;
}

std::vector<std::string> TrainedLines(const JudgeTraining& options) {
  std::vector<std::string> lines;
  TrainJudge(options,
             {.on_line = [&](const std::string& line) { lines.push_back(line); }, .stop = [] { return false; }});
  return lines;
}

// The scenes of the one batch of the epoch, drawn from the same random numbers as its pictures.
std::vector<world::Scene> ScenesOf(const JudgePictures& options) {
  std::vector<world::Scene> scenes;
  VisitJudgeScenes(options, 0,
                   [&](const world::Scene& scene, const base::Image&, base::Random&) { scenes.push_back(scene); });
  return scenes;
}

std::string ErrorOf(const std::filesystem::path& file) {
  try {
    Judge::Load(file);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Judge, LearnsAHandfulOfPicturesByHeart) {
  const base::TemporaryFolder folder;
  JudgeTraining options = Options(folder, 240);
  options.pictures.scenes = 3;
  const std::vector<std::string> lines = TrainedLines(options);
  ASSERT_FALSE(lines.empty());
  const std::vector<world::Scene> scenes = ScenesOf(options.pictures);
  std::vector<base::Image> pictures;
  for (const world::Scene& scene : scenes) pictures.push_back(world::Draw(scene, 128, 128));
  const std::vector<world::Scene> seen = Judge::Load(options.file).Read(pictures);
  ASSERT_EQ(seen.size(), scenes.size());
  int facts = 0, right = 0;
  for (size_t i = 0; i < scenes.size(); ++i) {
    ASSERT_FALSE(seen[i].subjects.empty()) << i;
    const std::vector<plan::Fact> read = plan::FactsOf(world::PlanOfScene(seen[i]));
    for (const plan::Fact& fact : plan::FactsOf(world::PlanOfScene(scenes[i]))) {
      ++facts;
      right += plan::Contains(read, fact);
    }
  }
  EXPECT_GT(right, 0.6 * facts) << right << " of " << facts;
}

TEST(Judge, TrainingGoesOnWhereItStopped) {
  const base::TemporaryFolder one, other;
  const JudgeTraining through = Options(one, 6), apart = Options(other, 6);
  TrainedLines(through);
  int polled = 0;
  TrainJudge(apart, {.on_line = [](const std::string&) {}, .stop = [&] { return ++polled > 3; }});
  EXPECT_THAT(TrainedLines(apart).front(), HasSubstr("resumed"));
  const model::SafetensorsFile a(through.run / "checkpoint.safetensors"), b(apart.run / "checkpoint.safetensors");
  EXPECT_EQ(a.metadata().at("step"), "6");
  EXPECT_EQ(b.metadata().at("step"), "6");
  for (const auto& [name, tensor] : a.tensors())
    EXPECT_TRUE(std::ranges::equal(tensor.bytes, b.Get(name).bytes)) << name;
}

// A judge of some kinds, by the examiners' hands, of another shape.
TEST(Judge, TellsWhatItIsOf) {
  const base::TemporaryFolder folder;
  JudgeTraining options = Options(folder, 60);
  options.blocks = 1;
  options.width = 5;
  options.pictures.scenes = 3;
  const world::Kind apple = world::KindOf("apple").value();
  options.pictures.repertoire = world::Repertoire::OfKinds({world::Kind::kBus, apple}).By(world::Hands::kExaminers);
  TrainedLines(options);
  const Judge judge = Judge::Load(options.file);
  EXPECT_TRUE(judge.Knows(apple));
  EXPECT_FALSE(judge.Knows(world::Kind::kCat));
  EXPECT_EQ(judge.drawings(), "examiners");
  judge.RequireKinds(options.pictures.repertoire);
  try {
    judge.RequireKinds(world::Repertoire::OfKinds({apple, world::Kind::kCat}));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("does not know 1 of the kinds that are to be judged (cat)"));
  }
  std::vector<base::Image> pictures;
  for (const world::Scene& scene : ScenesOf(options.pictures)) pictures.push_back(world::Draw(scene, 128, 128));
  size_t subjects = 0;
  for (const world::Scene& seen : judge.Read(pictures)) {
    for (const world::Subject& subject : seen.subjects) EXPECT_TRUE(judge.Knows(subject.kind));
    subjects += seen.subjects.size();
  }
  EXPECT_GT(subjects, 0u);
  options.steps = 70;
  options.pictures.repertoire = options.pictures.repertoire.By(world::Hands::kWorld);
  EXPECT_THROW(TrainedLines(options), base::Error);
}

TEST(Judge, RefusesFilesThatAreNoJudge) {
  const base::TemporaryFolder folder;
  const JudgeTraining options = Options(folder, 1);
  TrainedLines(options);
  EXPECT_EQ(ErrorOf(options.file), "no error");
  EXPECT_NE(ErrorOf(folder / "absent.safetensors"), "no error");
  const std::string bytes = base::ReadFile(options.file);
  base::WriteFileAtomically(folder / "short.safetensors", bytes.substr(0, bytes.size() / 2));
  EXPECT_NE(ErrorOf(folder / "short.safetensors"), "no error");
  const model::SafetensorsFile file(options.file);
  std::vector<model::NamedTensor> tensors;
  for (const auto& [name, tensor] : file.tensors()) tensors.push_back({name, tensor});
  model::WriteSafetensors(folder / "wide.safetensors", tensors, {{"width", "5"}});
  EXPECT_THAT(ErrorOf(folder / "wide.safetensors"), HasSubstr("another shape"));
  model::WriteSafetensors(folder / "nameless.safetensors", tensors, {});
  EXPECT_THAT(ErrorOf(folder / "nameless.safetensors"), HasSubstr("no judge's weights"));
  tensors.pop_back();
  model::WriteSafetensors(folder / "lacking.safetensors", tensors, {{"width", "4"}});
  EXPECT_NE(ErrorOf(folder / "lacking.safetensors"), "no error");
}

TEST(JudgePictures, AreTheSameForEverAndMarkEveryThing) {
  const JudgePictures options = {.seed = 9, .scenes = 6, .copies = 2, .blemished_percent = 50};
  const JudgeBatch batch = MakeJudgeBatch(options, 4), again = MakeJudgeBatch(options, 4),
                   next = MakeJudgeBatch(options, 5);
  EXPECT_EQ(batch.pixels, again.pixels);
  EXPECT_EQ(batch.crop_pixels, again.crop_pixels);
  EXPECT_NE(batch.pixels, next.pixels);
  ASSERT_EQ(batch.pictures, 6);
  EXPECT_GT(batch.crops, 12);
  EXPECT_EQ(batch.pixels.size(), size_t{6} * kDetectorSide * kDetectorSide * 3);
  EXPECT_EQ(batch.crop_pixels.size(), static_cast<size_t>(batch.crops) * kCropSide * kCropSide * 3);
  EXPECT_EQ(batch.things.size(), static_cast<size_t>(batch.crops) * eval::kThingAttributes);
  EXPECT_EQ(batch.boxes.size(), 4 * batch.box_cells.size());
  size_t things = 0;
  VisitJudgeScenes(options, 4, [&](const world::Scene& scene, const base::Image&, base::Random&) {
    for (const world::Subject& subject : scene.subjects) things += subject.boxes.size();
    things += scene.clouds.size() + scene.sun.has_value() + scene.moon.has_value();
  });
  EXPECT_EQ(static_cast<size_t>(std::count(batch.heatmaps.begin(), batch.heatmaps.end(), 1.0f)), things);
}

TEST(JudgePictures, CropsAreCutWhereTheyShould) {
  base::Image picture = {.width = 100, .height = 100, .rgb = std::vector<uint8_t>(30000)};
  for (size_t y = 20; y < 40; ++y)
    for (size_t x = 50; x < 70; ++x) picture.rgb[(y * 100 + x) * 3] = 200;
  std::vector<uint8_t> pixels;
  AppendCrop(picture, {50, 20, 70, 40}, 10, pixels);
  ASSERT_EQ(pixels.size(), 300u);
  EXPECT_EQ(pixels[(5 * 10 + 5) * 3], 200);
  EXPECT_EQ(pixels[(5 * 10 + 5) * 3 + 1], 0);
  AppendCrop(picture, {70, 20, 90, 40}, 10, pixels);
  EXPECT_EQ(pixels[300 + (5 * 10 + 5) * 3], 0);
  AppendCrop(picture, {-20, -20, 0, 0}, 10, pixels);  // beyond the picture: its edge
  EXPECT_EQ(pixels.size(), 900u);
}

}  // namespace
}  // namespace diptych::judge
