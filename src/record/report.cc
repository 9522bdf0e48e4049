#include "record/report.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "record/json_reader.h"
#include "text/printable.h"

namespace diptych::record {
namespace {

using coherence::CheckedClaim, coherence::ClaimSource, coherence::Report;

constexpr std::array kSources = {ClaimSource::kPrompt, ClaimSource::kPlan, ClaimSource::kNarrative, ClaimSource::kText};

double FourDigits(double share) { return std::round(share * 1e4) / 1e4; }

std::vector<std::string> SourcesOf(const CheckedClaim& claim) {
  std::vector<std::string> names;
  for (const ClaimSource source : claim.sources) names.emplace_back(NameOf(source));
  return names;
}

JsonObject JsonOf(const CheckedClaim& claim) {
  JsonObject json = {{"text", claim.text}};
  json.Add("sources", SourcesOf(claim)).Add("words", nullptr);
  if (claim.words)
    json.Add("words",
             std::vector<int64_t>{static_cast<int64_t>(claim.words->first), static_cast<int64_t>(claim.words->last)});
  json.Add("probability", FourDigits(claim.probability)).Add("holds", claim.holds).Add("box", nullptr);
  if (claim.box)
    json.Add("box", std::vector<int64_t>{claim.box->left, claim.box->top, claim.box->right, claim.box->bottom});
  if (claim.picture > 0) json.Add("picture", claim.picture);
  return json;
}

std::vector<ClaimSource> ParseSources(const JsonReader& json) {
  std::vector<ClaimSource> sources;
  for (const std::string& name : json.Texts("sources")) {
    const auto found =
        std::find_if(kSources.begin(), kSources.end(), [&](ClaimSource source) { return NameOf(source) == name; });
    if (found == kSources.end()) json.Fail("sources", "a list of prompt, plan, narrative and text");
    sources.push_back(*found);
  }
  return sources;
}

CheckedClaim ParseClaim(const JsonReader& json) {
  CheckedClaim claim{.text = json.Text("text"), .sources = ParseSources(json)};
  if (json.Has("words")) {
    const std::vector<int> words = json.Ints("words", 2);
    claim.words = {static_cast<size_t>(words[0]), static_cast<size_t>(words[1])};
  }
  claim.probability = json.Number("probability", {.high = 1});
  claim.holds = json.Bool("holds");
  if (json.Has("box")) {
    const std::vector<int> box = json.Ints("box", 4);
    claim.box = plan::Box{box[0], box[1], box[2], box[3]};
  }
  if (json.Has("picture")) claim.picture = json.Int("picture", 1, std::numeric_limits<int>::max());
  return claim;
}

std::string LineOf(const CheckedClaim& claim, const ReportStyle& style) {
  const char* start = !style.colour ? "" : claim.holds ? "\x1b[32m" : "\x1b[31m";
  const char* end = style.colour ? "\x1b[0m" : "";
  char probability[16];
  std::snprintf(probability, sizeof(probability), "%.2f", claim.probability);
  std::string sources;
  for (const std::string& source : SourcesOf(claim)) sources += (sources.empty() ? "" : ", ") + source;
  return std::string("  ") + start + (claim.holds ? "✓" : "✗") + end + " " + probability + "  " +
         text::Printable(claim.text) + "  (" + sources +
         (claim.picture > 0 ? "; picture " + std::to_string(claim.picture) : "") + ")\n";
}

}  // namespace

JsonObject ReportJson(const Report& report) {
  JsonObject json = {{"agreement", nullptr}, {"holding", report.holding()}, {"count", report.claims.size()}};
  if (report.agreement()) json.Add("agreement", FourDigits(*report.agreement()));
  std::vector<JsonObject> claims;
  for (const CheckedClaim& claim : report.claims) claims.push_back(JsonOf(claim));
  return std::move(json.Add("failed", report.failed()).Add("claims", claims));
}

Report ParseReport(const JsonReader& json) {
  Report report;
  for (const JsonReader& claim : json.Objects("claims")) report.claims.push_back(ParseClaim(claim));
  return report;
}

std::string ReportText(const Report& report, const ReportStyle& style) {
  if (report.claims.empty()) return "No claims to check.\n";
  std::string text;
  for (const CheckedClaim& claim : report.claims) text += LineOf(claim, style);
  const int percent = static_cast<int>(std::lround(*report.agreement() * 100));
  text += "Agreement: " + std::to_string(report.holding()) + " of " + std::to_string(report.claims.size()) +
          " claims hold (" + std::to_string(percent) + " %).\n";
  return text;
}

}  // namespace diptych::record
