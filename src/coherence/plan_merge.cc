#include "coherence/plan_merge.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "coherence/plan_repair.h"

namespace diptych::coherence {
namespace {

using plan::PlanLine, plan::Property, plan::TypedFact;

bool IsAskedFor(const std::string& kind, const Asked& asked, const plan::Vocabulary& vocabulary) {
  return std::any_of(asked.facts.begin(), asked.facts.end(), [&](const AskedFact& one) {
    if (one.denied) return false;
    const auto typed = vocabulary.Read(one.fact);
    return one.fact.key == kind || (typed && typed->other == kind);
  });
}

std::optional<TypedFact> ReadValue(const PlanLine& line, const std::string& value, const plan::Vocabulary& vocabulary) {
  return plan::IsWords(value) ? vocabulary.Read(plan::Fact{line.key, value}) : std::nullopt;
}

// With what other lines say of it.
void DropSubject(const std::string& key, const plan::Vocabulary& vocabulary, plan::Plan& plan) {
  std::erase_if(plan.lines, [&key](const PlanLine& line) { return line.key == key; });
  for (PlanLine& line : plan.lines)
    std::erase_if(line.values, [&](const std::string& value) {
      const auto typed = ReadValue(line, value, vocabulary);
      return typed && typed->other == key;
    });
}

class Merger {
 public:
  Merger(std::string_view plan, const Asked& asked, const plan::Vocabulary& vocabulary)
      : asked_(asked), vocabulary_(vocabulary), missing_(MissingIn(plan, asked)) {
    merged_.plan = plan::ParseWellFormedLines(plan);
  }

  MergedPlan Merge() && {
    for (const AskedFact& one : missing_) {
      const auto typed = vocabulary_.Read(one.fact);
      if (!typed) continue;
      if (one.denied)
        TakeOut(*typed);
      else
        PutIn(*typed);
    }
    return std::move(merged_);
  }

 private:
  using Lines = std::vector<PlanLine>;

  Lines& lines() { return merged_.plan.lines; }
  const Property& Of(const TypedFact& fact) const { return vocabulary_.properties()[fact.property]; }
  std::optional<TypedFact> Read(const PlanLine& line, const std::string& value) const {
    return ReadValue(line, value, vocabulary_);
  }
  bool IsSubject(const std::string& key) const { return vocabulary_.HasSubject(key); }
  Lines::iterator LineOf(const std::string& key) {
    return std::find_if(lines().begin(), lines().end(), [&key](const PlanLine& line) { return line.key == key; });
  }

  void PutIn(const TypedFact& fact) {
    const Property& property = Of(fact);
    if (property.line.empty())
      HasSubject(fact.subject);
    else
      HasSceneLine(property.line, fact.property);
    if (property.IsRelation()) HasSubject(fact.other);
    const plan::Fact said = vocabulary_.Say(fact);
    if (!said.value.empty()) SetValue(*LineOf(said.key), fact, said.value);
    if (const auto other = vocabulary_.OtherSide(fact))
      SetValue(*LineOf(fact.other), *other, vocabulary_.Say(*other).value);
  }

  void TakeOut(const TypedFact& fact) {
    const plan::Fact said = vocabulary_.Say(fact);
    if (!said.value.empty()) {
      for (PlanLine& line : lines()) {
        if (line.key != said.key || std::erase(line.values, said.value) == 0 || !line.values.empty()) continue;
        if (IsSubject(line.key)) line.values = AtLeastOne(line.key);
      }
      std::erase_if(lines(), [&said](const PlanLine& line) { return line.key == said.key && line.values.empty(); });
      return;
    }
    DropSubject(said.key, vocabulary_, merged_.plan);
  }

  void HasSubject(const std::string& kind) {
    if (LineOf(kind) != lines().end()) return;
    const auto unasked = std::find_if(lines().begin(), lines().end(), [this](const PlanLine& line) {
      return IsSubject(line.key) && !IsAsked(line.key);
    });
    if (unasked != lines().end()) {
      Rename(*unasked, kind);
    } else {
      merged_.open.insert(kind);
      lines().push_back({.key = kind, .values = AtLeastOne(kind)});
    }
  }

  // What a line says of a thing of which nothing else is known.
  std::vector<std::string> AtLeastOne(const std::string& kind) const {
    std::string one(plan::kNumberOne);
    if (!vocabulary_.Read(plan::Fact{kind, one})) return {};
    return {std::move(one)};
  }

  bool IsAsked(const std::string& kind) const { return IsAskedFor(kind, asked_, vocabulary_); }

  void Rename(PlanLine& line, const std::string& kind) {
    const std::string before = std::exchange(line.key, kind);
    Open(line);
    std::erase_if(line.values, [](const std::string& value) { return value.starts_with("look "); });
    for (PlanLine& other : lines())
      for (std::string& value : other.values)
        if (auto typed = Read(other, value); typed && typed->other == before) {
          typed->other = kind;
          value = vocabulary_.Say(*typed).value;
        }
  }

  // Lines of the scene stand in their properties' order, before those of subjects.
  void HasSceneLine(const std::string& key, size_t property) {
    if (LineOf(key) != lines().end()) return;
    merged_.open.insert(key);
    const auto& properties = vocabulary_.properties();
    const auto after = std::find_if(lines().begin(), lines().end(), [&](const PlanLine& line) {
      const auto own = std::find_if(properties.begin(), properties.end(),
                                    [&line](const Property& one) { return one.line == line.key; });
      return own == properties.end() || static_cast<size_t>(own - properties.begin()) > property;
    });
    lines().insert(after, PlanLine{.key = key, .values = {}});
  }

  void Open(PlanLine& line) {
    std::erase_if(line.values, [](const std::string& value) { return value.starts_with("box "); });
    merged_.open.insert(line.key);
  }

  // In the place of the property's other value; else after those of the properties before it.
  void SetValue(PlanLine& line, const TypedFact& fact, const std::string& value) {
    const Property& property = Of(fact);
    if (std::find(line.values.begin(), line.values.end(), value) != line.values.end()) return;
    const auto replaced = std::find_if(line.values.begin(), line.values.end(), [&](const std::string& own) {
      const auto typed = Read(line, own);
      return typed && typed->property == fact.property && typed->other == fact.other;
    });
    if (replaced != line.values.end())
      *replaced = value;
    else
      line.values.insert(std::find_if(line.values.begin(), line.values.end(),
                                      [&](const std::string& own) { return StandsAfter(line, own, fact); }),
                         value);
    if (property.ShowsInBoxes()) Open(line);
  }

  bool StandsAfter(const PlanLine& line, const std::string& own, const TypedFact& fact) const {
    const auto typed = Read(line, own);
    if (!typed) return true;  // layout stands last
    if (Of(*typed).IsNumber()) return false;
    return Of(fact).IsNumber() || typed->property > fact.property;
  }

  const Asked& asked_;
  const plan::Vocabulary& vocabulary_;
  std::vector<AskedFact> missing_;
  MergedPlan merged_{};
};

}  // namespace

std::set<std::string> UnaskedIn(const plan::Plan& plan, const Asked& asked, const plan::Vocabulary& vocabulary) {
  const auto asks_for_thing = [&vocabulary](const AskedFact& one) {
    if (one.denied) return false;
    const auto typed = vocabulary.Read(one.fact);
    return vocabulary.HasSubject(one.fact.key) || (typed && vocabulary.HasSubject(typed->other));
  };
  if (!asked.unknown.empty() || std::ranges::none_of(asked.facts, asks_for_thing)) return {};
  std::set<std::string> unasked;
  for (const PlanLine& line : plan.lines)
    if (vocabulary.HasSubject(line.key) && !IsAskedFor(line.key, asked, vocabulary)) unasked.insert(line.key);
  return unasked;
}

void TakeOutUnasked(const Asked& asked, const plan::Vocabulary& vocabulary, plan::Plan& plan) {
  for (const std::string& kind : UnaskedIn(plan, asked, vocabulary)) DropSubject(kind, vocabulary, plan);
}

std::set<std::string> UnaskedIn(std::string_view plan, const Asked& asked, const plan::Vocabulary& vocabulary) {
  return UnaskedIn(plan::ParseWellFormedLines(plan), asked, vocabulary);
}

MergedPlan MergePlan(std::string_view plan, const Asked& asked, const plan::Vocabulary& vocabulary) {
  return Merger(plan, asked, vocabulary).Merge();
}

}  // namespace diptych::coherence
