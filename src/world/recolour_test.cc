#include "world/recolour.h"

#include <gtest/gtest.h>

#include "world/oklab.h"

namespace diptych::world {
namespace {

// A drawing of flat sites.
SvgPaints Flat(const std::vector<uint32_t>& rgbs) {
  SvgPaints found = {.width = 10, .height = 10, .paints = {}, .sites = static_cast<int>(rgbs.size())};
  for (size_t i = 0; i < rgbs.size(); ++i)
    found.paints.push_back({.offset = 0, .rgb = rgbs[i], .site = static_cast<int>(i)});
  return found;
}

constexpr uint32_t kOrange = 0xf4900c, kDarkOrange = 0xc1694f, kWhite = 0xffffff, kBlack = 0x292f33, kGreen = 0x77b255,
                   kRed = 0xdd2e44;

TEST(Recolour, TurnsTheBodyAndKeepsEyesAndWhites) {
  const SvgPaints fox = Flat({kOrange, kDarkOrange, kWhite, kBlack});
  const BodyColour body = FindBody(fox, std::vector<int>{600, 150, 200, 50}, {.natural = {Colour::kOrange}});
  EXPECT_EQ(body.turned, std::vector<bool>({true, true, false, false}));
  EXPECT_NEAR(body.share, 0.75, 0.001);
  const std::vector<uint32_t> blue = Recolour(fox, body, Colour::kBlue);
  EXPECT_EQ(NearestColour(blue[0]), Colour::kBlue);
  EXPECT_EQ(NearestColour(blue[1]), Colour::kBlue);
  EXPECT_LT(ToOklch(blue[1]).lightness, ToOklch(blue[0]).lightness);
  EXPECT_EQ(blue[2], kWhite);
  EXPECT_EQ(blue[3], kBlack);
}

TEST(Recolour, NaturalColoursDecideBetweenPetalsAndLeaves) {
  const SvgPaints tulip = Flat({kGreen, kRed});
  const std::vector<int> areas = {550, 450};
  EXPECT_EQ(FindBody(tulip, areas, {.natural = {Colour::kRed}}).turned, std::vector<bool>({false, true}));
  EXPECT_EQ(FindBody(tulip, areas, {.natural = {Colour::kGreen}}).turned, std::vector<bool>({true, false}));
}

TEST(Recolour, WaterLeavesAndGlassStay) {
  constexpr uint32_t kWater = 0x55acee;
  const SvgPaints boat = Flat({kOrange, kWater}), house = Flat({0xffe8b6, kWater, kGreen});
  EXPECT_EQ(FindBody(boat, std::vector<int>{400, 350}, {.natural = {Colour::kBlue}, .afloat = true}).turned,
            std::vector<bool>({true, false}));
  EXPECT_EQ(FindBody(house, std::vector<int>{400, 350, 200}, {.planted = true, .glazed = true}).turned,
            std::vector<bool>({true, false, false}));
  EXPECT_EQ(FindBody(boat, std::vector<int>{100, 900}, {.natural = {Colour::kBlue}, .afloat = true}).turned,
            std::vector<bool>({false, true}));
}

TEST(Recolour, WhiteThingsTurnButNotTheirEyes) {
  const SvgPaints sheep = Flat({0xeeeeee, kWhite, kBlack});
  const BodyColour body = FindBody(sheep, std::vector<int>{900, 10, 90}, {.natural = {Colour::kWhite}});
  EXPECT_TRUE(body.grey);
  EXPECT_EQ(body.turned, std::vector<bool>({true, false, false}));
  EXPECT_EQ(NearestColour(Recolour(sheep, body, Colour::kRed)[0]), Colour::kRed);
}

TEST(Recolour, APenguinIsBlackBeforeItIsWhite) {
  const SvgPaints penguin = Flat({kBlack, 0xeeeeee});
  const std::vector<int> areas = {450, 550};
  EXPECT_EQ(FindBody(penguin, areas, {.natural = {Colour::kBlack, Colour::kWhite}}).turned,
            std::vector<bool>({true, false}));
  EXPECT_EQ(FindBody(penguin, areas, {.natural = {Colour::kWhite, Colour::kBlack}}).turned,
            std::vector<bool>({false, true}));
}

TEST(Recolour, LinesStayVisibleOnBlack) {
  const SvgPaints fox = Flat({kOrange, kBlack});
  const BodyColour body = FindBody(fox, std::vector<int>{900, 100}, {});
  const std::vector<uint32_t> black = Recolour(fox, body, Colour::kBlack);
  EXPECT_EQ(NearestColour(black[0]), Colour::kBlack);
  EXPECT_GT(ToOklch(black[1]).lightness, ToOklch(black[0]).lightness + 0.1);
}

TEST(Recolour, EveryColourIsNamedSo) {
  const SvgPaints thing = Flat({kOrange, kDarkOrange, 0xffcc4d});
  const BodyColour body = FindBody(thing, std::vector<int>{600, 200, 100}, {});
  for (int i = 0; i < kColours; ++i)
    EXPECT_EQ(NearestColour(Recolour(thing, body, static_cast<Colour>(i))[0]), static_cast<Colour>(i))
        << kColourWords[static_cast<size_t>(i)];
}

TEST(Oklab, ThereAndBack) {
  for (const uint32_t rgb : {0x000000u, 0xffffffu, 0xff0000u, 0x00ff00u, 0x0000ffu, 0x804020u, 0x123456u})
    EXPECT_EQ(ToRgb(ToOklch(rgb)), rgb);
}

}  // namespace
}  // namespace diptych::world
