#include "coherence/check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "plan/box.h"
#include "text/conversation.h"

namespace diptych::coherence {
namespace {

// Statements between two polls of `cancelled`.
constexpr size_t kBatch = 16;

void PollCancelled(const CheckOptions& options) {
  if (options.cancelled && options.cancelled()) throw base::Cancelled();
}

// What the model says of single statements about one picture, each asked once.
class Statements {
 public:
  Statements(const Opinions& opinions, const CheckOptions& options) : opinions_(opinions), options_(options) {}

  void Want(const std::string& statement) {
    if (answers_.emplace(statement, std::nullopt).second) wanted_.push_back(statement);
  }
  // Asks all that were wanted since the last time, and calls `answered` after each few.
  void Ask(const std::function<void()>& answered) {
    for (const text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
      std::vector<std::string> batch;
      for (const std::string& statement : wanted_) {
        if (text::LanguageOf(statement) == language) batch.push_back(statement);
        if (batch.size() < kBatch) continue;
        AskBatch(batch, language);
        answered();
      }
      AskBatch(batch, language);
      answered();
    }
    wanted_.clear();
  }
  bool IsAnswered(const std::string& statement) const { return answers_.at(statement).has_value(); }
  // P(true), as the model says it.
  double Answer(const std::string& statement) const { return answers_.at(statement).value(); }

 private:
  void AskBatch(std::vector<std::string>& batch, text::Language language) {
    if (batch.empty()) return;
    PollCancelled(options_);
    const std::vector<double> probabilities = opinions_(batch, language);
    DIPTYCH_CHECK(probabilities.size() == batch.size(), "one probability a statement");
    for (size_t i = 0; i < batch.size(); ++i) answers_[batch[i]] = probabilities[i];
    batch.clear();
  }

  const Opinions& opinions_;
  const CheckOptions& options_;
  std::map<std::string, std::optional<double>> answers_;
  std::vector<std::string> wanted_;
};

// The judgement of a fact or of a claim.
struct Judgement {
  double probability = 1;
  Verdict verdict = Verdict::kHolds;

  // Both must hold.
  void And(const Judgement& other) {
    probability = std::min(probability, other.probability);
    if (verdict == Verdict::kFails || other.verdict == Verdict::kFails)
      verdict = Verdict::kFails;
    else if (other.verdict == Verdict::kUnknown)
      verdict = Verdict::kUnknown;
  }
};

class Checker {
 public:
  Checker(const Opinions& opinions, const CheckData& data, const CheckOptions& options)
      : data_(data), on_claim_(options.on_claim), statements_(opinions, options) {}

  void Check(std::vector<CheckedClaim>& claims) {
    for (const CheckedClaim& claim : claims)
      for (const ClaimFact& fact : claim.facts) Want(fact);
    std::vector<CheckedClaim*> open;
    for (CheckedClaim& claim : claims)
      if (!claim.facts.empty()) open.push_back(&claim);
    statements_.Ask([&] { std::erase_if(open, [this](CheckedClaim* claim) { return JudgeIfAnswered(*claim); }); });
    DIPTYCH_CHECK(open.empty(), "each claim is judged");
  }

 private:
  // False while the model has not been asked of all its facts.
  bool JudgeIfAnswered(CheckedClaim& claim) const {
    if (!std::ranges::all_of(claim.facts, [this](const ClaimFact& fact) { return IsAnswered(fact); })) return false;
    Judgement all;
    for (const ClaimFact& fact : claim.facts) all.And(Judge(fact));
    claim.probability = all.probability;
    claim.verdict = claim.left_out ? Verdict::kFails : all.verdict;
    if (on_claim_) on_claim_(claim);
    return true;
  }

  void Want(const ClaimFact& fact) {
    statements_.Want(plan::WriteFact(fact.fact));
    if (!fact.kind.empty()) statements_.Want(fact.kind);
    if (!fact.other.empty()) statements_.Want(fact.other);
  }

  bool IsAnswered(const ClaimFact& fact) const {
    return statements_.IsAnswered(plan::WriteFact(fact.fact)) &&
           (fact.kind.empty() || statements_.IsAnswered(fact.kind)) &&
           (fact.other.empty() || statements_.IsAnswered(fact.other));
  }

  Judgement JudgeStatement(const std::string& statement, const std::string& property) const {
    const double probability = data_.calibration.Correct(property, statements_.Answer(statement));
    return {.probability = probability, .verdict = data_.calibration.VerdictOf(property, probability)};
  }

  // A fact about a kind that is not in the picture fails, whatever the model says of the fact itself.
  Judgement Judge(const ClaimFact& fact) const {
    Judgement judgement = JudgeStatement(plan::WriteFact(fact.fact), fact.property);
    for (const std::string& kind : {fact.kind, fact.other}) {
      if (kind.empty() || fact.fact == plan::Fact{kind, ""}) continue;
      const Judgement presence = JudgeStatement(kind, data_.presence());
      if (presence.verdict != Verdict::kFails) continue;
      judgement.And(presence);
    }
    return fact.denied ? Denied(judgement, fact.property) : judgement;
  }

  // A denial is believed on as little evidence as any claim.
  Judgement Denied(const Judgement& judgement, const std::string& property) const {
    const double probability = 1 - judgement.probability;
    return {.probability = probability,
            .verdict = judgement.verdict == Verdict::kFails ? Verdict::kHolds
                                                            : data_.calibration.VerdictOf(property, probability)};
  }

  const CheckData& data_;
  const std::function<void(const CheckedClaim&)>& on_claim_;
  Statements statements_;
};

Report ReportOf(std::string_view prompt, const Asked& asked, std::vector<CheckedClaim> claims) {
  Report report{.claims = std::move(claims), .near = asked.near};
  for (const TextSpan& span : asked.unknown) {
    std::string words(prompt.substr(span.first, span.last - span.first));
    if (std::find(report.not_understood.begin(), report.not_understood.end(), words) == report.not_understood.end())
      report.not_understood.push_back(std::move(words));
  }
  return report;
}

// The claims of one of a story's pictures.
void CheckPanel(engine::PictureLook& look, int number, const CheckData& data, const CheckOptions& options,
                std::vector<CheckedClaim>& claims) {
  CheckClaims(look, data, options, claims);
  for (CheckedClaim& claim : claims) claim.picture = number;
}

// Prompt and plan speak of the whole story: each claim is judged by the picture that shows it best. What stands behind
// a picture is judged by that one.
std::vector<CheckedClaim> CheckStory(const engine::Model& model, const CheckData& data, const Asked& asked,
                                     const engine::Answer& answer, const CheckOptions& options) {
  std::vector<CheckedClaim> claims, told;
  for (size_t i = 0; i <= answer.further.size(); ++i) {
    const base::Image& picture = i == 0 ? answer.picture : answer.further[i - 1].picture;
    const std::string& text = i == 0 ? answer.narrative : answer.further[i - 1].text;
    const int number = static_cast<int>(i) + 1;
    engine::PictureLook look(model, picture);
    std::vector<CheckedClaim> whole = ClaimsOf(asked, answer.plan, data);
    CheckPanel(look, number, data, options, whole);
    if (claims.empty()) claims = whole;
    for (size_t j = 0; j < whole.size(); ++j)
      if (whole[j].probability > claims[j].probability) claims[j] = std::move(whole[j]);
    std::vector<CheckedClaim> sentences = ClaimsOfSentences(text, ClaimSource::kNarrative, answer.plan, data);
    CheckPanel(look, number, data, options, sentences);
    told.insert(told.end(), sentences.begin(), sentences.end());
  }
  claims.insert(claims.end(), told.begin(), told.end());
  return claims;
}

}  // namespace

namespace {

using BoxesByKind = std::map<std::string, std::vector<plan::Box>>;

BoxesByKind BoxesOfPlan(std::string_view text, const CheckData& data) {
  BoxesByKind boxes;
  for (const plan::PlanLine& line : plan::ParseWellFormedLines(text).lines) {
    const bool is_subject = data.vocabulary->Read(plan::Fact{line.key, ""}).has_value();
    for (const plan::Box& box : plan::BoxesOf(line))
      if (is_subject) boxes[line.key].push_back(box);
  }
  return boxes;
}

// Intersection over union.
double Overlap(const plan::Box& a, const plan::Box& b) {
  const double both = plan::CommonArea(a, b);
  return both / std::max(1.0, plan::AreaOf(a) + plan::AreaOf(b) - both);
}

// Finds the boxes of kinds. First in the plan that the model reads in the picture, whose boxes are exact. A kind that
// this plan lacks is asked for by name; the answer is the box of the plan, of a kind that no claim is about, that
// overlaps the answered box most, or else the answered box.
class Locator {
 public:
  Locator(engine::PictureLook& look, const CheckData& data, const CheckOptions& options,
          const std::vector<CheckedClaim>& claims)
      : look_(look), data_(data) {
    for (const CheckedClaim& claim : claims) claimed_.insert(claim.subject);
    engine::Listener listener;
    listener.cancelled = options.cancelled;
    if (data.vocabulary) seen_ = BoxesOfPlan(look.SeenPlan(listener), data);
  }

  std::optional<plan::Box> Find(const std::string& kind) {
    if (const auto seen = seen_.find(kind); seen != seen_.end()) return seen->second.front();
    const std::string word = data_.lexicon ? data_.lexicon->WordOf(kind, false, false) : kind;
    const std::optional<plan::Box> asked = plan::ParseBox(look_.Where("the " + word, text::Language::kEnglish));
    if (!asked) return {};
    std::optional<plan::Box> nearest;
    for (const auto& [other, boxes] : seen_)
      for (const plan::Box& box : boxes)
        if (!claimed_.contains(other) && (!nearest || Overlap(box, *asked) > Overlap(*nearest, *asked))) nearest = box;
    return nearest ? nearest : asked;
  }

 private:
  engine::PictureLook& look_;
  const CheckData& data_;
  BoxesByKind seen_;
  std::set<std::string> claimed_;
};

}  // namespace

void FindBoxes(engine::PictureLook& look, const CheckData& data, const CheckOptions& options,
               std::vector<CheckedClaim>& claims) {
  Locator locator(look, data, options, claims);
  std::map<std::string, std::optional<plan::Box>> found;
  for (CheckedClaim& claim : claims) {
    // Facts of the whole scene and denied facts have no place.
    if (claim.subject.empty() || (!claim.facts.empty() && claim.facts.front().denied)) continue;
    PollCancelled(options);
    const auto [entry, is_new] = found.try_emplace(claim.subject);
    if (is_new) entry->second = locator.Find(claim.subject);
    claim.box = entry->second;
  }
}

void CheckClaims(const Opinions& opinions, const CheckData& data, const CheckOptions& options,
                 std::vector<CheckedClaim>& claims) {
  Checker(opinions, data, options).Check(claims);
}

void CheckClaims(engine::PictureLook& look, const CheckData& data, const CheckOptions& options,
                 std::vector<CheckedClaim>& claims) {
  const Opinions opinions = [&look](const std::vector<std::string>& statements, text::Language language) {
    return look.Check(statements, language);
  };
  CheckClaims(opinions, data, options, claims);
  if (options.boxes) FindBoxes(look, data, options, claims);
}

std::vector<size_t> DropMisread(const FactReader& reader, const CheckData& data, std::vector<CheckedClaim>& claims) {
  std::vector<size_t> changed;
  for (size_t i = 0; i < claims.size(); ++i) {
    CheckedClaim& claim = claims[i];
    const bool sentence = claim.IsFrom(ClaimSource::kNarrative) || claim.IsFrom(ClaimSource::kText);
    if (!data.lexicon || !sentence || claim.verdict != Verdict::kFails) continue;
    const std::vector<plan::Fact> read = plan::FactsOfLines(reader(claim.text));
    const auto is_read = [&](const ClaimFact& fact) {
      // What a sentence denies is no fact that the model reads in it.
      if (fact.denied || plan::Contains(read, fact.fact)) return true;
      const auto other = data.vocabulary->Converse(fact.fact);
      return other && plan::Contains(read, *other);
    };
    if (std::erase_if(claim.facts, [&](const ClaimFact& fact) { return !is_read(fact); }) == 0) continue;
    claim.probability = 0;
    claim.verdict = Verdict::kUnknown;
    changed.push_back(i);
  }
  return changed;
}

namespace {

// Judges the claims; sentences that fail are read a second time.
void CheckAndReread(const engine::Model& model, engine::PictureLook& look, const CheckData& data,
                    const CheckOptions& options, std::vector<CheckedClaim>& claims) {
  CheckClaims(look, data, options, claims);
  const FactReader reader = [&](const std::string& sentence) {
    PollCancelled(options);
    return engine::ReadFacts(model, data.ForModel(sentence));
  };
  std::vector<CheckedClaim> again;
  const std::vector<size_t> changed = DropMisread(reader, data, claims);
  for (size_t i : changed) again.push_back(claims[i]);
  CheckClaims(look, data, {.cancelled = options.cancelled}, again);
  for (size_t i = 0; i < changed.size(); ++i) {
    claims[changed[i]] = std::move(again[i]);
    if (options.on_claim) options.on_claim(claims[changed[i]]);  // told anew
  }
}

}  // namespace

Asked ReadAsked(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request) {
  if (request.prompt.empty()) return {};
  return AskedBy(request.prompt, engine::ReadFacts(model, data.ForModel(request.prompt)), data);
}

Report CheckAnswer(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request,
                   const engine::Answer& answer, const CheckOptions& options) {
  return CheckAnswer(model, data, ReadAsked(model, data, request), request.prompt, answer, options);
}

Report CheckAnswer(const engine::Model& model, const CheckData& data, const Asked& asked, std::string_view prompt,
                   const engine::Answer& answer, const CheckOptions& options) {
  PollCancelled(options);
  if (answer.picture.width == 0) return {};
  if (!answer.further.empty()) return ReportOf(prompt, asked, CheckStory(model, data, asked, answer, options));
  std::vector<CheckedClaim> claims = ClaimsOf(asked, answer.plan, data);
  for (CheckedClaim& told : ClaimsOfSentences(answer.narrative, ClaimSource::kNarrative, answer.plan, data))
    claims.push_back(std::move(told));
  engine::PictureLook look(model, answer.picture);
  CheckAndReread(model, look, data, options, claims);
  return ReportOf(prompt, asked, std::move(claims));
}

Report CheckText(const engine::Model& model, const CheckData& data, const base::Image& picture, std::string_view text,
                 const CheckOptions& options) {
  Report report{.claims = ClaimsOfSentences(text, ClaimSource::kText, "", data),
                .not_understood = data.UnknownWords(text)};
  if (report.claims.empty())
    throw base::Error("check", "the text states nothing.", "write a sentence, \"the bus is blue\" say.");
  engine::PictureLook look(model, picture);
  CheckAndReread(model, look, data, options, report.claims);
  return report;
}

}  // namespace diptych::coherence
