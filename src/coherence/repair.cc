#include "coherence/repair.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "coherence/plan_completion.h"
#include "coherence/plan_merge.h"
#include "plan/plan.h"

namespace diptych::coherence {
namespace {

using plan::Plan, plan::PlanLine;

// The difference between the seeds of attempts: large, since users number their own seeds 1, 2, 3.
constexpr uint64_t kSeedStep = 0x9E3779B97F4A7C15;

// Percent of the picture around a thing's box that are drawn again with it: shadows, and what sticks out.
constexpr int kMargin = 4;

// Sentences with at most this probability are written again; of failing ones above it, more are true than false.
constexpr double kSurelyFalse = 0.15;

// Failed claims that another drawing may mend: whatever the prompt asks, and planned things that are not there. A
// planned property that the prompt does not ask for is no reason to draw again.
std::vector<const CheckedClaim*> NotDrawn(const Report& report) {
  std::vector<const CheckedClaim*> failed;
  for (const CheckedClaim& claim : report.claims) {
    const bool is_thing = !claim.facts.empty() && claim.facts.front().fact == plan::Fact{claim.subject, ""};
    if (claim.verdict == Verdict::kFails &&
        (claim.IsFrom(ClaimSource::kPrompt) || (is_thing && claim.IsFrom(ClaimSource::kPlan))))
      failed.push_back(&claim);
  }
  return failed;
}

// Narrative sentences that are surely false. Not those about what the picture lacks (NotDrawn): writing them again
// would hide that fault.
std::vector<const CheckedClaim*> NotSo(const Report& report) {
  std::vector<const CheckedClaim*> failed;
  const std::vector<const CheckedClaim*> lacking = NotDrawn(report);
  const auto is_lacking = [&lacking](const ClaimFact& fact) {
    return std::any_of(lacking.begin(), lacking.end(), [&fact](const CheckedClaim* claim) {
      return std::any_of(claim->facts.begin(), claim->facts.end(),
                         [&fact](const ClaimFact& other) { return other.fact == fact.fact; });
    });
  };
  for (const CheckedClaim& claim : report.claims)
    if (claim.IsFrom(ClaimSource::kNarrative) && claim.verdict == Verdict::kFails &&
        claim.probability <= kSurelyFalse && std::none_of(claim.facts.begin(), claim.facts.end(), is_lacking))
      failed.push_back(&claim);
  return failed;
}

// The claims of this text that fail: sentences of the narrative where `told`, else facts of prompt and plan.
std::vector<const CheckedClaim*> FailingOf(const std::string& text, bool told, const Report& report) {
  std::vector<const CheckedClaim*> failing;
  for (const CheckedClaim& claim : report.claims)
    if (claim.text == text && claim.verdict == Verdict::kFails && claim.IsFrom(ClaimSource::kNarrative) == told)
      failing.push_back(&claim);
  return failing;
}

bool Holds(const std::string& text, const Report& report) {
  return std::any_of(report.claims.begin(), report.claims.end(), [&text](const CheckedClaim& claim) {
    return claim.text == text && claim.verdict == Verdict::kHolds;
  });
}

size_t Failing(const Report& report) { return report.failed().size(); }

bool NotLower(const Figure& now, const Figure& before) { return now.share().value_or(1) >= before.share().value_or(1); }

bool NoFigureLower(const Report& now, const Report& before) {
  return NotLower(now.followed(), before.followed()) && NotLower(now.told(), before.told()) &&
         NotLower(now.planned(), before.planned());
}

bool IsBetter(const Report& now, const Report& before) {
  return NoFigureLower(now, before) && Failing(now) < Failing(before) &&
         NotDrawn(now).size() <= NotDrawn(before).size();
}

engine::Region RegionOf(const plan::Box& box) {
  return {.left = 0.01 * (box.left - kMargin),
          .top = 0.01 * (box.top - kMargin),
          .right = 0.01 * (box.right + kMargin),
          .bottom = 0.01 * (box.bottom + kMargin)};
}

class Repairer {
 public:
  Repairer(const RepairTask& task, RepairedAnswer& best, const RepairOptions& options)
      : task_(task), best_(best), options_(options), attempts_(options.earlier_attempts) {}

  void Run() {
    for (int drawing = 0; drawing < options_.drawings; ++drawing) {
      const auto failed = ToDraw();
      if (failed.empty()) break;
      const size_t way = std::min(static_cast<size_t>(drawing), options_.ways.size() - 1);
      if (!Draw(failed, options_.ways[way])) break;
    }
    for (int telling = 0; telling < options_.tellings; ++telling) {
      const auto failed = ToTell();
      if (failed.empty()) break;
      Retell(*failed.front());
    }
  }

 private:
  engine::GenerateRequest Next() {
    engine::GenerateRequest request = task_.drawn;
    request.seed += kSeedStep * ++attempts_;
    request.review_plan = nullptr;
    request.plan = best_.answer.plan;
    return request;
  }

  std::vector<const CheckedClaim*> ToDraw() const {
    return options_.claim ? FailingOf(*options_.claim, /*told=*/false, best_.report) : NotDrawn(best_.report);
  }
  std::vector<const CheckedClaim*> ToTell() const {
    return options_.claim ? FailingOf(*options_.claim, /*told=*/true, best_.report) : NotSo(best_.report);
  }

  // The part of an attempt that takes its time.
  engine::Answer Make(const engine::GenerateRequest& request, const RepairStep& step) const {
    if (options_.listener.on_begin) options_.listener.on_begin(step);
    engine::Listener listener;
    listener.cancelled = task_.check.cancelled;
    if (step.action != RepairAction::kRetell) listener.on_step = options_.listener.on_step;
    return engine::Generate(task_.model, request, listener);
  }

  void AddStep(const RepairStep& step) {
    best_.steps.push_back(step);
    if (options_.listener.on_end) options_.listener.on_end(step, best_);
  }

  Report Check(const engine::Answer& answer) const {
    return CheckAnswer(task_.model, task_.data, task_.asked, task_.prompt, answer, task_.check);
  }

  bool IsKept(const RepairStep& step, const Report& report) const {
    if (step.action == RepairAction::kRetell) return IsBetter(report, best_.report);
    if (options_.claim) return Holds(*options_.claim, report) && NoFigureLower(report, best_.report);
    return IsBetter(report, best_.report) && NotDrawn(report).size() < NotDrawn(best_.report).size();
  }

  // Keeps the answer where it is better; it is one step.
  void Offer(engine::Answer answer, RepairStep step) {
    Report report = Check(answer);
    step.kept = IsKept(step, report);
    if (step.kept) {
      answer.timings = best_.answer.timings;
      answer.plan_replaced = best_.answer.plan_replaced;
      best_.answer = std::move(answer);
      best_.report = std::move(report);
    }
    AddStep(step);
  }

  // False when there is no other plan to draw.
  bool Draw(const std::vector<const CheckedClaim*>& failed, RepairAction way) {
    RepairStep step{.action = way, .requested = options_.claim.has_value()};
    std::set<std::string> subjects;
    for (const CheckedClaim* claim : failed) {
      step.failed.push_back(claim->text);
      if (!claim->subject.empty()) subjects.insert(claim->subject);
    }
    engine::GenerateRequest request = Next();
    wanted_ = options_.claim ? failed.front()->facts : std::vector<ClaimFact>();
    for (const ClaimFact& fact : wanted_)
      if (!fact.other.empty()) subjects.insert(fact.other);
    std::optional<std::string> varied = Varied(subjects, request);
    // Whoever asks gets another drawing at least.
    if (!varied && options_.claim) varied = WithWanted(best_.answer.plan);
    if (!varied) return false;
    if (way == RepairAction::kDrawRegion && !subjects.empty()) {
      request.known = engine::KnownPicture{.picture = best_.answer.picture};
      for (const std::string& plan : {best_.answer.plan, *varied})
        for (const PlanLine& line : plan::ParsePlan(plan).lines)
          if (subjects.contains(line.key))
            for (const plan::Box& box : plan::BoxesOf(line)) request.known->redrawn.push_back(RegionOf(box));
    }
    request.plan = *varied;
    engine::Answer answer = Make(request, step);
    Offer(std::move(answer), std::move(step));
    return true;
  }

  // The plan with other places, sizes and looks of these subjects, which the model writes; the rest stays. Nothing
  // where the model completes no such plan.
  std::optional<std::string> Varied(const std::set<std::string>& subjects, engine::GenerateRequest request) const {
    try {
      Plan plan = plan::ParsePlan(best_.answer.plan);
      for (PlanLine& line : plan.lines)
        std::erase_if(line.values, [&](const std::string& value) { return !Stays(line.key, value, subjects); });
      request.plan = WithWanted(plan::WritePlan(plan));
      return CompletePlan(task_.model, task_.data, request, task_.check.cancelled);
    } catch (const base::Error&) {
      return {};  // the first plan is malformed, or no attempt to complete it succeeds
    }
  }

  // Whether a value stays in the plan: what the prompt asks for, all of other subjects, and of these subjects their
  // number and what does not show in boxes.
  bool Stays(const std::string& key, const std::string& value, const std::set<std::string>& subjects) const {
    const plan::Fact fact{key, value};
    const auto typed = task_.data.vocabulary->Read(fact);
    const bool concerned = subjects.contains(key) || (typed && subjects.contains(typed->other));
    if (!concerned) return true;
    for (const AskedFact& asked : task_.asked.facts)
      if (asked.fact == fact) return true;
    for (const ClaimFact& wanted : wanted_)
      if (wanted.fact == fact) return true;
    if (!typed) return false;  // layout
    const plan::Property& property = task_.data.vocabulary->properties()[typed->property];
    return property.IsNumber() || !property.ShowsInBoxes();
  }

  // The plan with what is wanted, and without what is wanted to be denied.
  std::string WithWanted(const std::string& plan) const {
    Asked asked = AskedByPlan(plan);
    for (const ClaimFact& fact : wanted_) asked.facts.push_back({.fact = fact.fact, .denied = fact.denied});
    Plan merged = MergePlan(plan, asked, *task_.data.vocabulary).plan;
    std::erase_if(merged.lines, [](const PlanLine& line) { return line.values.empty(); });  // such as a bare "moon"
    return plan::WritePlan(merged);
  }

  // Writes one sentence again, with the narrative before it in view; what follows it stays.
  void Retell(const CheckedClaim& failed) {
    const std::string& told = best_.answer.narrative;
    const TextSpan words = failed.words.value_or(TextSpan{0, told.size()});
    const std::string before = told.substr(0, words.first), after = told.substr(words.last);
    engine::GenerateRequest request = Next();
    request.known = engine::KnownPicture{.picture = best_.answer.picture};
    request.narrative_start = before.substr(0, before.find_last_not_of(' ') + 1);
    RepairStep step{.action = RepairAction::kRetell, .failed = {failed.text}, .requested = options_.claim.has_value()};
    engine::Answer answer = Make(request, step);
    const std::string written = answer.narrative.substr(request.narrative_start.size());
    const std::vector<TextSpan> sentences = SplitSentences(written);
    if (sentences.empty()) {
      AddStep(step);
      return;
    }
    answer.narrative = before + written.substr(sentences[0].first, sentences[0].last - sentences[0].first) + after;
    Offer(std::move(answer), std::move(step));
  }

  const RepairTask& task_;
  RepairedAnswer& best_;
  const RepairOptions& options_;
  uint64_t attempts_;
  std::vector<ClaimFact> wanted_{};  // of the claim that a user asks for
};

}  // namespace

bool IsRepairable(const RepairTask& task, const engine::Answer& answer) {
  return task.data.vocabulary && task.drawn.options.max_pictures == 1 && task.drawn.pictures.empty() &&
         answer.picture.width > 0 && !answer.plan.empty();
}

bool CanRepair(const RepairTask& task, const engine::Answer& answer, const Report& report) {
  return IsRepairable(task, answer) && (!NotDrawn(report).empty() || !NotSo(report).empty());
}

bool FailsIn(const Report& report, const std::string& claim) {
  return !FailingOf(claim, /*told=*/false, report).empty() || !FailingOf(claim, /*told=*/true, report).empty();
}

RepairedAnswer Repair(const RepairTask& task, engine::Answer answer, Report report, const RepairOptions& options) {
  RepairedAnswer best{.answer = std::move(answer), .report = std::move(report)};
  if (IsRepairable(task, best.answer)) Repairer(task, best, options).Run();
  return best;
}

}  // namespace diptych::coherence
