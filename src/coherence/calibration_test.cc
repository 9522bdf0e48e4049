#include "coherence/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::coherence {
namespace {

using testing::HasSubstr;

TEST(Calibration, WithoutAFileTheModelIsBelieved) {
  const base::TemporaryFolder folder;
  const Calibration calibration = Calibration::Load(folder.path());
  EXPECT_EQ(calibration.Correct("colour", 0.7), 0.7);
  EXPECT_EQ(calibration.VerdictOf("colour", 0.75), Verdict::kHolds);
  EXPECT_EQ(calibration.VerdictOf("colour", 0.1), Verdict::kFails);
}

TEST(Calibration, CorrectsLogOdds) {
  const CalibrationCurve curve{.scale = 2, .offset = 1};
  EXPECT_NEAR(curve.Correct(0.5), 1 / (1 + std::exp(-1.0)), 1e-12);
  EXPECT_NEAR(curve.Correct(0.8), 1 / (1 + std::exp(-2 * std::log(4.0) - 1)), 1e-12);
  EXPECT_GT(curve.Correct(1), 0.999);  // the ends stay finite
  EXPECT_LT(curve.Correct(0), 0.001);
}

TEST(Calibration, GivesNoVerdictWhereTheModelIsACoinOrUndecided) {
  const Calibration calibration({{"feeling", {.auc = 0.52}}, {"colour", {.auc = 0.97}}});
  EXPECT_EQ(calibration.VerdictOf("feeling", 0.99), Verdict::kUnknown);
  EXPECT_EQ(calibration.VerdictOf("colour", 0.99), Verdict::kHolds);
  EXPECT_EQ(calibration.VerdictOf("colour", 0.55), Verdict::kUnknown);
  EXPECT_EQ(calibration.VerdictOf("colour", 0.25), Verdict::kUnknown);
  EXPECT_EQ(calibration.VerdictOf("colour", std::numeric_limits<double>::quiet_NaN()), Verdict::kUnknown);
}

TEST(Calibration, IsReadAsItIsWritten) {
  const base::TemporaryFolder folder;
  const Calibration calibration({{"colour", {.scale = 1.5, .offset = -0.25, .auc = 0.97, .ece = 0.01, .claims = 321}}});
  base::WriteFileAtomically(folder.path() / "calibration.json", calibration.Json());
  EXPECT_EQ(Calibration::Load(folder.path()).curves(), calibration.curves());
}

TEST(Calibration, NamesWhatIsWrongInTheFile) {
  const base::TemporaryFolder folder;
  for (const auto& [text, what] : {std::pair{"[]", "no JSON object"}, std::pair{"{", "no JSON object"},
                                   std::pair{R"({"colour": 1})", "\"claims\""},
                                   std::pair{R"({"colour": {"claims": 1, "scale": "x"}})", "\"scale\" is no number"}}) {
    base::WriteFileAtomically(folder.path() / "calibration.json", text);
    try {
      Calibration::Load(folder.path());
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(what));
      EXPECT_THAT(error.what(), HasSubstr("calibration.json"));
    }
  }
}

}  // namespace
}  // namespace diptych::coherence
