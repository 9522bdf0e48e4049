#include "world/draw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"

namespace diptych {
namespace {

constexpr int kSize = 256;

Scene Empty(Hour hour, Ground ground) {
  Scene scene;
  scene.hour = hour;
  scene.ground = ground;
  scene.horizon = 54;
  return scene;
}

struct Bounds {
  double left = 100, top = 100, right = 0, bottom = 0;  // percent
};

// Where two pictures of one size differ visibly.
Bounds Difference(const Image& a, const Image& b) {
  Bounds bounds;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      const size_t at = (static_cast<size_t>(y) * a.width + x) * 3;
      int difference = 0;
      for (size_t c = 0; c < 3; ++c) difference = std::max(difference, std::abs(a.rgb[at + c] - b.rgb[at + c]));
      if (difference <= 8) continue;
      bounds.left = std::min(bounds.left, 100.0 * x / a.width);
      bounds.right = std::max(bounds.right, 100.0 * (x + 1) / a.width);
      bounds.top = std::min(bounds.top, 100.0 * y / a.height);
      bounds.bottom = std::max(bounds.bottom, 100.0 * (y + 1) / a.height);
    }
  }
  return bounds;
}

void ExpectFills(const Scene& with, const Scene& without, const Box& box) {
  const Bounds bounds = Difference(Draw(with, kSize, kSize), Draw(without, kSize, kSize));
  EXPECT_NEAR(bounds.left, box.left, 1.2);
  EXPECT_NEAR(bounds.top, box.top, 1.2);
  EXPECT_NEAR(bounds.right, box.right, 1.2);
  EXPECT_NEAR(bounds.bottom, box.bottom, 1.2);
}

TEST(Draw, SubjectsFillTheirBoxes) {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Scene scene = SampleScene(seed, Split::kTraining, HeldOut());
    for (size_t i = 0; i < scene.subjects.size(); ++i) {
      for (size_t j = 0; j < scene.subjects[i].boxes.size(); ++j) {
        Scene without = scene;
        auto& boxes = without.subjects[i].boxes;
        boxes.erase(boxes.begin() + static_cast<ptrdiff_t>(j));
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", kind " << static_cast<int>(scene.subjects[i].kind)
                                        << ", colour " << static_cast<int>(scene.subjects[i].colour));
        ExpectFills(scene, without, scene.subjects[i].boxes[j]);
      }
    }
  }
}

TEST(Draw, WorksAtEverySize) {
  const Scene scene = SampleScene(3, Split::kTraining, HeldOut());
  for (int size : {16, 17, 31, 64, 100, 128, 255, 300}) {
    const Image image = Draw(scene, size, size + 1 > 300 ? 16 : size + 1);
    EXPECT_EQ(image.width, size);
    EXPECT_EQ(image.rgb.size(), static_cast<size_t>(image.width) * image.height * 3);
  }
  EXPECT_THROW(Draw(scene, 15, 128), Error);
  EXPECT_THROW(Draw(scene, 128, 5000), Error);
}

TEST(Draw, FollowsTheSceneNotTheSeed) {
  Scene scene = SampleScene(11, Split::kTraining, HeldOut());
  const Image image = Draw(scene, 128, 128);
  scene.seed = 12;
  EXPECT_EQ(Draw(scene, 128, 128).rgb, image.rgb);
}

TEST(Draw, ShowsEveryFact) {
  const Box box = {30, 50, 60, 80};
  for (int kind = 0; kind < kKinds; ++kind) {
    Scene scene = Empty(Hour::kNoon, Ground::kHills);
    std::vector<std::vector<uint8_t>> seen = {Draw(scene, 64, 64).rgb};
    for (int colour = 0; colour < kColours; ++colour) {
      scene.subjects = {{.kind = static_cast<Kind>(kind), .colour = static_cast<Colour>(colour), .boxes = {box}}};
      const auto rgb = Draw(scene, 64, 64).rgb;
      EXPECT_EQ(std::count(seen.begin(), seen.end(), rgb), 0) << kind << " " << colour;
      seen.push_back(rgb);
    }
    scene.subjects[0].faces_left = true;
    EXPECT_EQ(std::count(seen.begin(), seen.end(), Draw(scene, 64, 64).rgb), 0) << kind;
  }
  std::vector<std::vector<uint8_t>> seen;
  for (int hour = 0; hour < kHours; ++hour) {
    for (int ground = 0; ground < kGrounds; ++ground) {
      const auto rgb = Draw(Empty(static_cast<Hour>(hour), static_cast<Ground>(ground)), 64, 64).rgb;
      EXPECT_EQ(std::count(seen.begin(), seen.end(), rgb), 0) << hour << " " << ground;
      seen.push_back(rgb);
    }
  }
}

TEST(Draw, ShowsTheSkyAndTheHorizon) {
  Scene plain = Empty(Hour::kStarryNight, Ground::kHills);
  std::vector<Scene> scenes(5, plain);
  scenes[1].moon = Point{30, 20};
  scenes[2].moon = Point{30, 20};
  scenes[2].phase = MoonPhase::kCrescent;
  scenes[3].clouds = {{60, 20}};
  scenes[4].horizon += 2;
  for (size_t i = 0; i < scenes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(Draw(scenes[i], 64, 64).rgb, Draw(scenes[j], 64, 64).rgb) << i << " " << j;
  }
}

// In degrees; nothing for greyish and very dark pixels.
std::optional<double> HueOf(const uint8_t* rgb) {
  const double r = rgb[0], g = rgb[1], b = rgb[2];
  const double high = std::max({r, g, b}), range = high - std::min({r, g, b});
  if (high < 60 || range < 0.4 * high) return std::nullopt;
  if (high == r) return std::fmod(60 * (g - b) / range + 360, 360);
  return high == g ? 60 * (b - r) / range + 120 : 60 * (r - g) / range + 240;
}

// The share of a subject's pixels that have its colour's hue within 12 degrees.
double ShareOfHue(const Scene& with, double hue) {
  Scene without = with;
  without.subjects.clear();
  const Image a = Draw(with, 128, 128), b = Draw(without, 128, 128);
  int drawn = 0, right = 0;
  for (size_t i = 0; i < a.rgb.size(); i += 3) {
    if (std::equal(&a.rgb[i], &a.rgb[i] + 3, &b.rgb[i])) continue;
    ++drawn;
    const auto found = HueOf(&a.rgb[i]);
    right += found && std::abs(std::remainder(*found - hue, 360)) < 12;
  }
  return static_cast<double>(right) / drawn;
}

TEST(Draw, GivesSubjectsTheirColourAtEveryHour) {
  constexpr std::pair<Colour, double> kHues[] = {{Colour::kRed, 359},   {Colour::kOrange, 29}, {Colour::kYellow, 50},
                                                 {Colour::kGreen, 130}, {Colour::kBlue, 221},  {Colour::kPurple, 278}};
  for (const auto& [colour, hue] : kHues) {
    for (int kind = 0; kind < kKinds; ++kind) {
      for (int hour = 0; hour < kHours; ++hour) {
        Scene scene = Empty(static_cast<Hour>(hour), Ground::kSnow);
        scene.subjects = {{.kind = static_cast<Kind>(kind), .colour = colour, .boxes = {{40, 60, 64, 84}}}};
        EXPECT_GT(ShareOfHue(scene, hue), 0.15) << static_cast<int>(colour) << " " << kind << " " << hour;
      }
    }
  }
}

TEST(Draw, IsTheSameOnEveryThread) {
  std::vector<Image> expected, drawn(40);
  for (uint64_t seed = 0; seed < 40; ++seed) {
    expected.push_back(Draw(SampleScene(seed, Split::kTraining, HeldOut()), 64, 64));
  }
  {
    std::vector<std::jthread> threads;
    for (size_t first = 0; first < 4; ++first) {
      threads.emplace_back([first, &drawn] {
        for (size_t seed = first; seed < 40; seed += 4) {
          drawn[seed] = Draw(SampleScene(seed, Split::kTraining, HeldOut()), 64, 64);
        }
      });
    }
  }
  for (size_t i = 0; i < 40; ++i) EXPECT_EQ(drawn[i].rgb, expected[i].rgb) << i;
}

}  // namespace
}  // namespace diptych
