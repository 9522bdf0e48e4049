#include "plan/plan_check.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "plan/fact.h"

namespace diptych::plan {
namespace {

// Checks one line after another.
class Checker {
 public:
  Checker(const Plan& plan, const Vocabulary& vocabulary, const std::string& file)
      : vocabulary_(vocabulary), place_(file.empty() ? "" : file + ": ") {
    for (const PlanLine& line : plan.lines) keys_.insert(line.key);
  }

  void Check(const PlanLine& line) {
    line_ = &line;
    if (!vocabulary_.HasSubject(line.key)) CheckScene();
    std::map<size_t, std::string> stated;
    for (const Fact& fact : FactsOf(Plan{{line}})) {
      const auto typed = vocabulary_.Read(fact);
      if (!typed) Refuse("\"" + fact.value + "\" is not known");
      CheckFact(*typed, fact, stated);
    }
    const auto count = CountOf(line, vocabulary_);
    const size_t boxes = BoxesOf(line).size();
    if (count && boxes > 0 && boxes != static_cast<size_t>(*count))
      Refuse("it states " + std::to_string(*count) + " and has " + std::to_string(boxes) +
             (boxes == 1 ? " box" : " boxes"));
  }

 private:
  void CheckScene() {
    const auto& properties = vocabulary_.properties();
    const auto has_line = [this](const Property& property) { return property.line == line_->key; };
    if (std::none_of(properties.begin(), properties.end(), has_line)) Refuse("\"" + line_->key + "\" is not known");
    if (!scene_.insert(line_->key).second) Refuse("\"" + line_->key + "\" stands there twice");
  }

  void CheckFact(const TypedFact& typed, const Fact& fact, std::map<size_t, std::string>& stated) const {
    if (vocabulary_.properties()[typed.property].IsRelation()) {
      if (!keys_.contains(typed.other)) Refuse("\"" + typed.other + "\" has no line");
      return;
    }
    const auto [other, is_new] = stated.emplace(typed.property, fact.value);
    if (!is_new) Refuse("\"" + other->second + "\" and \"" + fact.value + "\" contradict each other");
  }

  [[noreturn]] void Refuse(const std::string& why) const {
    throw base::Error("plan", place_ + why + ", in \"" + WritePlan(Plan{{*line_}}) + "\".",
                      "`diptych words` lists what a plan can say.");
  }

  const Vocabulary& vocabulary_;
  const std::string place_;
  std::set<std::string> keys_, scene_;
  const PlanLine* line_ = nullptr;
};

}  // namespace

void CheckPlan(const Plan& plan, const Vocabulary& vocabulary, const std::string& file) {
  if (plan.lines.empty())
    throw base::Error("plan", (file.empty() ? "" : file + ": ") + "it has no line.",
                      "`diptych plan \"a prompt\"` writes one.");
  Checker checker(plan, vocabulary, file);
  for (const PlanLine& line : plan.lines) checker.Check(line);
}

bool IsLaidOut(const Plan& plan, const Vocabulary& vocabulary) {
  bool horizon = false;
  for (const PlanLine& line : plan.lines) {
    if (vocabulary.HasSubject(line.key) && BoxesOf(line).empty()) return false;
    for (const std::string& value : line.values) horizon |= value.starts_with("horizon ");
  }
  return horizon;
}

std::optional<int> CountOf(const PlanLine& line, const Vocabulary& vocabulary) {
  for (const Property& property : vocabulary.properties()) {
    if (!property.line.empty() || !property.IsNumber()) continue;
    for (const std::string& value : line.values) {
      const auto found = std::find(property.values.begin(), property.values.end(), value);
      if (found != property.values.end()) return static_cast<int>(found - property.values.begin()) + 1;
    }
  }
  return {};
}

}  // namespace diptych::plan
