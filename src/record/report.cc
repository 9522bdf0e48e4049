#include "record/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "record/json_reader.h"
#include "text/printable.h"

namespace diptych::record {
namespace {

using coherence::CheckedClaim, coherence::ClaimFact, coherence::ClaimSource, coherence::Figure, coherence::NearThing,
    coherence::Report, coherence::Verdict;

// Stands before a fact that is denied.
constexpr std::string_view kDenial = "no ";

constexpr std::array kSources = {ClaimSource::kPrompt, ClaimSource::kPlan, ClaimSource::kNarrative, ClaimSource::kText};

double FourDigits(double share) { return std::round(share * 1e4) / 1e4; }

std::vector<std::string> SourcesOf(const CheckedClaim& claim) {
  std::vector<std::string> names;
  for (const ClaimSource source : claim.sources) names.emplace_back(NameOf(source));
  return names;
}

std::vector<int64_t> SpanOf(const plan::TextSpan& span) {
  return {static_cast<int64_t>(span.first), static_cast<int64_t>(span.last)};
}

std::vector<std::string> FactTexts(const CheckedClaim& claim) {
  std::vector<std::string> texts;
  for (const ClaimFact& fact : claim.facts)
    texts.push_back((fact.denied ? std::string(kDenial) : "") + plan::WriteFact(fact.fact));
  return texts;
}

JsonObject JsonOf(const Figure& figure) {
  JsonObject json = {{"holding", figure.holding}, {"count", figure.count}, {"share", nullptr}};
  if (figure.share()) json.Add("share", FourDigits(*figure.share()));
  return json;
}

JsonObject JsonOf(const NearThing& near) {
  JsonObject json = {{"words", near.words}};
  return std::move(json.Add("span", SpanOf(near.span)).Add("kind", near.kind));
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

plan::TextSpan ParseSpan(const JsonReader& json, const std::string& key) {
  const std::vector<int> span = json.Ints(key, 2);
  return {static_cast<size_t>(span[0]), static_cast<size_t>(span[1])};
}

ClaimFact ParseClaimFact(std::string_view text) {
  const bool denied = text.starts_with(kDenial);
  return {.fact = plan::ParseFact(denied ? text.substr(kDenial.size()) : text), .denied = denied};
}

CheckedClaim ParseClaim(const JsonReader& json) {
  CheckedClaim claim{.text = json.Text("text"), .sources = ParseSources(json)};
  if (json.Has("words")) claim.words = ParseSpan(json, "words");
  // Earlier versions judged each claim by its text.
  const std::vector<std::string> facts = json.Has("facts") ? json.Texts("facts") : std::vector{claim.text};
  for (const std::string& fact : facts) claim.facts.push_back(ParseClaimFact(fact));
  claim.probability = json.Number("probability", {.high = 1});
  if (json.Has("holds")) claim.verdict = json.Bool("holds") ? Verdict::kHolds : Verdict::kFails;
  if (json.Has("box")) {
    const std::vector<int> box = json.Ints("box", 4);
    claim.box = plan::Box{box[0], box[1], box[2], box[3]};
  }
  if (json.Has("near")) claim.near = json.Bool("near");
  if (json.Has("picture")) claim.picture = json.Int("picture", 1, std::numeric_limits<int>::max());
  return claim;
}

struct Mark {
  const char *sign, *colour;
};
Mark MarkOf(const CheckedClaim& claim) {
  if (claim.facts.empty()) return {"-", "\x1b[2m"};
  if (claim.verdict == Verdict::kUnknown) return {"?", "\x1b[33m"};
  return claim.verdict == Verdict::kHolds ? Mark{"✓", "\x1b[32m"} : Mark{"✗", "\x1b[31m"};
}

std::string LineOf(const CheckedClaim& claim, const ReportStyle& style) {
  const Mark mark = MarkOf(claim);
  char probability[16] = "    ";
  if (!claim.facts.empty()) std::snprintf(probability, sizeof(probability), "%.2f", claim.probability);
  std::string notes;
  for (const std::string& source : SourcesOf(claim)) notes += (notes.empty() ? "" : ", ") + source;
  if (claim.box) notes += "; box " + plan::WriteBox(*claim.box);
  if (claim.picture > 0) notes += "; picture " + std::to_string(claim.picture);
  if (claim.facts.empty()) notes += "; states nothing that can be checked";
  return std::string("  ") + (style.colour ? mark.colour : "") + mark.sign + (style.colour ? "\x1b[0m" : "") + " " +
         probability + "  " + text::Printable(claim.text) + "  (" + notes + ")\n";
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text::Printable(text);
  return joined;
}

// "  Told true:  4 of 5 (80 %)"; nothing to count: "none to check".
std::string LineOf(std::string_view name, const Figure& figure, std::string_view of) {
  std::string line(name);
  if (!figure.share()) return line + "nothing to check\n";
  const auto percent = std::lround(*figure.share() * 100);
  return line + std::to_string(figure.holding) + " of " + std::to_string(figure.count) + std::string(of) + " (" +
         std::to_string(percent) + " %)\n";
}

bool Has(const Report& report, ClaimSource source) {
  return std::any_of(report.claims.begin(), report.claims.end(),
                     [source](const CheckedClaim& claim) { return claim.IsFrom(source); });
}

}  // namespace

JsonObject ClaimJson(const CheckedClaim& claim) {
  JsonObject json = {{"text", claim.text}};
  json.Add("sources", SourcesOf(claim)).Add("words", nullptr);
  if (claim.words) json.Add("words", SpanOf(*claim.words));
  json.Add("facts", FactTexts(claim)).Add("probability", FourDigits(claim.probability)).Add("holds", nullptr);
  if (claim.verdict != Verdict::kUnknown) json.Add("holds", claim.verdict == Verdict::kHolds);
  json.Add("box", nullptr);
  if (claim.box)
    json.Add("box", std::vector<int64_t>{claim.box->left, claim.box->top, claim.box->right, claim.box->bottom});
  if (claim.near) json.Add("near", true);
  if (claim.picture > 0) json.Add("picture", claim.picture);
  return json;
}

std::vector<JsonObject> NearJson(const std::vector<NearThing>& near) {
  std::vector<JsonObject> list;
  for (const NearThing& thing : near) list.push_back(JsonOf(thing));
  return list;
}

JsonObject ReportSummaryJson(const Report& report) {
  JsonObject json;
  json.Add("followed", JsonOf(report.followed())).Add("told", JsonOf(report.told()));
  json.Add("planned", JsonOf(report.planned())).Add("not_understood", report.not_understood);
  json.Add("not_planned", report.not_planned()).Add("near", NearJson(report.near));
  return std::move(json.Add("failed", report.failed()));
}

JsonObject ReportJson(const Report& report) {
  std::vector<JsonObject> claims;
  for (const CheckedClaim& claim : report.claims) claims.push_back(ClaimJson(claim));
  return std::move(ReportSummaryJson(report).Add("claims", claims));
}

Report ParseReport(const JsonReader& json) {
  Report report;
  for (const JsonReader& claim : json.Objects("claims")) report.claims.push_back(ParseClaim(claim));
  if (!json.Has("not_understood")) return report;  // of an earlier version
  report.not_understood = json.Texts("not_understood");
  for (const JsonReader& near : json.Objects("near"))
    report.near.push_back({.words = near.Text("words"), .span = ParseSpan(near, "span"), .kind = near.Text("kind")});
  return report;
}

std::string ReportText(const Report& report, const ReportStyle& style) {
  if (report.claims.empty() && report.not_understood.empty()) return "No claims to check.\n";
  std::string text;
  for (const CheckedClaim& claim : report.claims) text += LineOf(claim, style);
  return text + FigureLines(report);
}

std::string FigureLines(const Report& report) {
  std::string text;
  if (!report.not_understood.empty()) text += "Not understood: " + Joined(report.not_understood) + "\n";
  for (const NearThing& near : report.near)
    text += "Not known: " + text::Printable(near.words) + ", drawn as: " + near.kind + "\n";
  if (const auto missing = report.not_planned(); !missing.empty())
    text += "Asked, not planned: " + Joined(missing) + "\n";
  if (const auto uncertain = report.uncertain(); !uncertain.empty())
    text += "Cannot be told: " + Joined(uncertain) + "\n";
  // The check of a text has one source alone.
  if (Has(report, ClaimSource::kText)) return text + LineOf("True:      ", report.told(), " sentences");
  text += LineOf("Followed:  ", report.followed(), " asked for");
  text += LineOf("Told true: ", report.told(), " sentences");
  return text + LineOf("Planned:   ", report.planned(), " planned");
}

}  // namespace diptych::record
