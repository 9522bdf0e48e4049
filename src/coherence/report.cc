#include "coherence/report.h"

#include <algorithm>
#include <map>

#include "base/error.h"

namespace diptych::coherence {
namespace {

// Claims between two polls of `cancelled`.
constexpr size_t kBatch = 8;

void PollCancelled(const CheckOptions& options) {
  if (options.cancelled && options.cancelled()) throw base::Cancelled();
}

void CheckBatch(engine::PictureLook& look, text::Language language, const std::vector<CheckedClaim*>& claims) {
  std::vector<std::string> texts;
  for (const CheckedClaim* claim : claims) texts.push_back(claim->text);
  const std::vector<double> probabilities = look.Check(texts, language);
  DIPTYCH_CHECK(probabilities.size() == claims.size(), "one probability a claim");
  for (size_t i = 0; i < claims.size(); ++i) {
    claims[i]->probability = probabilities[i];
    claims[i]->holds = probabilities[i] >= 0.5;
  }
}

void FindBoxes(engine::PictureLook& look, const CheckOptions& options, std::vector<CheckedClaim>& claims) {
  std::map<std::string, std::optional<plan::Box>> found;
  for (CheckedClaim& claim : claims) {
    if (claim.subject.empty()) continue;
    PollCancelled(options);
    const auto [entry, is_new] = found.try_emplace(claim.subject);
    if (is_new) entry->second = plan::ParseBox(look.Where(claim.subject, text::LanguageOf(claim.subject)));
    claim.box = entry->second;
  }
}

}  // namespace

void CheckClaims(engine::PictureLook& look, const CheckOptions& options, std::vector<CheckedClaim>& claims) {
  for (const text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
    std::vector<CheckedClaim*> batch;
    for (CheckedClaim& claim : claims) {
      if (text::LanguageOf(claim.text) == language) batch.push_back(&claim);
      if (batch.size() < kBatch && &claim != &claims.back()) continue;
      if (batch.empty()) continue;
      PollCancelled(options);
      CheckBatch(look, language, batch);
      batch.clear();
    }
  }
  if (options.boxes) FindBoxes(look, options, claims);
}

namespace {

void CheckPanel(const engine::Model& model, const base::Image& picture, int number, const CheckOptions& options,
                std::vector<CheckedClaim>& claims) {
  if (claims.empty()) return;
  engine::PictureLook look(model, picture);
  CheckClaims(look, options, claims);
  for (CheckedClaim& claim : claims) claim.picture = number;
}

// Prompt and plan speak of the whole story: each claim is judged by the picture that shows it best. What stands behind
// a picture is judged by that one.
Report CheckStory(const engine::Model& model, const AnswerTexts& whole, const engine::Answer& answer,
                  const CheckOptions& options) {
  Report report{ClaimsOf(whole)};
  CheckPanel(model, answer.picture, 1, options, report.claims);
  std::vector<CheckedClaim> told = ClaimsOfSentences(answer.narrative, ClaimSource::kNarrative);
  CheckPanel(model, answer.picture, 1, options, told);
  int number = 1;
  for (const engine::Panel& panel : answer.further) {
    ++number;
    std::vector<CheckedClaim> again = ClaimsOf(whole);
    CheckPanel(model, panel.picture, number, options, again);
    for (size_t i = 0; i < again.size(); ++i)
      if (again[i].probability > report.claims[i].probability) report.claims[i] = std::move(again[i]);
    std::vector<CheckedClaim> more = ClaimsOfSentences(panel.text, ClaimSource::kNarrative);
    CheckPanel(model, panel.picture, number, options, more);
    told.insert(told.end(), more.begin(), more.end());
  }
  report.claims.insert(report.claims.end(), told.begin(), told.end());
  return report;
}

}  // namespace

Report CheckAnswer(const engine::Model& model, const engine::GenerateRequest& request, const engine::Answer& answer,
                   const CheckOptions& options) {
  const std::string facts = request.prompt.empty() ? "" : engine::ReadFacts(model, request.prompt);
  PollCancelled(options);
  if (answer.picture.width == 0) return {};
  if (!answer.further.empty())
    return CheckStory(model, {.prompt = request.prompt, .prompt_facts = facts, .plan = answer.plan, .narrative = {}},
                      answer, options);
  Report report{
      ClaimsOf({.prompt = request.prompt, .prompt_facts = facts, .plan = answer.plan, .narrative = answer.narrative})};
  if (report.claims.empty()) return report;
  engine::PictureLook look(model, answer.picture);
  CheckClaims(look, options, report.claims);
  return report;
}

Report CheckText(const engine::Model& model, const base::Image& picture, std::string_view text,
                 const CheckOptions& options) {
  Report report{ClaimsOfSentences(text, ClaimSource::kText)};
  if (report.claims.empty())
    throw base::Error("check", "the text states nothing.", "write a sentence, \"the bus is blue\" say.");
  engine::PictureLook look(model, picture);
  CheckClaims(look, options, report.claims);
  return report;
}

}  // namespace diptych::coherence
