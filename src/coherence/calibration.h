// How far a model's yes or no can be believed, by kind of fact: measured on pictures whose facts are known, and kept in
// the model's folder (calibration.json). Without that file its probabilities are taken as they are.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace diptych::coherence {

enum class Verdict { kHolds, kFails, kUnknown };

// log(p / (1 - p)), finite at 0 and 1 too.
double LogOdds(double probability);

// Of one property of facts ("colour"), or of sentences that are judged whole ("sentence").
struct CalibrationCurve {
  double scale = 1, offset = 0;  // calibrated log odds = scale * log odds + offset
  double auc = 1;                // area under the curve of true against false claims; 0.5: a coin
  double ece = 0;                // expected calibration error after the correction, 0..1
  int claims = 0;                // that it was measured on

  // The probability that a claim is true, when the model says `probability`.
  double Correct(double probability) const;
  bool operator==(const CalibrationCurve&) const = default;
};

class Calibration {
 public:
  // Kinds of fact with a lower AUC get no verdict. Above it, probabilities between these two get none, and the other
  // verdicts are right often enough (docs/check.md has the figures). Curves are measured on as many true claims as
  // false ones, and most of what a picture is said to show is there: so a claim fails on better evidence than it holds.
  static constexpr double kLeastAuc = 0.85;
  static constexpr double kLeastHolding = 0.7, kMostFailing = 0.15;

  Calibration() = default;
  explicit Calibration(std::map<std::string, CalibrationCurve, std::less<>> curves) : curves_(std::move(curves)) {}
  // FOLDER/calibration.json; without corrections when there is none. Error names the file and what is wrong in it.
  static Calibration Load(const std::filesystem::path& folder);
  // The file's text: {"colour": {"scale", "offset", "auc", "ece", "claims"}, ...}.
  std::string Json() const;

  double Correct(std::string_view property, double probability) const;
  // Of a corrected probability.
  Verdict VerdictOf(std::string_view property, double corrected) const;
  const std::map<std::string, CalibrationCurve, std::less<>>& curves() const { return curves_; }

 private:
  std::map<std::string, CalibrationCurve, std::less<>> curves_;
};

}  // namespace diptych::coherence
