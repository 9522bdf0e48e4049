#include "coherence/plan_repair.h"

#include <algorithm>
#include <map>
#include <utility>

#include "coherence/plan_completion.h"
#include "coherence/plan_merge.h"
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
    else if (property.IsNumber())
      phrase.number = words;
    else
      Append(phrase.before, words);
  }

  static std::string Lead(const plan::Property& property, const std::string& words) {
    return property.lead_in.empty() || words.starts_with(property.lead_in) ? words : property.lead_in + " " + words;
  }

  std::string Noun(const std::string& kind, bool many) const { return lexicon_.NounFor(kind, many, /*chinese=*/false); }

  std::string NounPhrase(const std::string& kind) const {
    const Phrase& phrase = of_.at(kind);
    const bool many = !phrase.number.empty() && phrase.number != plan::kNumberOne;
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

// Of a merged plan and of plans of the plain prompt the one that keeps best to what is asked for; nothing where the
// first does so.
class Replanner {
 public:
  Replanner(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& plain, const Asked& asked,
            const std::function<bool()>& cancelled)
      : model_(model), data_(data), plain_(plain), asked_(asked), cancelled_(cancelled) {}

  std::optional<std::string> Better(const std::string& first) {
    least_ = Faults(first);
    if (least_ > 0)
      if (auto merged = Merged(first)) Offer(*std::move(merged));
    engine::Listener listener;
    listener.cancelled = cancelled_;
    for (int i = 0; i < kPlansTried && least_ > 0 && !best_; ++i, ++plain_.seed)
      Offer(engine::MakePlan(model_, plain_, listener).text);
    return std::move(best_);
  }

 private:
  std::optional<std::string> Merged(const std::string& first) const {
    MergedPlan merged = MergePlan(first, asked_, *data_.vocabulary);
    TakeOutUnasked(asked_, *data_.vocabulary, merged.plan);
    return LayOut(merged, model_, data_, plain_, cancelled_);
  }

  void Offer(std::string plan) {
    const size_t faults = Faults(plan);
    if (faults >= least_) return;
    least_ = faults;
    best_ = std::move(plan);
  }

  // What it lacks and what it has too much.
  size_t Faults(const std::string& plan) const {
    return MissingIn(plan, asked_).size() + UnaskedIn(plan, asked_, *data_.vocabulary).size();
  }

  const engine::Model& model_;
  const CheckData& data_;
  engine::GenerateRequest plain_;
  const Asked& asked_;
  const std::function<bool()>& cancelled_;
  std::optional<std::string> best_{};
  size_t least_ = 0;
};

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
  drawn.review_plan = [&model, &data, asked, plain, cancelled](const std::string& first) {
    return Replanner(model, data, plain, asked, cancelled).Better(first);
  };
  return drawn;
}

}  // namespace diptych::coherence
