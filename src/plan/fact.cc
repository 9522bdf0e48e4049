#include "plan/fact.h"

#include <algorithm>
#include <utility>

#include "base/split.h"

namespace diptych::plan {
namespace {

constexpr size_t kMaxPlanBytes = 64 << 10;

}  // namespace

std::vector<Fact> FactsOf(const Plan& plan) {
  std::vector<Fact> facts;
  for (const PlanLine& line : plan.lines) {
    const size_t before = facts.size();
    for (const std::string& value : line.values) {
      if (IsWords(value)) facts.push_back({line.key, value});
    }
    if (facts.size() == before) facts.push_back({line.key, ""});
  }
  return facts;
}

std::vector<Fact> FactsOfLines(std::string_view lines) {
  std::vector<Fact> facts;
  for (Fact& fact : FactsOf(ParseWellFormedLines(lines.substr(0, kMaxPlanBytes))))
    if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(std::move(fact));
  return facts;
}

std::string WriteFact(const Fact& fact) { return fact.value.empty() ? fact.key : fact.key + ": " + fact.value; }

Fact ParseFact(std::string_view text) {
  const size_t colon = std::min(text.find(':'), text.size());
  const std::string_view value = text.substr(std::min(colon + 1, text.size()));
  return {.key = std::string(base::Trim(text.substr(0, colon))), .value = std::string(base::Trim(value))};
}

std::string WriteFacts(std::span<const Fact> facts, std::string_view between) {
  std::string text;
  for (const Fact& fact : facts) {
    if (!text.empty()) text += between;
    text += WriteFact(fact);
  }
  return text;
}

bool Contains(std::span<const Fact> facts, const Fact& fact) {
  return std::any_of(facts.begin(), facts.end(), [&fact](const Fact& other) {
    return other.key == fact.key && (fact.value.empty() || other.value == fact.value);
  });
}

bool IsSaidBetter(std::span<const Fact> facts, const Fact& fact) {
  return fact.value.empty() && std::any_of(facts.begin(), facts.end(), [&fact](const Fact& other) {
           return other.key == fact.key && !other.value.empty();
         });
}

void DropBareKeys(std::vector<Fact>& facts) {
  std::erase_if(facts, [all = facts](const Fact& fact) { return IsSaidBetter(all, fact); });
}

}  // namespace diptych::plan
