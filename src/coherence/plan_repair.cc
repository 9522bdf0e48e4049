#include "coherence/plan_repair.h"

#include <algorithm>
#include <map>
#include <utility>

#include "plan/plan.h"

namespace diptych::coherence {
namespace {

bool BeginsWithVowel(std::string_view word) {
  return !word.empty() && std::string_view("aeiou").find(word[0]) != std::string_view::npos;
}

// What is said of one subject: words before its noun, words after it, and its number.
struct Phrase {
  std::string before, after, number;
};

void Append(std::string& text, std::string_view word, std::string_view between = " ") {
  if (!text.empty() && !word.empty()) text += between;
  text += word;
}

class PromptWriter {
 public:
  PromptWriter(const Asked& asked, const CheckData& data) : vocabulary_(*data.vocabulary), lexicon_(*data.lexicon) {
    for (const AskedFact& one : asked.facts) {
      const auto typed = vocabulary_.Read(one.fact);
      if (typed && !one.denied) Take(*typed);
    }
  }

  std::string Write() const {
    std::string prompt;
    for (const std::string& kind : kinds_) Append(prompt, NounPhrase(kind), " and ");
    for (const std::string& scene : scene_) Append(prompt, scene, ", ");
    for (const std::string& relation : relations_) Append(prompt, relation, ", ");
    return prompt;
  }

 private:
  void Take(const plan::TypedFact& fact) {
    const plan::Property& property = vocabulary_.properties()[fact.property];
    std::string words = lexicon_.PhraseOf(property.name, fact.value);
    if (words.empty()) words = fact.value;
    if (!property.line.empty()) {
      scene_.push_back(words.empty() ? property.line : words);
      return;
    }
    if (std::find(kinds_.begin(), kinds_.end(), fact.subject) == kinds_.end()) kinds_.push_back(fact.subject);
    Phrase& phrase = of_[fact.subject];
    if (property.IsRelation())
      relations_.push_back("the " + Noun(fact.subject, false) + " " + fact.value + " the " + Noun(fact.other, false));
    else if (!property.lead_in.empty() || words.find(' ') != words.npos || words.ends_with("ing"))
      Append(phrase.after, Lead(property, words));
    else if (IsNumber(property))
      phrase.number = words;
    else
      Append(phrase.before, words);
  }

  // "one" is a value of the numbers alone.
  static bool IsNumber(const plan::Property& property) {
    return std::find(property.values.begin(), property.values.end(), kNumberOne) != property.values.end();
  }
  static std::string Lead(const plan::Property& property, const std::string& words) {
    return property.lead_in.empty() || words.starts_with(property.lead_in) ? words : property.lead_in + " " + words;
  }

  std::string Noun(const std::string& kind, bool many) const {
    const std::string word = lexicon_.WordOf(kind, many, /*chinese=*/false);
    return word.empty() ? kind : word;
  }

  std::string NounPhrase(const std::string& kind) const {
    const Phrase& phrase = of_.at(kind);
    const bool many = !phrase.number.empty() && phrase.number != kNumberOne;
    std::string words = phrase.before;
    Append(words, Noun(kind, many));
    std::string result = many ? phrase.number : BeginsWithVowel(words) ? "an" : "a";
    Append(result, words);
    Append(result, phrase.after);
    return result;
  }

  const plan::Vocabulary& vocabulary_;
  const plan::Lexicon& lexicon_;
  std::vector<std::string> kinds_, scene_, relations_;
  std::map<std::string, Phrase> of_;
};

// Of the plans of a plain prompt the one that lacks least, if it lacks less than `least` facts.
std::optional<std::string> BetterPlan(const engine::Model& model, const Asked& asked, engine::GenerateRequest plain,
                                      size_t least, const std::function<bool()>& cancelled) {
  engine::Listener listener;
  listener.cancelled = cancelled;
  std::optional<std::string> best;
  for (int i = 0; i < kPlansTried && least > 0; ++i, ++plain.seed) {
    std::string plan = engine::MakePlan(model, plain, listener);
    const size_t missing = MissingIn(plan, asked).size();
    if (missing >= least) continue;
    least = missing;
    best = std::move(plan);
  }
  return best;
}

}  // namespace

std::vector<AskedFact> MissingIn(std::string_view plan, const Asked& asked) {
  const std::vector<plan::Fact> facts = plan::FactsOfLines(plan);
  std::vector<AskedFact> missing;
  for (const AskedFact& one : asked.facts)
    if (plan::Contains(facts, one.fact) == one.denied) missing.push_back(one);
  return missing;
}

std::string PlainPrompt(const Asked& asked, const CheckData& data) {
  if (!data.lexicon) return {};
  return PromptWriter(asked, data).Write();
}

engine::GenerateRequest AsDrawn(const engine::Model& model, const CheckData& data,
                                const engine::GenerateRequest& request, const std::function<bool()>& cancelled) {
  engine::GenerateRequest drawn = request;
  drawn.prompt = data.ForModel(request.prompt);
  if (!data.lexicon) return drawn;
  if (request.plan || !request.options.plan || !request.pictures.empty() || request.options.max_pictures > 1)
    return drawn;
  // By the words alone: the model's reading is what may have erred.
  const Asked asked = AskedBy(request.prompt, "", data);
  engine::GenerateRequest plain = drawn;
  plain.prompt = PlainPrompt(asked, data);
  if (plain.prompt.empty()) return drawn;
  drawn.review_plan = [&model, asked, plain, cancelled](const std::string& first) {
    return BetterPlan(model, asked, plain, MissingIn(first, asked).size(), cancelled);
  };
  return drawn;
}

}  // namespace diptych::coherence
