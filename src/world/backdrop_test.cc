#include "world/backdrop.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "world/draw.h"
#include "world/layout.h"
#include "world/repertoire.h"

namespace diptych::world {
namespace {

constexpr int kSide = 64;

Scene Empty(Ground ground, Hour hour = Hour::kNoon) {
  Scene scene;
  scene.hour = hour;
  scene.ground = ground;
  scene.horizon = HorizonsOf(ground).first;
  return scene;
}

// Mean distance of the channels, 0 to 255.
double Distance(const base::Image& a, const base::Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

// The mean of a channel between two heights in percent; channel 3: of all three.
double MeanOf(const base::Image& image, int from, int to, size_t channel = 3) {
  double sum = 0;
  int count = 0;
  for (int y = from * image.height / 100; y < to * image.height / 100; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const uint8_t* pixel =
          &image.rgb[(static_cast<size_t>(y) * static_cast<size_t>(image.width) + static_cast<size_t>(x)) * 3];
      sum += channel < 3 ? pixel[channel] : (pixel[0] + pixel[1] + pixel[2]) / 3.0;
      ++count;
    }
  }
  return sum / count;
}

std::string NameOf(Ground ground) { return std::string(kGroundWords[static_cast<size_t>(ground)]); }

template <typename Visit>
void ForGrounds(const Visit& visit) {
  for (int i = 0; i < kGrounds; ++i) {
    SCOPED_TRACE(kGroundWords[static_cast<size_t>(i)]);
    visit(static_cast<Ground>(i));
  }
}

TEST(Backdrop, EveryGroundDiffersFromEveryOtherAtEveryHour) {
  for (int hour = 0; hour < kHours; ++hour) {
    std::vector<base::Image> images;
    for (int ground = 0; ground < kGrounds; ++ground)
      images.push_back(Draw(Empty(static_cast<Ground>(ground), static_cast<Hour>(hour)), kSide, kSide));
    for (size_t a = 0; a < images.size(); ++a) {
      for (size_t b = a + 1; b < images.size(); ++b)
        EXPECT_GT(Distance(images[a], images[b]), 6)
            << kHourWords[static_cast<size_t>(hour)] << ": " << kGroundWords[a] << " and " << kGroundWords[b];
    }
  }
}

TEST(Backdrop, EveryHourIsToldOnEveryGround) {
  ForGrounds([](Ground ground) {
    std::vector<base::Image> images;
    for (int hour = 0; hour < kHours; ++hour)
      images.push_back(Draw(Empty(ground, static_cast<Hour>(hour)), kSide, kSide));
    for (size_t a = 0; a < images.size(); ++a)
      for (size_t b = a + 1; b < images.size(); ++b) EXPECT_GT(Distance(images[a], images[b]), 0.9) << a << " " << b;
    if (IsAirless(ground)) return;
    const size_t noon = static_cast<size_t>(Hour::kNoon), night = static_cast<size_t>(Hour::kNight);
    EXPECT_LT(MeanOf(images[night], 0, 100), 0.9 * MeanOf(images[noon], 0, 100));
  });
}

// Very light yellow, as nothing else in a dark sky by day.
int BoltPixels(const base::Image& image) {
  int count = 0;
  for (size_t i = 0; i + 2 < image.rgb.size() / 2; i += 3)
    count += image.rgb[i] > 235 && image.rgb[i + 1] > 220 && image.rgb[i + 2] < 235;
  return count;
}

TEST(Backdrop, AStormIsDarkAndHasLightning) {
  ForGrounds([](Ground ground) {
    if (IsRoom(ground) || !HasWeather(ground)) return;
    Scene scene = Empty(ground);
    scene.weather = Weather::kRain;
    const base::Image rain = Draw(scene, 256, 256);
    scene.weather = Weather::kStorm;
    const base::Image storm = Draw(scene, 256, 256);
    EXPECT_LT(MeanOf(storm, 0, 50), 0.8 * MeanOf(rain, 0, 50));
    EXPECT_GT(BoltPixels(storm), BoltPixels(rain) + 100);
  });
}

bool HasSeasons(Ground ground) {
  return !IsRoom(ground) && HasWeather(ground) && ground != Ground::kSea && ground != Ground::kBeach &&
         ground != Ground::kDesert && ground != Ground::kHarbour && ground != Ground::kSnow;
}

TEST(Backdrop, SeasonsDiffer) {
  ForGrounds([](Ground ground) {
    if (!HasSeasons(ground)) return;
    std::vector<base::Image> images;
    for (int season = 0; season < kSeasons; ++season) {
      Scene scene = Empty(ground);
      scene.season = static_cast<Season>(season);
      images.push_back(Draw(scene, kSide, kSide));
    }
    for (size_t a = 0; a < images.size(); ++a)
      for (size_t b = a + 1; b < images.size(); ++b) EXPECT_GT(Distance(images[a], images[b]), 3) << a << " " << b;
    const base::Image &summer = images[2], &autumn = images[3], &winter = images[4];
    EXPECT_GT(MeanOf(winter, 55, 100), MeanOf(summer, 55, 100) + 4);
    const auto redness = [](const base::Image& image) { return MeanOf(image, 50, 100, 0) - MeanOf(image, 50, 100, 1); };
    EXPECT_GT(redness(autumn), redness(summer) + 2);
  });
}

TEST(Backdrop, NoWeatherReachesWhatIsEnclosedOrAirless) {
  ForGrounds([](Ground ground) {
    Scene scene = Empty(ground);
    const base::Image clear = Draw(scene, kSide, kSide);
    for (Weather weather : {Weather::kRain, Weather::kSnow, Weather::kFog, Weather::kStorm}) {
      scene.weather = weather;
      EXPECT_EQ(Draw(scene, kSide, kSide).rgb == clear.rgb, !HasWeather(ground));
    }
  });
}

// The share of the pixels in a part of a box, its heights in percent, that a subject changes.
double Changed(const base::Image& with, const base::Image& without, const plan::Box& box, Range heights) {
  int changed = 0, all = 0;
  const auto pixel = [&with](double percent) { return static_cast<int>(percent * with.width / 100); };
  const int height = box.bottom - box.top;
  for (int y = pixel(box.top + height * heights.first / 100.0); y < pixel(box.top + height * heights.last / 100.0);
       ++y) {
    for (int x = pixel(box.left); x < pixel(box.right); ++x, ++all) {
      const size_t at = (static_cast<size_t>(y) * static_cast<size_t>(with.width) + static_cast<size_t>(x)) * 3;
      int difference = 0;
      for (size_t c = 0; c < 3; ++c)
        difference = std::max(difference, std::abs(with.rgb[at + c] - without.rgb[at + c]));
      changed += difference > 60;
    }
  }
  return static_cast<double>(changed) / all;
}

TEST(Backdrop, WhoSwimsIsInTheWaterUpToTheMiddle) {
  for (Ground ground : {Ground::kSea, Ground::kRiver}) {
    SCOPED_TRACE(NameOf(ground));
    Scene scene = Empty(ground);
    const base::Image without = Draw(scene, 256, 256);
    Subject bear = {
        .kind = Kind::kBear, .action = Action::kSwimming, .feeling = Feeling::kCalm, .boxes = {{30, 44, 66, 74}}};
    scene.subjects = {bear};
    const base::Image with = Draw(scene, 256, 256);
    EXPECT_GT(Changed(with, without, bear.boxes[0], {5, 50}), 0.2);
    EXPECT_LT(Changed(with, without, bear.boxes[0], {66, 110}), 0.12);
  }
}

// What a backdrop shows is never asked for on it.
TEST(Backdrop, WhatItShowsIsNoSubject) {
  const auto lost = [](std::string_view word, Ground ground) { return IsLost(KindOf(word).value(), ground); };
  EXPECT_TRUE(lost("bed", Ground::kBedroom));
  EXPECT_FALSE(lost("bed", Ground::kLivingRoom));
  EXPECT_TRUE(lost("slide", Ground::kPlayground));
  EXPECT_TRUE(lost("earth", Ground::kMoon));
  EXPECT_FALSE(lost("ship", Ground::kHarbour));
  ForGrounds([](Ground ground) {
    const auto& kinds = Repertoire::Everything().KindsOn(ground).kinds;
    EXPECT_GT(kinds.size(), 60u);
    for (const Kind kind : kinds) EXPECT_FALSE(IsLost(kind, ground)) << RowOf(kind).word;
    if (!IsRoom(ground)) return;
    EXPECT_TRUE(IsLost(KindOf("window").value(), ground));
  });
}

TEST(Backdrop, WhatCannotSwimHasAnIsland) {
  Scene scene = Empty(Ground::kSea);
  const base::Image without = Draw(scene, 256, 256);
  Subject bear = {
      .kind = Kind::kBear, .action = Action::kStanding, .feeling = Feeling::kCalm, .boxes = {{30, 50, 56, 84}}};
  scene.subjects = {bear};
  EXPECT_GT(Changed(Draw(scene, 256, 256), without, bear.boxes[0], {101, 108}), 0.8);
  scene.subjects[0].action = Action::kFlying;
  EXPECT_EQ(Changed(Draw(scene, 256, 256), without, bear.boxes[0], {101, 108}), 0);
}

}  // namespace
}  // namespace diptych::world
