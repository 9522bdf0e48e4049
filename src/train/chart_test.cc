#include "train/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "base/png.h"

namespace diptych {
namespace {

using testing::HasSubstr;

constexpr const char* kHeader = "step,samples,seconds,picture,plan,claim_accuracy,share_of_peak\n";

std::filesystem::path RunWithLog(const std::string& name, const std::string& lines) {
  const std::filesystem::path run = std::filesystem::temp_directory_path() / ("diptych_" + name);
  std::filesystem::remove_all(run);
  std::filesystem::create_directories(run);
  WriteFileAtomically(run / "log.csv", kHeader + lines);
  return run;
}

TEST(Curves, AreDrawnAsPngAndSvg) {
  const auto run = RunWithLog("curves", "20,320,9,1.2,6,0,0.4\n40,640,18,0.5,3,0.5,0.41\n60,960,27,0.2,1,0.6,0.4\n");
  DrawCurves(run);
  const Image picture = ReadPng(run / "curves.png").picture;
  EXPECT_GT(picture.width, 1000);
  // The picture loss's colour is there: a curve was drawn.
  bool blue = false;
  for (size_t i = 0; i < picture.rgb.size(); i += 3)
    blue |= picture.rgb[i] < 10 && picture.rgb[i + 1] > 100 && picture.rgb[i + 2] > 170;
  EXPECT_TRUE(blue);
  EXPECT_THAT(ReadFile(run / "curves.svg"), HasSubstr("</svg>"));
}

// A resumed run logs the steps after its checkpoint again: the curve must not run backwards.
TEST(Curves, OfAResumedRunFollowTheLaterLines) {
  const auto straight =
      RunWithLog("curves_straight", "20,320,9,1.2,6,0,0.4\n40,640,18,0.5,3,0.5,0.41\n60,960,27,0.2,1,0.6,0.4\n");
  const auto resumed = RunWithLog("curves_resumed",
                                  "20,320,9,1.2,6,0,0.4\n40,640,18,0.9,5,0.5,0.41\n60,960,27,0.8,5,0.6,0.4\n"
                                  "40,640,18,0.5,3,0.5,0.41\n60,960,27,0.2,1,0.6,0.4\n");
  DrawCurves(straight);
  DrawCurves(resumed);
  EXPECT_EQ(ReadFile(straight / "curves.png"), ReadFile(resumed / "curves.png"));
}

TEST(Curves, WaitForTwoLinesAndPassOverAHalfWrittenOne) {
  const auto run = RunWithLog("curves_short", "20,320,9,1.2,6,0,0.4\n40,640,18");
  DrawCurves(run);
  EXPECT_FALSE(std::filesystem::exists(run / "curves.png"));
}

}  // namespace
}  // namespace diptych
