#include "coherence/foreign.h"

#include <gtest/gtest.h>

namespace diptych::coherence {
namespace {

TEST(IsForeign, NeedsAMeasurement) {
  EXPECT_FALSE(IsForeign({}, 0.01));
  // log odds 0 at a familiarity of one half.
  const auto with = [](double auc) {
    std::map<std::string, CalibrationCurve, std::less<>> curves;
    curves[std::string(kPictureCurve)] = {.scale = 4, .auc = auc};
    return CheckData{.vocabulary = {}, .lexicon = {}, .calibration = Calibration(std::move(curves))};
  };
  const CheckData data = with(0.95);
  EXPECT_TRUE(IsForeign(data, 0.1));
  EXPECT_FALSE(IsForeign(data, 0.5));  // cannot be told
  EXPECT_FALSE(IsForeign(data, 0.9));
  EXPECT_FALSE(IsForeign(with(0.6), 0.1));
}

}  // namespace
}  // namespace diptych::coherence
