#include "plan/text_facts.h"

#include <utility>

#include "plan/text_words.h"

namespace diptych::plan {
namespace {

class TextReader {
 public:
  TextReader(const Lexicon& lexicon, const Vocabulary& vocabulary, std::string_view text, Spelling spelling)
      : vocabulary_(vocabulary), words_(lexicon, vocabulary, text, spelling) {}

  TextFacts Read() {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (i > 0 && !words_.SameSentence(i, i - 1)) sentence_begins_ = result_.facts.size();
      ReadWord(i);
    }
    return std::move(result_);
  }

 private:
  struct Owner {
    size_t thing = kNone;
    bool certain = false;
  };

  Owner OwnerOf(size_t i) const {
    if (const size_t thing = ThingOfLeadingPlace(i); thing != kNone) return {thing, true};
    const Word* before = i > 0 && words_.SameClause(i, i - 1) ? &words_[i - 1] : nullptr;
    // "the girl is painting", "a girl painting flowers": the noun that follows is not described by this word.
    const bool after_verb = before != nullptr && before->IsPlain(kCopula);
    const bool after_noun = before != nullptr && before->IsThing() && !words_[i].chinese;
    if (!after_verb && !after_noun) {
      if (const size_t after = words_.ThingAfter(i); after != kNone) return {after, true};
      if (DescribesNoThing(i)) return {kNone, true};
    }
    const size_t nearest = words_.ThingBefore(i);
    if (nearest == kNone) return {words_.NextThingInSentence(i), false};
    // "a fox under a tree sleeping", but "a house with a cat sleeping".
    const bool of_topic = words_[nearest].object && !words_[nearest].company && words_.IsDeed(words_[i]);
    const bool next_to_it = words_.SameClause(nearest, i) && !words_[i].chinese && !after_verb && !of_topic;
    const size_t thing = next_to_it ? nearest : words_.TopicBefore(i);
    return {thing, after_noun || (after_verb && words_.SameClause(thing, i))};
  }

  // "on the left a cat", 左边有一只猫; in a sentence that begins so, also "..., and on the right, a dog".
  size_t ThingOfLeadingPlace(size_t i) const {
    if (!words_.IsWhere(words_[i])) return kNone;
    for (size_t k = i; k-- > 0 && words_.SameClause(k, i);)
      if (words_[k].IsThing()) return kNone;
    if (const size_t thing = words_.NextThingInClause(i); thing != kNone) return thing;
    size_t first = i;  // the first word of the sentence that says something
    for (size_t k = i; k-- > 0 && words_.SameSentence(k, i);)
      if (!words_[k].Is(WordUse::kPlain) && !words_[k].Is(WordUse::kLink)) first = k;
    const bool alone = i + 1 >= words_.size() || !words_.SameClause(i, i + 1);
    return alone && words_.IsWhere(words_[first]) ? words_.NextThingInSentence(i) : kNone;
  }

  // Whether an adjective describes an unknown noun ("a small zorple") or the scene ("in a big storm").
  bool DescribesNoThing(size_t i) const {
    const auto describes = [this](const Word& word) { return words_.IsAttribute(word) || word.Is(WordUse::kLink); };
    size_t last = i, first = i;  // of the adjectives
    while (last + 1 < words_.size() && words_.SameClause(last, last + 1) && describes(words_[last + 1])) ++last;
    while (first > 0 && words_.SameClause(first, first - 1) && describes(words_[first - 1])) --first;
    if (last + 1 >= words_.size() || !words_.SameClause(last, last + 1)) return false;
    const Word& noun = words_[last + 1];
    const Word* before = first > 0 && words_.SameClause(first, first - 1) ? &words_[first - 1] : nullptr;
    if (before != nullptr ? !before->Is(WordUse::kPlain) || before->IsPlain(kCopula)
                          : words_.ThingBefore(first) != kNone)
      return false;
    const std::string& property = vocabulary_.properties()[words_[i].property].name;
    return noun.IsUnknown() || (words_.IsOfScene(noun) && (property == "size" || property == "colour"));
  }

  void ReadWord(size_t i) {
    const Word& word = words_[i];
    if (word.Is(WordUse::kValue) && !word.denied) result_.named.emplace_back(word.property, word.meaning->value);
    if (!word.IsKnown()) {
      result_.unknown.push_back(word.span);
    } else if (word.IsKind()) {
      // What is denied of a thing by its attribute does not deny the thing: "no red bus".
      const bool by_attribute = word.denied && i > 0 && words_[i - 1].denied && words_.IsAttribute(words_[i - 1]);
      if (!by_attribute)
        Add({.fact = vocabulary_.Presence(word.meaning->value),
             .words = word.span,
             .denied = word.denied,
             .near = word.Is(WordUse::kNear),
             .many = word.meaning->many});
    } else if (words_.IsRelation(word)) {
      ReadRelation(word);
    } else if (word.Is(WordUse::kValue)) {
      ReadValue(i);
    }
  }

  void ReadValue(size_t i) {
    const Word& word = words_[i];
    StatedFact stated{.fact = {.property = word.property, .subject = {}, .value = word.meaning->value},
                      .words = word.span,
                      .denied = word.denied};
    if (words_.IsOfSubject(word)) {
      const Owner owner = OwnerOf(i);
      if (owner.thing != kNone) stated.fact.subject = words_[owner.thing].Kind();
      stated.certain = owner.certain;
    }
    Add(std::move(stated));
  }

  void ReadRelation(const Word& word) {
    if (word.subject == kNone || !words_[word.subject].IsKind() || !words_[word.other].IsKind()) return;
    Add({.fact = {.property = word.property,
                  .subject = words_[word.subject].meaning->value,
                  .value = word.meaning->value,
                  .other = words_[word.other].meaning->value},
         .words = word.span,
         .denied = word.denied,
         .certain = true});
  }

  void Add(StatedFact stated) {
    for (size_t i = sentence_begins_; i < result_.facts.size(); ++i)
      if (result_.facts[i].fact == stated.fact && result_.facts[i].denied == stated.denied) return;
    result_.facts.push_back(std::move(stated));
  }

  const Vocabulary& vocabulary_;
  TextWords words_;
  TextFacts result_;
  size_t sentence_begins_ = 0;  // the index of the sentence's first fact
};

}  // namespace

TextFacts ReadTextFacts(const Lexicon& lexicon, const Vocabulary& vocabulary, std::string_view text,
                        Spelling spelling) {
  return TextReader(lexicon, vocabulary, text, spelling).Read();
}

}  // namespace diptych::plan
