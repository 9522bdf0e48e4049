#include "coherence/plan_completion.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "coherence/plan_repair.h"
#include "coherence/plan_room.h"
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

  // The given lines alone, those of these keys written on.
  Plan WriteOn(const std::set<std::string>& keys, int attempt) {
    attempt_ = attempt;
    open_ = &keys;
    while (!waiting_.empty()) TakeGiven(waiting_.begin());
    return done_;
  }

  // And lines of the scene that the model adds. Of the given lines those of these keys are written on; null: all.
  Plan Complete(const std::set<std::string>* keys, int attempt) {
    attempt_ = attempt;
    open_ = keys;
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
  bool IsSubject(const PlanLine& line) const { return vocabulary_.HasSubject(line.key); }
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
    if (open_ != nullptr && !open_->contains(line.key)) return Take(line);
    Plan start = done_;
    start.lines.push_back(line);
    std::string begun = plan::WritePlan(start);
    if (IsSubject(line) && !line.values.empty() && plan::BoxesOf(line).empty()) begun += ",";
    const std::string more = go_on_(begun, attempt_);
    std::string_view after = std::string_view(more).substr(0, more.find('\n'));
    done_.lines.push_back(std::move(line));
    if (after.starts_with(","))
      after.remove_prefix(1);
    else if (!begun.ends_with(',') && !begun.ends_with(':'))
      return;
    PlanLine& last = done_.lines.back();
    if (const auto added = FirstLine(last.key + ":" + std::string(after))) AddValues(*added, last);
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
  const std::set<std::string>* open_ = nullptr;  // keys of the given lines that are written on; null: all
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

// What the model writes on from the request's plan_start, to the end of its line.
std::string LineByModel(const engine::Model& model, const engine::GenerateRequest& request,
                        const std::function<bool()>& cancelled) {
  std::string plan;
  engine::Listener listener;
  listener.on_text = [&plan](engine::Stage, std::string_view text) { plan += text; };  // plan_start first
  const auto is_whole = [&] { return plan.find('\n', request.plan_start.size()) != plan.npos; };
  listener.cancelled = [&] { return is_whole() || (cancelled && cancelled()); };
  try {
    engine::MakePlan(model, request, listener);
  } catch (const base::Cancelled&) {
    if (!is_whole()) throw;
  }
  return plan.substr(std::min(plan.size(), request.plan_start.size()));
}

// The first attempt that makes sense.
std::optional<std::string> FirstOf(const plan::Vocabulary& vocabulary, const std::function<Plan(int attempt)>& make) {
  for (int attempt = 0; attempt < kCompletionsTried; ++attempt) {
    const Plan plan = make(attempt);
    if (MakesSense(plan, vocabulary)) return plan::WritePlan(plan);
  }
  return {};
}

// Continues plans by the model, a line at a time. `asked` gives everything but the plan; it is said to the model in the
// world's everyday English, the prompt that it knows best how to plan.
PlanContinuer ByModel(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& asked,
                      std::string_view plan, const std::function<bool()>& cancelled) {
  engine::GenerateRequest open = asked;
  open.plan.reset();
  open.review_plan = nullptr;
  open.options.plan = true;
  open.options.max_pictures = 1;
  if (std::string plain = PlainPrompt(AskedByPlan(plan), data); !plain.empty()) open.prompt = std::move(plain);
  return [&model, open, cancelled](const std::string& start, int attempt) {
    engine::GenerateRequest next = open;
    next.plan_start = start;
    next.seed += static_cast<uint64_t>(attempt);
    return LineByModel(model, next, cancelled);
  };
}

}  // namespace

std::string CompletePlan(std::string_view plan, const CheckData& data, const PlanContinuer& go_on) {
  const Plan given = plan::ParsePlan(plan);
  if (!data.vocabulary || plan::IsLaidOut(given, *data.vocabulary)) return std::string(plan);
  if (const auto complete = FirstOf(
          *data.vocabulary, [&](int attempt) { return Completer(given, data, go_on).Complete(nullptr, attempt); }))
    return *complete;
  throw base::Error("plan", "the model does not find places for what it states.",
                    "give a box of each thing, \"cat: one, box 40 50 60 80\", and \"ground: beach, horizon 60\".");
}

std::optional<std::string> LayOut(const MergedPlan& merged, const CheckData& data, const PlanContinuer& go_on) {
  const auto plan = FirstOf(*data.vocabulary, [&](int attempt) {
    Completer completer(merged.plan, data, go_on);
    return merged.scene_open ? completer.Complete(&merged.open, attempt) : completer.WriteOn(merged.open, attempt);
  });
  if (!plan) return {};
  return plan::WritePlan(WithRoom(plan::ParsePlan(*plan), merged, *data.vocabulary));
}

std::string CompletePlan(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request,
                         const std::function<bool()>& cancelled) {
  return CompletePlan(*request.plan, data, ByModel(model, data, request, *request.plan, cancelled));
}

std::optional<std::string> LayOut(const MergedPlan& merged, const engine::Model& model, const CheckData& data,
                                  const engine::GenerateRequest& request, const std::function<bool()>& cancelled) {
  return LayOut(merged, data, ByModel(model, data, request, plan::WritePlan(merged.plan), cancelled));
}

}  // namespace diptych::coherence
