#include "plan/text_facts.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace diptych::plan {
namespace {

constexpr size_t kNone = static_cast<size_t>(-1);
// Values of links and plain words in the lexicon that are treated differently.
constexpr std::string_view kConjunction = "and", kContrast = "but", kCopula = "is", kBefore = "before";

// One mention with the meaning that it has in this place.
struct Word {
  TextSpan span;
  size_t clause, sentence;
  bool chinese;
  std::optional<Meaning> meaning;  // nothing: unknown
  size_t property = kNone;         // of a value: its index in the vocabulary
  bool denied = false;

  bool Is(WordUse use) const { return meaning && meaning->use == use; }
  bool IsKind() const { return Is(WordUse::kKind) || Is(WordUse::kNear); }
  bool IsThing() const { return IsKind() || Is(WordUse::kThing); }
  bool IsKnown() const { return meaning && !Is(WordUse::kThing); }
  std::string Kind() const { return IsKind() ? meaning->value : ""; }
  bool IsLink(std::string_view value) const { return Is(WordUse::kLink) && meaning->value == value; }
};

class TextReader {
 public:
  TextReader(const Lexicon& lexicon, const Vocabulary& vocabulary, std::string_view text, Spelling spelling)
      : vocabulary_(vocabulary), kinds_(vocabulary.subjects().begin(), vocabulary.subjects().end()) {
    const std::vector<Mention> mentions = lexicon.Read(text, spelling);
    for (size_t i = 0; i < mentions.size(); ++i)
      words_.push_back(Choose(mentions[i], i + 1 < mentions.size() ? &mentions[i + 1] : nullptr, text));
  }

  TextFacts Read() {
    Deny();
    for (size_t i = 0; i < words_.size(); ++i) {
      if (i > 0 && words_[i].sentence != words_[i - 1].sentence) sentence_begins_ = result_.facts.size();
      ReadWord(i);
    }
    return std::move(result_);
  }

 private:
  bool Known(const Meaning& meaning) const {
    if (meaning.use == WordUse::kKind || meaning.use == WordUse::kNear) return kinds_.contains(meaning.value);
    return meaning.use != WordUse::kValue || PropertyOf(meaning) != kNone;
  }

  size_t PropertyOf(const Meaning& meaning) const {
    return vocabulary_.Find(meaning.property, meaning.value).value_or(kNone);
  }

  // Of several meanings the value where a thing follows ("an orange bus"), else the thing.
  Word Choose(const Mention& mention, const Mention* next, std::string_view text) const {
    Word word{.span = mention.words,
              .clause = mention.clause,
              .sentence = mention.sentence,
              .chinese = IsChinese(text.substr(mention.words.first, mention.words.last - mention.words.first)),
              .meaning = {}};
    const auto is_thing = [](const Meaning& m) {
      return m.use == WordUse::kKind || m.use == WordUse::kNear || m.use == WordUse::kThing;
    };
    const bool before_thing = next != nullptr && next->clause == mention.clause &&
                              std::any_of(next->meanings.begin(), next->meanings.end(), is_thing);
    for (const Meaning& meaning : mention.meanings) {
      if (!Known(meaning)) continue;
      if (!word.meaning || is_thing(meaning) != before_thing) word.meaning = meaning;
    }
    // A kind that this vocabulary lacks still counts as a thing.
    if (!word.meaning && std::any_of(mention.meanings.begin(), mention.meanings.end(), is_thing))
      word.meaning = Meaning{.use = WordUse::kThing};
    if (word.Is(WordUse::kValue)) word.property = PropertyOf(*word.meaning);
    return word;
  }

  bool IsOfSubject(const Word& word) const {
    return word.Is(WordUse::kValue) && vocabulary_.properties()[word.property].line.empty();
  }
  bool IsRelation(const Word& word) const {
    return word.Is(WordUse::kValue) && vocabulary_.properties()[word.property].IsRelation();
  }
  bool IsAttribute(const Word& word) const { return IsOfSubject(word) && !IsRelation(word); }

  // A denial applies to the first thing or value after it, to the words before that thing's noun that describe it, and
  // to further things or values joined by "or".
  void Deny() {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (!words_[i].Is(WordUse::kDenial)) continue;
      if (words_[i].meaning->value == kBefore)
        DenyBefore(i);
      else
        DenyFrom(i + 1, words_[i].clause);
    }
  }
  void DenyBefore(size_t i) {
    const size_t thing = ThingBefore(i);
    if (thing != kNone && words_[thing].sentence == words_[i].sentence) words_[thing].denied = true;
  }
  void DenyFrom(size_t i, size_t clause) {
    bool open = true;  // still looking for a thing or value to deny
    for (; i < words_.size() && words_[i].clause == clause; ++i) {
      Word& word = words_[i];
      if (word.IsLink(kContrast)) return;
      if (word.IsThing() || word.Is(WordUse::kValue)) {
        if (!open) return;
        word.denied = true;
        open = IsAttribute(word) && ThingAfter(i) != kNone;
      } else if (word.IsLink(kConjunction)) {
        open = true;
      } else if (!word.meaning) {
        open = false;  // it denied something unknown
      } else if (!open) {
        return;
      }
    }
  }

  // The thing whose noun the word stands before: "a small, BLUE and striped bus". kNone when there is none.
  size_t ThingAfter(size_t i) const {
    for (size_t j = i + 1; j < words_.size(); ++j) {
      const Word& word = words_[j];
      const bool in_clause = word.clause == words_[j - 1].clause;
      if (word.IsThing()) return in_clause && !words_[j - 1].IsLink(kConjunction) ? j : kNone;
      const bool goes_on = IsAttribute(word) ? in_clause || IsAttribute(words_[j - 1])
                                             : word.Is(WordUse::kLink) && !word.IsLink(kContrast) && in_clause;
      if (!goes_on) return kNone;
    }
    return kNone;
  }

  // The last thing named before a word, in its sentence or the one before.
  size_t ThingBefore(size_t i) const {
    for (size_t j = i; j-- > 0;) {
      if (words_[j].sentence + 1 < words_[i].sentence) break;
      if (words_[j].IsThing()) return j;
    }
    return kNone;
  }
  size_t NextThingInSentence(size_t i) const {
    for (size_t j = i + 1; j < words_.size() && words_[j].sentence == words_[i].sentence; ++j)
      if (words_[j].IsThing()) return j;
    return kNone;
  }

  struct Owner {
    size_t thing = kNone;
    bool certain = false;
  };
  Owner OwnerOf(size_t i) const {
    const Word* before = i > 0 && words_[i - 1].clause == words_[i].clause ? &words_[i - 1] : nullptr;
    // "the girl is painting", "a girl painting flowers": the noun that follows is not described by this word.
    const bool after_verb = before != nullptr && before->Is(WordUse::kPlain) && before->meaning->value == kCopula;
    const bool after_noun = before != nullptr && before->IsThing() && !words_[i].chinese;
    if (!after_verb && !after_noun)
      if (const size_t after = ThingAfter(i); after != kNone) return {after, true};
    if (const size_t thing = ThingBefore(i); thing != kNone)
      return {thing, after_noun || (after_verb && words_[thing].clause == words_[i].clause)};
    return {NextThingInSentence(i), false};
  }

  void ReadWord(size_t i) {
    const Word& word = words_[i];
    if (word.Is(WordUse::kValue) && !word.denied) result_.named.emplace_back(word.property, word.meaning->value);
    if (!word.IsKnown()) {
      result_.unknown.push_back(word.span);
    } else if (word.IsKind()) {
      // What is denied of a thing by its attribute does not deny the thing: "no red bus".
      const bool by_attribute = word.denied && i > 0 && words_[i - 1].denied && IsAttribute(words_[i - 1]);
      if (!by_attribute)
        Add({.fact = {.property = vocabulary_.presence().value(), .subject = word.meaning->value},
             .words = word.span,
             .denied = word.denied,
             .near = word.Is(WordUse::kNear),
             .many = word.meaning->many});
    } else if (IsRelation(word)) {
      ReadRelation(i);
    } else if (word.Is(WordUse::kValue)) {
      ReadValue(i);
    }
  }

  void ReadValue(size_t i) {
    const Word& word = words_[i];
    StatedFact stated{.fact = {.property = word.property, .subject = {}, .value = word.meaning->value},
                      .words = word.span,
                      .denied = word.denied};
    if (IsOfSubject(word)) {
      const Owner owner = OwnerOf(i);
      if (owner.thing != kNone) stated.fact.subject = words_[owner.thing].Kind();
      stated.certain = owner.certain;
    }
    Add(std::move(stated));
  }

  void ReadRelation(size_t i) {
    const Word& word = words_[i];
    const auto [subject, other] = word.chinese ? ChineseEnds(i) : EnglishEnds(i);
    if (subject == kNone || other == kNone || !words_[subject].IsKind() || !words_[other].IsKind()) return;
    Add({.fact = {.property = word.property,
                  .subject = words_[subject].meaning->value,
                  .value = word.meaning->value,
                  .other = words_[other].meaning->value},
         .words = word.span,
         .denied = word.denied,
         .certain = true});
  }

  // "A next to B": the thing before the words, and the thing after them unless those words belong to something else.
  std::pair<size_t, size_t> EnglishEnds(size_t i) const {
    size_t before = ThingBefore(i);
    if (before != kNone && words_[before].sentence != words_[i].sentence) before = kNone;
    for (size_t j = i + 1; j < words_.size() && words_[j].clause == words_[i].clause; ++j) {
      if (words_[j].IsThing()) return {before, j};
      if (!IsAttribute(words_[j]) && !words_[j].Is(WordUse::kPlain) && !words_[j].Is(WordUse::kLink)) break;
    }
    return {before, kNone};
  }

  // A在B左边; B左边的A; B左边有A.
  std::pair<size_t, size_t> ChineseEnds(size_t i) const {
    const size_t other = ThingBefore(i);
    if (other == kNone || words_[other].sentence != words_[i].sentence) return {kNone, kNone};
    const size_t first = ThingBefore(other);
    if (first != kNone && words_[first].clause == words_[i].clause) return {first, other};
    return {NextThingInSentence(i), other};
  }

  void Add(StatedFact stated) {
    for (size_t i = sentence_begins_; i < result_.facts.size(); ++i)
      if (result_.facts[i].fact == stated.fact && result_.facts[i].denied == stated.denied) return;
    result_.facts.push_back(std::move(stated));
  }

  const Vocabulary& vocabulary_;
  std::set<std::string> kinds_;
  std::vector<Word> words_;
  TextFacts result_;
  size_t sentence_begins_ = 0;  // the index of the sentence's first fact
};

}  // namespace

TextFacts ReadTextFacts(const Lexicon& lexicon, const Vocabulary& vocabulary, std::string_view text,
                        Spelling spelling) {
  return TextReader(lexicon, vocabulary, text, spelling).Read();
}

}  // namespace diptych::plan
