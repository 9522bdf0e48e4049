#include "world/scene.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <map>
#include <string>

#include "base/error.h"

namespace diptych {
namespace {

const std::filesystem::path kHeldOutFile = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words/held_out.txt";

// FNV-1a over every field.
class Digest {
 public:
  void Add(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      hash_ = (hash_ ^ (static_cast<uint32_t>(value) >> shift & 0xFF)) * 0x100000001B3;
    }
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void Add(Enum value) { Add(static_cast<int>(value)); }
  void Add(const Point& point) { Add(point.x), Add(point.y); }
  void Add(const std::optional<Point>& point) { point ? Add(*point) : Add(-1); }
  void Add(const Scene& scene) {
    Add(scene.hour), Add(scene.ground), Add(scene.horizon), Add(scene.sun), Add(scene.moon), Add(scene.phase);
    Add(static_cast<int>(scene.clouds.size()));
    for (const Point& cloud : scene.clouds) Add(cloud);
    for (const Subject& subject : scene.subjects) {
      Add(subject.kind), Add(subject.colour), Add(subject.size), Add(subject.place), Add(subject.faces_left ? 1 : 0);
      for (const Box& box : subject.boxes) Add(box.left), Add(box.top), Add(box.right), Add(box.bottom);
    }
  }
  uint64_t hash() const { return hash_; }

 private:
  uint64_t hash_ = 0xCBF29CE484222325;
};

HeldOut Shipped() { return HeldOut::Load(kHeldOutFile); }

Scene SceneOf(Colour colour, Kind kind, Hour hour) {
  Scene scene;
  scene.hour = hour;
  scene.subjects = {{.kind = kind, .colour = colour, .boxes = {{10, 50, 40, 80}}}};
  return scene;
}

std::filesystem::path WriteTemporary(const std::string& content) {
  const auto path = std::filesystem::temp_directory_path() / ("held_out_" + std::to_string(getpid()) + ".txt");
  std::ofstream(path) << content;
  return path;
}

std::string LoadError(const std::string& content) {
  const auto path = WriteTemporary(content);
  std::string message;
  try {
    HeldOut::Load(path);
  } catch (const Error& error) {
    message = error.what();
  }
  std::filesystem::remove(path);
  return message;
}

// When this fails on purpose, raise kWorldVersion: models know the seeds they were trained and judged with.
TEST(SampleScene, IsTheSameForOneWorldVersion) {
  Digest training, held_out;
  const HeldOut list = Shipped();
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    training.Add(SampleScene(seed, Split::kTraining, list));
    held_out.Add(SampleScene(seed, Split::kHeldOut, list));
  }
  EXPECT_EQ(kWorldVersion, 1);
  EXPECT_EQ(training.hash(), 17944752817188519791u);
  EXPECT_EQ(held_out.hash(), 3639954691612782618u);
}

TEST(SampleScene, KeepsTheSplitsApart) {
  const HeldOut list = Shipped();
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    EXPECT_FALSE(list.Contains(SampleScene(seed, Split::kTraining, list))) << seed;
    EXPECT_TRUE(list.Contains(SampleScene(seed, Split::kHeldOut, list))) << seed;
  }
}

TEST(SampleScene, RefusesAListThatLeavesNothing) {
  const auto path = WriteTemporary("dawn\nnoon\nsunset\nstarry night\n");
  EXPECT_THROW(SampleScene(1, Split::kTraining, HeldOut::Load(path)), Error);
  std::filesystem::remove(path);
  EXPECT_THROW(SampleScene(1, Split::kHeldOut, HeldOut()), Error);
}

TEST(SampleScene, KeepsBoxesInsideAndApart) {
  for (uint64_t seed = 0; seed < 20000; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    int right = 2;
    for (const Subject& subject : scene.subjects) {
      for (const Box& box : subject.boxes) {
        ASSERT_GT(box.left, right) << seed;
        ASSERT_LT(box.left, box.right) << seed;
        ASSERT_GE(box.top, 4) << seed;
        ASSERT_GT(box.bottom, scene.horizon + 4) << seed;
        ASSERT_LE(box.bottom, 97) << seed;
        right = box.right;
      }
    }
    ASSERT_LE(right, 97) << seed;
  }
}

TEST(SampleScene, PutsGroupsWhereTheirPlaceSays) {
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    for (const Subject& subject : scene.subjects) {
      const int centre = (subject.boxes.front().left + subject.boxes.back().right) / 2;
      ASSERT_EQ(subject.place == Place::kLeft, centre < 34) << seed;
      ASSERT_EQ(subject.place == Place::kRight, centre > 66) << seed;
    }
    if (scene.subjects.size() == 2) {
      ASSERT_EQ(scene.subjects[0].place, Place::kLeft) << seed;
      ASSERT_EQ(scene.subjects[1].place, Place::kRight) << seed;
    }
  }
}

TEST(SampleScene, PutsSunAndMoonInTheirSkyOnly) {
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    const bool night = scene.hour == Hour::kStarryNight;
    if (scene.sun) {
      ASSERT_FALSE(night) << seed;
      ASSERT_LT(scene.sun->y, scene.horizon) << seed;
    }
    ASSERT_TRUE(night || !scene.moon) << seed;
    ASSERT_LE(scene.clouds.size(), 2u) << seed;
  }
}

TEST(SampleScene, IsBalanced) {
  constexpr int kScenes = 20000;
  std::map<Kind, int> kinds;
  std::map<Colour, int> colours;
  std::map<Hour, int> hours;
  std::map<Ground, int> grounds;
  std::map<size_t, int> subject_counts;
  int subjects = 0, pandas = 0, black_pandas = 0;
  for (uint64_t seed = 0; seed < kScenes; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    ++hours[scene.hour], ++grounds[scene.ground], ++subject_counts[scene.subjects.size()];
    for (const Subject& subject : scene.subjects) {
      ++subjects, ++kinds[subject.kind], ++colours[subject.colour];
      pandas += subject.kind == Kind::kPanda;
      black_pandas += subject.kind == Kind::kPanda && subject.colour == Colour::kBlack;
      ASSERT_FALSE(subject.kind == Kind::kPanda && subject.colour == Colour::kWhite);
    }
  }
  for (const auto& [hour, count] : hours) EXPECT_NEAR(count, kScenes / kHours, kScenes * 0.02);
  for (const auto& [ground, count] : grounds) EXPECT_NEAR(count, kScenes / kGrounds, kScenes * 0.02);
  for (const auto& [kind, count] : kinds) EXPECT_NEAR(count, subjects / kKinds, subjects * 0.02);
  // Black has the pandas' share on top.
  for (const auto& [colour, count] : colours) EXPECT_NEAR(count, subjects / kColours, subjects * 0.06);
  EXPECT_NEAR(subject_counts[2], kScenes * 0.25, kScenes * 0.02);
  EXPECT_NEAR(black_pandas, pandas * 0.5, pandas * 0.06);
}

TEST(HeldOut, HoldsThePromptsOfTheProject) {
  const HeldOut list = Shipped();
  EXPECT_TRUE(list.Contains(SceneOf(Colour::kBlue, Kind::kBus, Hour::kStarryNight)));
  EXPECT_FALSE(list.Contains(SceneOf(Colour::kBlue, Kind::kBus, Hour::kNoon)));
  for (int colour = 0; colour < kColours; ++colour) {
    EXPECT_TRUE(list.Contains(SceneOf(static_cast<Colour>(colour), Kind::kPanda, Hour::kSunset)));
  }
}

TEST(HeldOut, IsATenthAndLeavesEveryPairToTraining) {
  const HeldOut list = Shipped();
  int held = 0;
  std::map<std::pair<int, int>, int> left_kind_colour, left_kind_hour, left_colour_hour;
  for (int kind = 0; kind < kKinds; ++kind) {
    for (int colour = 0; colour < kColours; ++colour) {
      for (int hour = 0; hour < kHours; ++hour) {
        const bool is_held =
            list.Contains(SceneOf(static_cast<Colour>(colour), static_cast<Kind>(kind), static_cast<Hour>(hour)));
        held += is_held;
        left_kind_colour[{kind, colour}] += !is_held;
        left_kind_hour[{kind, hour}] += !is_held;
        left_colour_hour[{colour, hour}] += !is_held;
      }
    }
  }
  EXPECT_NEAR(held, kKinds * kColours * kHours / 10, 10);
  for (const auto& [pair, count] : left_kind_colour) EXPECT_GE(count, 2) << pair.first << " " << pair.second;
  for (const auto& [pair, count] : left_colour_hour) EXPECT_GE(count, 4) << pair.first << " " << pair.second;
  for (const auto& [pair, count] : left_kind_hour) {
    const bool held_as_a_whole = pair == std::pair(static_cast<int>(Kind::kPanda), static_cast<int>(Hour::kSunset));
    EXPECT_EQ(count == 0, held_as_a_whole) << pair.first << " " << pair.second;
  }
}

TEST(HeldOut, NeedsColourAndKindOfOneSubject) {
  const auto path = WriteTemporary("# a comment\n\n  blue sailing boat , noon # and one here\r\nsnow, cat\n");
  const HeldOut list = HeldOut::Load(path);
  std::filesystem::remove(path);
  Scene scene = SceneOf(Colour::kBlue, Kind::kBus, Hour::kNoon);
  scene.subjects.push_back({.kind = Kind::kSailingBoat, .colour = Colour::kRed, .boxes = {{50, 50, 80, 80}}});
  EXPECT_FALSE(list.Contains(scene));
  scene.subjects[1].colour = Colour::kBlue;
  EXPECT_TRUE(list.Contains(scene));
  scene = SceneOf(Colour::kRed, Kind::kCat, Hour::kDawn);
  EXPECT_FALSE(list.Contains(scene));
  scene.ground = Ground::kSnow;
  EXPECT_TRUE(list.Contains(scene));
}

TEST(HeldOut, NamesTheLineItCannotUse) {
  EXPECT_EQ(LoadError("blue bus\n  blue  \nsnow, noon\n"), "");
  for (const char* line : {"pink bus", "bus, car", "bus,", "blue blue bus", "noon dawn"}) {
    const std::string message = LoadError("blue bus\n" + std::string(line));
    EXPECT_NE(message.find("line 2"), std::string::npos) << line << ": " << message;
  }
}

}  // namespace
}  // namespace diptych
