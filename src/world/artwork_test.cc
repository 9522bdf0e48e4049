#include "world/artwork.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/error.h"
#include "world/oklab.h"
#include "world/recolour.h"

namespace diptych::world {
namespace {

using testing::HasSubstr;

const std::filesystem::path kThings = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/catalogue/things.tsv";
const std::filesystem::path kPack = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/art/drawings.tar.xz";

const std::vector<Thing>& Things() {
  static const std::vector<Thing> things = LoadCatalogue(kThings);
  return things;
}

std::span<const uint32_t> PixelsOf(const Rendering& rendering) {
  return {rendering.argb.get(), rendering.bytes() / sizeof(uint32_t)};
}

// Every n-th drawing of kinds that may be recoloured.
std::vector<std::string> Sample(size_t count) {
  std::vector<std::string> all, sample;
  for (const Thing& thing : Things())
    if (thing.recolourable)
      for (const ThingDrawing& drawing : thing.drawings) all.push_back(NameOf(drawing));
  for (size_t i = 0; i < count; ++i) sample.push_back(all[i * all.size() / count]);
  return sample;
}

class ArtworkTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { artwork_ = std::make_unique<Artwork>(Artwork::Load(kPack, Things())); }
  static void TearDownTestSuite() { artwork_.reset(); }
  static std::unique_ptr<Artwork> artwork_;
};
std::unique_ptr<Artwork> ArtworkTest::artwork_;

TEST_F(ArtworkTest, EveryDrawingOfTheCatalogueHasInk) {
  size_t drawings = 0;
  for (const Thing& thing : Things()) {
    for (const auto* list : {&thing.drawings, &thing.examiners}) {
      for (const ThingDrawing& drawing : *list) {
        const InkBox box = artwork_->BoxOf(NameOf(drawing));
        EXPECT_GT(box.covered * (box.right - box.left) * (box.bottom - box.top), 0.02) << NameOf(drawing);
        EXPECT_GT(box.aspect, 0.05) << NameOf(drawing);
        EXPECT_LT(box.aspect, 20) << NameOf(drawing);
        ++drawings;
      }
    }
  }
  EXPECT_GT(drawings, 5000u);
}

TEST_F(ArtworkTest, InkFillsTheRendering) {
  for (const std::string& name : Sample(40)) {
    const auto drawn = artwork_->Render({.drawing = name, .width = 90, .height = 60});
    const auto inked = [&](int x, int y) { return drawn->argb[static_cast<size_t>(y * 90 + x)] >> 24 > 12; };
    int left = 90, right = -1, top = 60, bottom = -1;
    for (int y = 0; y < 60; ++y)
      for (int x = 0; x < 90; ++x)
        if (inked(x, y))
          left = std::min(left, x), right = std::max(right, x), top = std::min(top, y), bottom = std::max(bottom, y);
    EXPECT_LE(left, 1) << name;
    EXPECT_LE(top, 1) << name;
    EXPECT_GE(right, 88) << name;
    EXPECT_GE(bottom, 58) << name;
  }
}

// Of 60 drawings in some colour each, the colour that most of the changed area has is that colour.
TEST_F(ArtworkTest, RecolouredDrawingsHaveTheColour) {
  int right = 0, number = 0;
  std::string wrong;
  for (const std::string& name : Sample(60)) {
    const auto colour = static_cast<Colour>(number++ % kColours);
    const auto before = artwork_->Render({.drawing = name, .width = 64, .height = 64});
    const auto after = artwork_->Render({.drawing = name, .width = 64, .height = 64, .colour = colour});
    int changed = 0, named = 0, painted = 0;
    for (size_t i = 0; i < PixelsOf(*after).size(); ++i) {
      if (after->argb[i] >> 24 < 255) continue;
      ++painted;
      if (after->argb[i] == before->argb[i]) continue;
      ++changed;
      named += NearestColour(after->argb[i] & 0xffffff) == colour;
    }
    if (changed * 5 > painted && named * 10 > changed * 6)
      ++right;
    else
      wrong += name + " ";
  }
  EXPECT_GE(right, 55) << wrong;
}

TEST_F(ArtworkTest, MirroredIsTheMirrorImage) {
  for (const std::string name : {"twemoji:airplane", "noto:fox", "fluent-emoji-flat:sailboat"}) {
    const auto plain = artwork_->Render({.drawing = name, .width = 51, .height = 40, .colour = Colour::kBlue});
    const auto mirrored =
        artwork_->Render({.drawing = name, .width = 51, .height = 40, .colour = Colour::kBlue, .mirrored = true});
    bool same = true, alike = true;
    for (size_t y = 0; y < 40; ++y) {
      for (size_t x = 0; x < 51; ++x) {
        same &= mirrored->argb[y * 51 + x] == plain->argb[y * 51 + 50 - x];
        alike &= mirrored->argb[y * 51 + x] == plain->argb[y * 51 + x];
      }
    }
    EXPECT_TRUE(same) << name;
    EXPECT_FALSE(alike) << name;
  }
}

TEST_F(ArtworkTest, TheCacheKeepsAndIsBounded) {
  constexpr size_t kBound = 10 * 64 * 64 * 4;
  const Artwork artwork = Artwork::Load(kPack, Things(), kBound);
  const std::vector<std::string> names = Sample(40);
  for (const std::string& name : names) {
    artwork.Render({.drawing = name, .width = 64, .height = 64});
    EXPECT_LE(artwork.cache_use().bytes, kBound);
  }
  EXPECT_EQ(artwork.cache_use().entries, 10u);
  const auto kept = artwork.Render({.drawing = names.back(), .width = 64, .height = 64});
  EXPECT_EQ(artwork.cache_use().hits, 1u);
  EXPECT_EQ(artwork.Render({.drawing = names.back(), .width = 64, .height = 64}), kept);
  const size_t before = artwork.cache_use().bytes;
  artwork.Render({.drawing = names.back(), .width = 1000, .height = 1000});
  EXPECT_EQ(artwork.cache_use().bytes, before) << "larger than the bound";
}

TEST_F(ArtworkTest, ThreadsGetTheSamePixels) {
  const std::vector<std::string> names = Sample(60);
  const Artwork one = Artwork::Load(kPack, Things()), many = Artwork::Load(kPack, Things(), 1 << 20);
  const auto request = [&](size_t i) {
    return ArtworkRequest{.drawing = names[i], .width = 48, .height = 48, .colour = static_cast<Colour>(i % kColours)};
  };
  std::vector<std::vector<int>> differing(2, std::vector<int>(names.size()));
  std::vector<std::shared_ptr<const Rendering>> expected;
  for (size_t i = 0; i < names.size(); ++i) expected.push_back(one.Render(request(i)));
  {
    std::vector<std::jthread> threads;
    for (std::vector<int>& mine : differing)
      threads.emplace_back([&] {
        for (size_t i = 0; i < names.size(); ++i)
          mine[i] = !std::ranges::equal(PixelsOf(*many.Render(request(i))), PixelsOf(*expected[i]));
      });
  }
  EXPECT_THAT(differing, testing::Each(testing::Each(0)));
}

std::string ErrorOf(const auto& work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(ArtworkTest, WrongRequestsAreRefusedByName) {
  EXPECT_FALSE(artwork_->Has("twemoji:nothing"));
  EXPECT_THAT(ErrorOf([&] { artwork_->BoxOf("twemoji:nothing"); }), HasSubstr("twemoji:nothing"));
  EXPECT_THAT(ErrorOf([&] { artwork_->Render({.drawing = "noto:fox", .width = 0, .height = 9}); }), HasSubstr("0 x 9"));
  EXPECT_THAT(ErrorOf([&] { artwork_->Render({.drawing = "noto:fox", .width = 9, .height = 5000}); }),
              HasSubstr("5000"));
  std::vector<Thing> things = {Things().front()};
  things[0].drawings[0].name = "nothing";
  EXPECT_THAT(ErrorOf([&] { Artwork::Load(kPack, things); }),
              testing::AllOf(HasSubstr(":nothing"), HasSubstr(things[0].kind)));
}

}  // namespace
}  // namespace diptych::world
