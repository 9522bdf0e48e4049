#include "train/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "base/png.h"
#include "base/temporary_folder.h"

namespace diptych::train {
namespace {

using testing::HasSubstr;

constexpr const char* kHeader = "step,samples,seconds,picture,plan,claim_accuracy,share_of_peak\n";

void WriteLog(const base::TemporaryFolder& run, const std::string& lines) {
  base::WriteFileAtomically(run / "log.csv", kHeader + lines);
}

TEST(Curves, AreDrawnAsPngAndSvg) {
  const base::TemporaryFolder run;
  WriteLog(run, "20,320,9,1.2,6,0,0.4\n40,640,18,0.5,3,0.5,0.41\n60,960,27,0.2,1,0.6,0.4\n");
  DrawCurves(run.path());
  const base::Image picture = base::ReadPng(run / "curves.png").picture;
  EXPECT_GT(picture.width, 1000);
  // The picture loss's colour is there: a curve was drawn.
  bool blue = false;
  for (size_t i = 0; i < picture.rgb.size(); i += 3)
    blue |= picture.rgb[i] < 10 && picture.rgb[i + 1] > 100 && picture.rgb[i + 2] > 170;
  EXPECT_TRUE(blue);
  EXPECT_THAT(base::ReadFile(run / "curves.svg"), HasSubstr("</svg>"));
}

// A resumed run logs the steps after its checkpoint again: the curve must not run backwards.
TEST(Curves, OfAResumedRunFollowTheLaterLines) {
  const base::TemporaryFolder straight, resumed;
  WriteLog(straight, "20,320,9,1.2,6,0,0.4\n40,640,18,0.5,3,0.5,0.41\n60,960,27,0.2,1,0.6,0.4\n");
  WriteLog(resumed,
           "20,320,9,1.2,6,0,0.4\n40,640,18,0.9,5,0.5,0.41\n60,960,27,0.8,5,0.6,0.4\n"
           "40,640,18,0.5,3,0.5,0.41\n60,960,27,0.2,1,0.6,0.4\n");
  DrawCurves(straight.path());
  DrawCurves(resumed.path());
  EXPECT_EQ(base::ReadFile(straight / "curves.png"), base::ReadFile(resumed / "curves.png"));
}

TEST(Curves, WaitForTwoLinesAndPassOverAHalfWrittenOne) {
  const base::TemporaryFolder run;
  WriteLog(run, "20,320,9,1.2,6,0,0.4\n40,640,18");
  DrawCurves(run.path());
  EXPECT_FALSE(std::filesystem::exists(run / "curves.png"));
}

}  // namespace
}  // namespace diptych::train
