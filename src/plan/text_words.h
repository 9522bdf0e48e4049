// The words of a text, each with the meaning that it has in its place: what a reader of facts goes by.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/lexicon.h"
#include "plan/vocabulary.h"

namespace diptych::plan {

// No word.
inline constexpr size_t kNone = static_cast<size_t>(-1);

// What links and plain words do, as the lexicon writes it.
inline constexpr std::string_view kConjunction = "and", kContrast = "but", kGenitive = "of", kCopula = "is",
                                  kExistence = "has", kPreposition = "at", kCompany = "with", kLikeness = "like",
                                  kPronoun = "it", kBefore = "before";

// One mention with the meaning that it has in this place.
struct Word {
  TextSpan span;
  size_t clause = 0, sentence = 0;
  bool chinese = false;
  std::optional<Meaning> meaning{};  // nothing: unknown
  size_t property = kNone;           // of a value: its index in the vocabulary
  bool denied = false;
  bool object = false;                    // of a thing: it only tells where another one is ("under a TREE")
  bool company = false;                   // of such a thing: it is with the other
  std::optional<Meaning> relation{};      // a relation that the word may state, and did not turn out to
  size_t subject = kNone, other = kNone;  // of a word that states a relation: its ends
  std::optional<Meaning> lead{};          // the word may lead to a value
  std::vector<Meaning> named{};           // of a noun: values that it names behind a word that leads to them

  bool Is(WordUse use) const { return meaning && meaning->use == use; }
  bool IsKind() const { return Is(WordUse::kKind) || Is(WordUse::kNear); }
  bool IsThing() const { return IsKind() || Is(WordUse::kThing); }
  bool IsUnknown() const { return !meaning || Is(WordUse::kOther); }
  bool IsKnown() const { return !IsUnknown() && !Is(WordUse::kThing); }
  std::string Kind() const { return IsKind() ? meaning->value : ""; }
  bool IsLink(std::string_view value) const { return Is(WordUse::kLink) && meaning->value == value; }
  bool IsPlain(std::string_view value) const { return Is(WordUse::kPlain) && meaning->value == value; }
  bool IsPreposition() const { return IsPlain(kPreposition) || IsPlain(kCompany); }
};

// Finds out, in this order, what each word of several meanings means, which things are only likened to, what somebody
// holds or wears, which things only tell where others are, which are related, and what is denied.
class TextWords {
 public:
  TextWords(const Lexicon& lexicon, const Vocabulary& vocabulary, std::string_view text, Spelling spelling);

  size_t size() const { return words_.size(); }
  const Word& operator[](size_t i) const { return words_[i]; }

  bool IsOfSubject(const Word& word) const;
  bool IsOfScene(const Word& word) const { return word.Is(WordUse::kValue) && !IsOfSubject(word); }
  bool IsRelation(const Word& word) const;
  bool IsAttribute(const Word& word) const { return IsOfSubject(word) && !IsRelation(word); }
  // Values that tell where in the picture something is.
  bool IsWhere(const Word& word) const;
  bool IsAction(const Word& word) const;
  // What somebody does, holds or wears.
  bool IsDeed(const Word& word) const;

  // The thing whose noun the word stands before: "a small, BLUE and striped bus". kNone where there is none.
  size_t ThingAfter(size_t i) const;
  // The last thing named before a word, in its sentence or the one before.
  size_t ThingBefore(size_t i) const;
  // The same of whom a sentence or clause goes on to speak: no thing that only tells where another is, if there is one.
  size_t TopicBefore(size_t i) const;
  size_t NextThingInSentence(size_t i) const;
  // The first thing behind a word in its clause with nothing between that has a meaning of its own.
  size_t NextThingInClause(size_t i) const;
  bool SameClause(size_t i, size_t j) const { return words_[i].clause == words_[j].clause; }
  bool SameSentence(size_t i, size_t j) const { return words_[i].sentence == words_[j].sentence; }

 private:
  struct Ends {
    size_t subject = kNone, other = kNone;
    bool Found() const { return subject != kNone && other != kNone; }
  };

  bool Known(const Meaning& meaning) const;
  size_t PropertyOf(const Meaning& meaning) const;
  bool IsBetter(const Meaning& meaning, const Meaning& than, bool before_thing) const;
  Word Choose(const Mention& mention, const Mention* next, std::string_view text) const;

  void DropComparisons();
  void TakeLed();
  void TakeLedBehind(size_t i);
  void TakeLedBefore(size_t i);
  void MeansValue(size_t i, const Meaning& value);
  std::optional<Meaning> ValueOf(const Word& noun, const std::string& property) const;

  void MarkObjects();
  void Relate();
  Ends EndsOf(size_t i) const;
  Ends EnglishEnds(size_t i) const;
  Ends EndsOfPronoun(size_t i, size_t pronoun) const;
  Ends EndsBetween(size_t i) const;
  Ends EndsBehind(size_t i) const;
  Ends EndsBehindThing(size_t i, size_t other) const;
  size_t SubjectInClause(size_t i) const;
  size_t PreviousInClause(size_t i) const;

  void Deny();
  void DenyBefore(size_t i);
  void DenyFrom(size_t i, size_t clause);

  const Vocabulary& vocabulary_;
  std::vector<Word> words_;
};

}  // namespace diptych::plan
