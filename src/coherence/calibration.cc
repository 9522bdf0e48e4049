#include "coherence/calibration.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"

namespace diptych::coherence {
namespace {

constexpr std::string_view kCalibrationFile = "calibration.json";
constexpr size_t kMostBytes = 1 << 20;

[[noreturn]] void Refuse(const std::string& file, const std::string& what) {
  throw base::Error("calibration", file + ": " + what, "`diptych-train calibrate` writes the file anew.");
}

double NumberIn(const nlohmann::json& row, const std::string& key, const std::string& file) {
  if (!row.is_object() || !row.contains(key) || !row[key].is_number()) Refuse(file, "\"" + key + "\" is no number.");
  const double number = row[key].get<double>();
  if (!std::isfinite(number)) Refuse(file, "\"" + key + "\" is not finite.");
  return number;
}

CalibrationCurve CurveOf(const nlohmann::json& row, const std::string& file) {
  const double claims = NumberIn(row, "claims", file);
  if (claims < 0 || claims > 1e9) Refuse(file, "\"claims\" is out of range.");
  return {.scale = NumberIn(row, "scale", file),
          .offset = NumberIn(row, "offset", file),
          .auc = NumberIn(row, "auc", file),
          .ece = NumberIn(row, "ece", file),
          .claims = static_cast<int>(claims)};
}

}  // namespace

double LogOdds(double probability) {
  constexpr double kLeast = 1e-9;
  const double p = std::clamp(probability, kLeast, 1 - kLeast);
  return std::log(p / (1 - p));
}

double CalibrationCurve::Correct(double probability) const {
  return 1 / (1 + std::exp(-(scale * LogOdds(probability) + offset)));
}

Calibration Calibration::Load(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kCalibrationFile;
  if (!std::filesystem::exists(path)) return {};
  const std::string file = path.string(), text = base::ReadFile(path);
  if (text.size() > kMostBytes) Refuse(file, "it is too large.");
  // Deeper nesting than the file has is refused before it is built.
  const auto shallow = [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) { return depth <= 3; };
  const nlohmann::json top = nlohmann::json::parse(text, shallow, /*allow_exceptions=*/false);
  if (!top.is_object()) Refuse(file, "it holds no JSON object.");
  std::map<std::string, CalibrationCurve, std::less<>> curves;
  for (const auto& [property, row] : top.items()) curves.emplace(property, CurveOf(row, file));
  return Calibration(std::move(curves));
}

std::string Calibration::Json() const {
  const auto rounded = [](double number) { return std::round(number * 1e4) / 1e4; };
  nlohmann::ordered_json top = nlohmann::ordered_json::object();
  for (const auto& [property, curve] : curves_)
    top[property] = {{"scale", rounded(curve.scale)},
                     {"offset", rounded(curve.offset)},
                     {"auc", rounded(curve.auc)},
                     {"ece", rounded(curve.ece)},
                     {"claims", curve.claims}};
  return top.dump(2) + "\n";
}

double Calibration::Correct(std::string_view property, double probability) const {
  const auto curve = curves_.find(property);
  return curve == curves_.end() ? probability : curve->second.Correct(probability);
}

Verdict Calibration::VerdictOf(std::string_view property, double corrected) const {
  const auto curve = curves_.find(property);
  if (curve != curves_.end() && curve->second.auc < kLeastAuc) return Verdict::kUnknown;
  if (corrected >= kLeastHolding) return Verdict::kHolds;
  return corrected <= kMostFailing ? Verdict::kFails : Verdict::kUnknown;  // unknown also where it is no number
}

}  // namespace diptych::coherence
