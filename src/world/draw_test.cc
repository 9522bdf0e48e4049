#include "world/draw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "world/held_out.h"
#include "world/sample_subject.h"

namespace diptych::world {
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
Bounds Difference(const base::Image& a, const base::Image& b) {
  Bounds bounds;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      const size_t at = (static_cast<size_t>(y) * a.width + x) * 3;
      int difference = 0;
      for (size_t c = 0; c < 3; ++c) difference = std::max(difference, std::abs(a.rgb[at + c] - b.rgb[at + c]));
      if (difference <= 1) continue;
      bounds.left = std::min(bounds.left, 100.0 * x / a.width);
      bounds.right = std::max(bounds.right, 100.0 * (x + 1) / a.width);
      bounds.top = std::min(bounds.top, 100.0 * y / a.height);
      bounds.bottom = std::max(bounds.bottom, 100.0 * (y + 1) / a.height);
    }
  }
  return bounds;
}

void ExpectFills(const Scene& with, const Scene& without, const plan::Box& box) {
  const Bounds bounds = Difference(Draw(with, kSize, kSize), Draw(without, kSize, kSize));
  EXPECT_NEAR(bounds.left, box.left, 1.2);
  EXPECT_NEAR(bounds.top, box.top, 1.2);
  EXPECT_NEAR(bounds.right, box.right, 1.2);
  EXPECT_NEAR(bounds.bottom, box.bottom, 1.2);
}

// A scene of one subject that is drawn flat, in clear weather.
Scene Plain(Scene scene) {
  scene.style = Style::kFlat;
  scene.mood = Mood::kNone;
  scene.weather = Weather::kClear;
  scene.ground = Ground::kHills;
  scene.hour = Hour::kNoon;
  scene.horizon = 54;
  scene.clouds.clear();
  scene.sun.reset();
  scene.moon.reset();
  return scene;
}

TEST(Draw, SubjectsFillTheirBoxes) {
  for (uint64_t seed = 0; seed < 1200; ++seed) {
    const Scene scene = Plain(SampleScene(seed, Split::kTraining, HeldOut()));
    if (scene.subjects.size() > 1) continue;
    const Subject& subject = scene.subjects[0];
    for (size_t i = 0; i < subject.boxes.size(); ++i) {
      Scene without = scene;
      without.subjects[0].boxes.erase(without.subjects[0].boxes.begin() + static_cast<ptrdiff_t>(i));
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << RowOf(subject.kind).word << ", "
                                      << kColourWords[static_cast<size_t>(subject.colour)] << ", "
                                      << kActionWords[static_cast<size_t>(subject.action)]);
      ExpectFills(scene, without, subject.boxes[i]);
    }
  }
}

TEST(Draw, WorksAtEverySize) {
  const Scene scene = SampleScene(3, Split::kTraining, HeldOut());
  for (int size : {16, 17, 31, 64, 100, 128, 255, 300}) {
    const base::Image image = Draw(scene, size, size + 1 > 300 ? 16 : size + 1);
    EXPECT_EQ(image.width, size);
    EXPECT_EQ(image.rgb.size(), static_cast<size_t>(image.width) * image.height * 3);
  }
  EXPECT_THROW(Draw(scene, 15, 128), base::Error);
  EXPECT_THROW(Draw(scene, 128, 5000), base::Error);
}

TEST(Draw, FollowsTheSceneNotTheSeed) {
  Scene scene = SampleScene(11, Split::kTraining, HeldOut());
  const base::Image image = Draw(scene, 128, 128);
  scene.seed = 12;
  EXPECT_EQ(Draw(scene, 128, 128).rgb, image.rgb);
}

using Pictures = std::vector<std::vector<uint8_t>>;

// Adds the scene's picture, which must differ from all others.
void ExpectNew(const Scene& scene, Pictures& seen, const std::string& what) {
  const auto rgb = Draw(scene, 64, 64).rgb;
  EXPECT_EQ(std::count(seen.begin(), seen.end(), rgb), 0) << what;
  seen.push_back(rgb);
}

Subject Example(Kind kind) {
  Subject subject = {.kind = kind, .boxes = {{26, 34, 70, 88}}};
  if (IsJointed(subject)) {
    subject.action = Action::kStanding;
    subject.feeling = Feeling::kCalm;
  }
  return subject;
}

// All kinds that the program itself draws, things and figures.
std::vector<Kind> DrawnKinds() {
  std::vector<Kind> kinds;
  for (int i = 0; i < KindCount(); ++i)
    if (i < kCodedKinds || IsFigure(static_cast<Kind>(i))) kinds.push_back(static_cast<Kind>(i));
  return kinds;
}

std::vector<Kind> Figures() {
  std::vector<Kind> kinds = DrawnKinds();
  std::erase_if(kinds, [](Kind kind) { return !IsFigure(kind); });
  return kinds;
}

TEST(Draw, ShowsEveryFactOfASubject) {
  for (const Kind kind : DrawnKinds()) {
    const KindRow& row = RowOf(kind);
    Scene scene = Empty(Hour::kNoon, Ground::kHills);
    Pictures seen;
    ExpectNew(scene, seen, "nothing");
    const auto expect = [&](const Subject& subject, const char* what) {
      scene.subjects = {subject};
      ExpectNew(scene, seen, std::string(row.word) + ": " + what);
    };
    for (int colour = 0; colour < kColours; ++colour) {
      Subject subject = Example(kind);
      subject.colour = static_cast<Colour>(colour);
      if (CanBeWhite(kind) || subject.colour != Colour::kWhite) expect(subject, "colour");
    }
    for (int pattern = 1; row.patterns >> (pattern - 1) & 1; ++pattern) {
      Subject subject = Example(kind);
      subject.pattern = static_cast<Pattern>(pattern);
      expect(subject, "pattern");
    }
    if (row.directed) {
      Subject subject = Example(kind);
      subject.faces_left = true;
      expect(subject, "facing");
    }
    for (int look = 1; IsFigure(kind) && look < kVariants; ++look) {
      Subject subject = Example(kind);
      subject.look = look;
      expect(subject, "look");
    }
  }
}

// A figure of that size on grass, as scenes have it.
Scene WithFigure(const Subject& subject, int scale) {
  Scene scene = Empty(Hour::kNoon, Ground::kHills);
  scene.subjects = {subject};
  const Units units = UnitsOf(subject);
  const int width = Scaled(scale, units.width), height = Scaled(scale, units.height);
  scene.subjects[0].boxes = {{50 - width / 2, 92 - height, 50 - width / 2 + width, 92}};
  return scene;
}

constexpr int kSmallScale = 20;  // of small figures: 26 pixels for 100 units

TEST(Draw, EveryFigureShowsEveryAction) {
  for (const Kind kind : Figures()) {
    Pictures seen;
    for (int action = 1; action < kActions; ++action) {
      Subject subject = Example(kind);
      subject.action = static_cast<Action>(action);
      ExpectNew(WithFigure(subject, kSmallScale), seen,
                RowOf(kind).word + " " + std::string(kActionWords[static_cast<size_t>(action)]));
    }
  }
}

TEST(Draw, FiguresFillTheirBoxesInEveryPose) {
  int turn = 0;
  for (const Kind kind : Figures()) {
    for (int action = 1 + turn % 3; action < kActions; action += 3, ++turn) {
      Subject subject = Example(kind);
      subject.action = static_cast<Action>(action);
      subject.feeling = static_cast<Feeling>(1 + turn % (kFeelings - 1));
      if (const auto worn = static_cast<Worn>(turn % kWorns); CanWear(subject, worn)) subject.worn = worn;
      const Scene scene = WithFigure(subject, 24);
      Scene without = scene;
      without.subjects.clear();
      SCOPED_TRACE(RowOf(kind).word + " " + std::string(kActionWords[static_cast<size_t>(action)]));
      ExpectFills(scene, without, scene.subjects[0].boxes[0]);
    }
  }
}

// How many pixels of 128 x 128 differ plainly.
int PixelsApart(const base::Image& a, const base::Image& b) {
  int apart = 0;
  for (size_t i = 0; i < a.rgb.size(); i += 3) {
    int difference = 0;
    for (size_t c = 0; c < 3; ++c) difference = std::max(difference, std::abs(a.rgb[i + c] - b.rgb[i + c]));
    apart += difference > 48;
  }
  return apart;
}

// All pairs of the pictures.
void ExpectApart(const std::vector<base::Image>& pictures, int least, const std::string& what) {
  for (size_t i = 0; i < pictures.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      EXPECT_GE(PixelsApart(pictures[i], pictures[j]), least) << what << ' ' << j + 1 << ' ' << i + 1;
}

// In poses with both hands busy, so that only the faces differ.
TEST(Draw, FeelingsAreToldApartInSmallFaces) {
  constexpr int kLeast = 40;
  for (const Kind kind : Figures()) {
    std::vector<base::Image> pictures;
    for (int feeling = 1; feeling < kFeelings; ++feeling) {
      Subject subject = Example(kind);
      subject.size = Size::kSmall;
      subject.action = Action::kDrum;
      subject.feeling = static_cast<Feeling>(feeling);
      Scene scene = WithFigure(subject, kSmallScale);
      if (!pictures.empty()) scene.subjects[0].boxes = WithFigure(Example(kind), kSmallScale).subjects[0].boxes;
      pictures.push_back(Draw(scene, 128, 128));
    }
    ExpectApart(pictures, kLeast, RowOf(kind).word);
  }
}

TEST(Draw, PosesAreToldApart) {
  constexpr int kLeast = 100;
  for (const Kind kind : {Kind::kCat, Kind::kMan, Kind::kGirl, Kind::kElephant}) {
    std::vector<base::Image> pictures;
    for (int action = 1; action < kActions; ++action) {
      Subject subject = Example(kind);
      subject.action = static_cast<Action>(action);
      pictures.push_back(Draw(WithFigure(subject, kSmallScale), 128, 128));
    }
    ExpectApart(pictures, kLeast, RowOf(kind).word);
  }
}

TEST(Draw, WhatIsWornIsSeen) {
  constexpr int kLeast = 24;
  for (const Kind kind : Figures()) {
    std::vector<base::Image> pictures;
    for (int worn = 0; worn < kWorns; ++worn) {
      Subject subject = Example(kind);
      subject.size = Size::kSmall;
      subject.worn = static_cast<Worn>(worn);
      if (worn == 0 || CanWear(subject, subject.worn))
        pictures.push_back(Draw(WithFigure(subject, kSmallScale), 128, 128));
    }
    EXPECT_GE(pictures.size(), 4u);  // none, scarf, glasses and bow at least
    ExpectApart(pictures, kLeast, RowOf(kind).word + " wearing");
  }
}

TEST(Draw, SampledFiguresWearWhatTheyCan) {
  int worn = 0, on_artists_heads = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    for (const Subject& subject : SampleScene(seed, Split::kTraining, HeldOut()).subjects) {
      if (subject.worn == Worn::kNone) continue;
      ++worn;
      on_artists_heads += LookOf(subject).hand == Look::Hand::kArtistHead;
      EXPECT_TRUE(IsJointed(subject) && CanWear(subject, subject.worn)) << seed;
    }
  }
  EXPECT_GT(worn, 50);
  EXPECT_GT(on_artists_heads, 3);
}

TEST(Draw, WhatIsHeldIsSeen) {
  constexpr int kLeast = 60;
  std::vector<base::Image> pictures;
  for (const std::string_view word :
       {"no", "umbrella", "balloon", "lantern", "flower", "book", "red apple", "camera", "mushroom", "trophy"}) {
    const auto found = std::ranges::find(HeldWords(), word);
    if (found == HeldWords().end()) continue;
    Subject subject = Example(Kind::kBear);
    subject.size = Size::kSmall;
    subject.held = static_cast<Held>(found - HeldWords().begin());
    pictures.push_back(Draw(WithFigure(subject, kSmallScale), 128, 128));
  }
  EXPECT_GE(pictures.size(), 8u);
  ExpectApart(pictures, kLeast, "bear holding");
}

TEST(Draw, HeadsOfArtistsTakePosesInTheirOwnColours) {
  int heads = 0, busts = 0;
  for (int k = 0; k < KindCount(); ++k) {
    const KindRow& row = RowOf(static_cast<Kind>(k));
    for (size_t look = 0; look < row.looks.size(); ++look) {
      if (row.looks[look].hand != Look::Hand::kArtistHead) continue;
      busts += row.looks[look].bust;
      if (++heads % 20 != 0) continue;
      Subject subject;
      subject.kind = static_cast<Kind>(k);
      subject.look = static_cast<int>(look);
      subject.colour = Colour::kNone;
      Pictures seen;
      for (const Action action : {Action::kStanding, Action::kSitting, Action::kRunning, Action::kSwimming}) {
        subject.action = action;
        ExpectNew(WithFigure(subject, kSmallScale), seen, row.looks[look].drawing);
      }
      EXPECT_FALSE(CanWear(subject, Worn::kHat));
      EXPECT_TRUE(CanWear(subject, Worn::kScarf));
    }
  }
  EXPECT_GT(heads, 400);
  EXPECT_GT(busts, 200);
}

TEST(Draw, ShowsEveryFactOfTheScene) {
  Pictures seen;
  for (int hour = 0; hour < kHours; ++hour) {
    for (int ground = 0; ground < kGrounds; ++ground) {
      if (hour > 0 && !HasWeather(static_cast<Ground>(ground))) continue;  // the same at every hour
      ExpectNew(Empty(static_cast<Hour>(hour), static_cast<Ground>(ground)), seen, "hour and ground");
    }
  }
  Scene scene = Empty(Hour::kNoon, Ground::kMeadow);
  scene.subjects = {Example(Kind::kCat)};
  for (int style = 0; style < kStyles; ++style) {
    for (int mood = 0; mood < kMoods; ++mood) {
      scene.style = static_cast<Style>(style);
      scene.mood = static_cast<Mood>(mood);
      ExpectNew(scene, seen, "style and mood");
    }
  }
  scene = Empty(Hour::kNoon, Ground::kMeadow);
  for (Weather weather : {Weather::kRain, Weather::kSnow, Weather::kFog, Weather::kRainbow}) {
    scene.weather = weather;
    ExpectNew(scene, seen, "weather");
  }
}

TEST(Draw, ShowsTheSkyAndTheHorizon) {
  Scene plain = Empty(Hour::kStarryNight, Ground::kHills);
  std::vector<Scene> scenes(6, plain);
  scenes[1].moon = scenes[2].moon = scenes[5].moon = Point{30, 20};
  scenes[2].phase = MoonPhase::kCrescent;
  scenes[5].phase = MoonPhase::kHalf;
  scenes[3].clouds = {{60, 20}};
  scenes[4].horizon += 2;
  Pictures seen;
  for (const Scene& scene : scenes) ExpectNew(scene, seen, "sky");
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
  const base::Image a = Draw(with, 128, 128), b = Draw(without, 128, 128);
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
  constexpr std::pair<Colour, double> kHues[] = {
      {Colour::kRed, 359},  {Colour::kOrange, 29},  {Colour::kYellow, 50}, {Colour::kGreen, 130},
      {Colour::kBlue, 221}, {Colour::kPurple, 278}, {Colour::kPink, 337},  {Colour::kTurquoise, 178}};
  for (const auto& [colour, hue] : kHues) {
    for (const Kind kind : DrawnKinds()) {
      // Little of a bicycle's box is painted, and little of a person is in the clothes' colour.
      const Family family = RowOf(kind).family;
      const double least = kind == Kind::kBicycle                                    ? 0.05
                           : family == Family::kPerson || family == Family::kFantasy ? 0.08
                                                                                     : 0.12;
      for (int hour = 0; hour < kHours; ++hour) {
        Scene scene = Empty(static_cast<Hour>(hour), Ground::kSnow);
        Subject subject = Example(kind);
        subject.colour = colour;
        scene.subjects = {subject};
        EXPECT_GT(ShareOfHue(scene, hue), least)
            << kColourWords[static_cast<size_t>(colour)] << " " << RowOf(subject.kind).word << " " << hour;
      }
    }
  }
}

TEST(Draw, IsTheSameOnEveryThread) {
  std::vector<base::Image> expected, drawn(40);
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
}  // namespace diptych::world
