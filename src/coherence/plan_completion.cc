#include "coherence/plan_completion.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "coherence/plan_repair.h"
#include "plan/plan_check.h"

namespace diptych::coherence {
namespace {

using plan::Plan, plan::PlanLine;

constexpr size_t kMostLines = 64;

// Decodes a plan line by line: lines of the scene as the model writes them, unless the given plan has them; the given
// lines as they are, each followed by what the model adds to it.
class Completer {
 public:
  Completer(const Plan& given, const CheckData& data, const PlanContinuer& go_on)
      : vocabulary_(*data.vocabulary), waiting_(given.lines), go_on_(go_on) {
    names_subjects_ = std::any_of(waiting_.begin(), waiting_.end(), [this](const auto& one) { return IsSubject(one); });
  }

  Plan Complete(int attempt) {
    attempt_ = attempt;
    while (done_.lines.size() < kMostLines) {
      const std::optional<PlanLine> next = Next();
      if (next && !IsSubject(*next)) {
        const auto own =
            std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& l) { return l.key == next->key; });
        if (own != waiting_.end())
          TakeGiven(own);
        else
          Take(*next);
      } else if (!waiting_.empty()) {
        TakeGiven(FirstWaiting());
      } else if (next && !names_subjects_) {
        Take(*next);
      } else {
        break;
      }
    }
    return done_;
  }

 private:
  bool IsSubject(const PlanLine& line) const {
    const auto& subjects = vocabulary_.subjects();
    return std::find(subjects.begin(), subjects.end(), line.key) != subjects.end();
  }
  bool Has(const std::string& key) const {
    return std::any_of(done_.lines.begin(), done_.lines.end(), [&](const PlanLine& line) { return line.key == key; });
  }

  // Lines of the scene stand before those of subjects.
  std::vector<PlanLine>::iterator FirstWaiting() {
    const auto scene = std::find_if(waiting_.begin(), waiting_.end(), [this](const auto& l) { return !IsSubject(l); });
    return scene == waiting_.end() ? waiting_.begin() : scene;
  }

  // The line that the model would write next; nothing at the plan's end, or where its line is malformed.
  std::optional<PlanLine> Next() const {
    const std::string text = plan::WritePlan(done_);
    const std::optional<PlanLine> line = FirstLine(go_on_(text.empty() ? text : text + "\n", attempt_));
    if (!line || (!IsSubject(*line) && Has(line->key)) || !IsKnown(*line)) return {};
    return line;
  }

  static std::optional<PlanLine> FirstLine(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    if (text.empty()) return {};
    try {
      const Plan plan = plan::ParsePlan(text);
      if (!plan.lines.empty()) return plan.lines.front();
    } catch (const base::Error&) {
      return {};  // the model wrote a malformed line, which is no error of the user's
    }
    return {};
  }

  bool IsKnown(const PlanLine& line) const {
    return std::all_of(line.values.begin(), line.values.end(), [&](const std::string& value) {
      return !plan::IsWords(value) || vocabulary_.Read(plan::Fact{line.key, value});
    });
  }

  void Take(const PlanLine& line) { done_.lines.push_back(line); }

  // What the model adds to a given line: values of properties that it does not state, and its layout. A subject without
  // boxes must go on.
  void TakeGiven(std::vector<PlanLine>::iterator given) {
    PlanLine line = std::move(*given);
    waiting_.erase(given);
    Plan start = done_;
    start.lines.push_back(line);
    const std::string begun = plan::WritePlan(start) + (IsSubject(line) && plan::BoxesOf(line).empty() ? "," : "");
    const std::string more = go_on_(begun, attempt_);
    const std::string after = (begun.ends_with(',') ? "," : "") + more.substr(0, more.find('\n'));
    done_.lines.push_back(line);
    if (!after.starts_with(", ")) return;
    if (const auto added = FirstLine(line.key + ":" + after.substr(1))) AddValues(*added, done_.lines.back());
  }

  void AddValues(const PlanLine& more, PlanLine& line) const {
    for (const std::string& value : more.values) {
      if (std::find(line.values.begin(), line.values.end(), value) != line.values.end()) continue;
      const auto typed = vocabulary_.Read(plan::Fact{line.key, value});
      if (plan::IsWords(value) && (!typed || States(line, *typed) || !HasBothEnds(*typed))) continue;
      if (!plan::IsWords(value) && HasLayout(line, value)) continue;
      line.values.push_back(value);
    }
  }
  bool HasBothEnds(const plan::TypedFact& fact) const {
    return fact.other.empty() || Has(fact.other) ||
           std::any_of(waiting_.begin(), waiting_.end(), [&](const PlanLine& line) { return line.key == fact.other; });
  }
  bool States(const PlanLine& line, const plan::TypedFact& fact) const {
    return std::any_of(line.values.begin(), line.values.end(), [&](const std::string& value) {
      const auto typed = vocabulary_.Read(plan::Fact{line.key, value});
      return typed && typed->property == fact.property && !vocabulary_.properties()[fact.property].IsRelation();
    });
  }
  static bool HasLayout(const PlanLine& line, const std::string& value) {
    const std::string kind = value.substr(0, value.find(' ') + 1);
    return kind != "box " && std::any_of(line.values.begin(), line.values.end(),
                                         [&](const std::string& other) { return other.starts_with(kind); });
  }

  const plan::Vocabulary& vocabulary_;
  std::vector<PlanLine> waiting_;
  const PlanContinuer& go_on_;
  Plan done_;
  int attempt_ = 0;
  bool names_subjects_ = false;
};

bool MakesSense(const Plan& plan, const plan::Vocabulary& vocabulary) {
  try {
    plan::CheckPlan(plan, vocabulary);
    return plan::IsLaidOut(plan, vocabulary);
  } catch (const base::Error&) {
    return false;  // another attempt may do better
  }
}

}  // namespace

std::string CompletePlan(std::string_view plan, const CheckData& data, const PlanContinuer& go_on) {
  const Plan given = plan::ParsePlan(plan);
  if (!data.vocabulary || plan::IsLaidOut(given, *data.vocabulary)) return std::string(plan);
  for (int attempt = 0; attempt < kCompletionsTried; ++attempt) {
    const Plan complete = Completer(given, data, go_on).Complete(attempt);
    if (MakesSense(complete, *data.vocabulary)) return plan::WritePlan(complete);
  }
  throw base::Error("plan", "the model does not find places for what it states.",
                    "give a box of each thing, \"cat: one, box 40 50 60 80\", and \"ground: beach, horizon 60\".");
}

std::string CompletePlan(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request,
                         const std::function<bool()>& cancelled) {
  engine::GenerateRequest open = request;
  open.plan.reset();
  open.options.plan = true;
  // Its facts in the world's everyday English are the prompt that the model knows best how to plan.
  Asked stated;
  for (const plan::Fact& fact : plan::FactsOfLines(*request.plan)) stated.facts.push_back({.fact = fact});
  if (std::string plain = PlainPrompt(stated, data); !plain.empty()) open.prompt = std::move(plain);
  engine::Listener listener;
  listener.cancelled = cancelled;
  return CompletePlan(*request.plan, data, [&](const std::string& start, int attempt) {
    open.plan_start = start;
    open.seed = request.seed + static_cast<uint64_t>(attempt);
    return engine::MakePlan(model, open, listener).substr(start.size());
  });
}

}  // namespace diptych::coherence
