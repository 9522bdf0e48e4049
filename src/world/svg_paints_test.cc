#include "world/svg_paints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace diptych::world {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Svg(const std::string& body) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 0 36 24.5\">" + body + "</svg>";
}
const std::string kGradient =
    "<defs><radialGradient id=\"a\"><stop offset=\"0\" stop-color=\"#111111\"/><stop offset=\"1\" "
    "stop-color=\"#222222\"/></radialGradient></defs>";

TEST(SvgPaints, FindsFillsStrokesAndGradients) {
  const std::string svg =
      Svg(kGradient +
          "<g opacity=\".9\"><path d=\"m0 0h1v1z\" fill=\"#ff0080\" stroke=\"#000000\" stroke-width=\"1\"/></g>" +
          "<circle r=\"2\" fill=\"url(#a)\"/><circle r=\"1\" fill=\"none\" stroke=\"#00ff00\" stroke-width=\"1\"/>");
  const SvgPaints found = FindPaints(svg, "x");
  EXPECT_EQ(found.width, 36);
  EXPECT_EQ(found.height, 24.5);
  ASSERT_EQ(found.paints.size(), 5u);
  EXPECT_EQ(found.sites, 4);
  EXPECT_EQ(found.paints[0].site, found.paints[1].site);
  EXPECT_EQ(found.paints[2].rgb, 0xff0080u);
  EXPECT_EQ(svg.substr(found.paints[2].offset, 6), "ff0080");
  EXPECT_FALSE(found.paints[2].stroke);
  EXPECT_TRUE(found.paints[3].stroke);
}

TEST(SvgPaints, LeavesMasksAndTheirGradientsOut) {
  const std::string svg = Svg(kGradient + "<defs><mask id=\"m\"><circle r=\"2\" fill=\"url(#a)\"/><circle r=\"1\" " +
                              "fill=\"#ffffff\"/></mask></defs><circle r=\"2\" fill=\"#123456\" mask=\"url(#m)\"/>");
  const SvgPaints found = FindPaints(svg, "x");
  ASSERT_EQ(found.paints.size(), 1u);
  EXPECT_EQ(found.paints[0].rgb, 0x123456u);
}

TEST(SvgPaints, PutsColoursInTheirPlaces) {
  const std::string svg = Svg("<circle r=\"2\" fill=\"#123456\"/><circle r=\"1\" fill=\"#abcdef\"/>");
  const SvgPaints found = FindPaints(svg, "x");
  const std::vector<uint32_t> rgbs = {0x0000ff, 0x00ab00};
  EXPECT_EQ(WithPaints(svg, found.paints, rgbs),
            Svg("<circle r=\"2\" fill=\"#0000ff\"/><circle r=\"1\" fill=\"#00ab00\"/>"));
}

TEST(SvgPaints, NumbersOpaqueSitesAlone) {
  const std::string svg =
      Svg("<g opacity=\".7\"><circle r=\"2\" fill=\"#123456\"/><circle r=\"2\" fill=\"#654321\" opacity=\".8\"/></g>" +
          std::string("<circle r=\"1\" fill=\"#abcdef\" fill-opacity=\".95\"/>"));
  const std::string numbered = WithSiteNumbers(svg, FindPaints(svg, "x"), "x");
  EXPECT_THAT(numbered, HasSubstr("shape-rendering=\"crispEdges\""));
  EXPECT_THAT(numbered, HasSubstr("<g><circle r=\"2\" fill=\"#000001\"/><circle r=\"2\" fill=\"none\"/></g>"));
  EXPECT_THAT(numbered, HasSubstr("<circle r=\"1\" fill=\"#000003\"/>"));
  EXPECT_THAT(numbered, Not(HasSubstr("opacity")));
}

TEST(SvgPaints, OtherFormsAreRefusedByName) {
  for (const std::string& svg : {std::string("<svg>"), Svg("<circle r=2/>"), Svg("text"), Svg("<circle r=\"2/>"),
                                 Svg("<!-- a -->"), Svg("<>")}) {
    try {
      FindPaints(svg, "a:fox");
      ADD_FAILURE() << svg;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("a:fox"));
    }
  }
}

}  // namespace
}  // namespace diptych::world
