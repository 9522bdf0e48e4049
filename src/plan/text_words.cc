#include "plan/text_words.h"

#include <algorithm>
#include <utility>

namespace diptych::plan {
namespace {

bool Leads(const Meaning& m) { return m.use == WordUse::kLead || m.use == WordUse::kTrail; }

}  // namespace

TextWords::TextWords(const Lexicon& lexicon, const Vocabulary& vocabulary, std::string_view text, Spelling spelling)
    : vocabulary_(vocabulary) {
  const std::vector<Mention> mentions = lexicon.Read(text, spelling);
  for (size_t i = 0; i < mentions.size(); ++i)
    words_.push_back(Choose(mentions[i], i + 1 < mentions.size() ? &mentions[i + 1] : nullptr, text));
  DropComparisons();
  TakeLed();
  MarkObjects();
  Relate();
  Deny();
}

bool TextWords::Known(const Meaning& meaning) const {
  if (meaning.use == WordUse::kKind || meaning.use == WordUse::kNear) return vocabulary_.HasSubject(meaning.value);
  return meaning.use != WordUse::kValue || PropertyOf(meaning) != kNone;
}

size_t TextWords::PropertyOf(const Meaning& meaning) const {
  return vocabulary_.Find(meaning.property, meaning.value).value_or(kNone);
}

// Of several meanings the value where a thing follows ("an orange bus"), else the thing; of several values that of a
// subject where a thing follows ("a gloomy robot"), else the scene's.
bool TextWords::IsBetter(const Meaning& meaning, const Meaning& than, bool before_thing) const {
  if (IsNoun(meaning) != IsNoun(than)) return IsNoun(meaning) != before_thing;
  if (meaning.use != WordUse::kValue || than.use != WordUse::kValue) return false;
  const auto of_subject = [this](const Meaning& m) { return vocabulary_.properties()[PropertyOf(m)].line.empty(); };
  return of_subject(meaning) != of_subject(than) && of_subject(meaning) == before_thing;
}

// What the mention may mean besides its own meaning: a relation, a word that leads to a value, a value that is named.
Word TextWords::Choose(const Mention& mention, const Mention* next, std::string_view text) const {
  Word word{.span = mention.words,
            .clause = mention.clause,
            .sentence = mention.sentence,
            .chinese = IsChinese(text.substr(mention.words.first, mention.words.last - mention.words.first))};
  const bool before_thing = next != nullptr && next->clause == mention.clause &&
                            std::any_of(next->meanings.begin(), next->meanings.end(), IsNoun);
  const bool noun = std::any_of(mention.meanings.begin(), mention.meanings.end(), IsNoun);
  for (const Meaning& meaning : mention.meanings) {
    if (!Known(meaning)) continue;
    const bool value = meaning.use == WordUse::kValue;
    const Property* property = value ? &vocabulary_.properties()[PropertyOf(meaning)] : nullptr;
    if (Leads(meaning))
      word.lead = meaning;
    else if (value && property->IsRelation())
      word.relation = meaning;
    else if (value && noun && !property->lead_in.empty())
      word.named.push_back(meaning);
    else if (!word.meaning || IsBetter(meaning, *word.meaning, before_thing))
      word.meaning = meaning;
  }
  // A kind that this vocabulary lacks still counts as a thing.
  if (!word.meaning && noun) word.meaning = Meaning{.use = WordUse::kThing};
  if (!word.meaning && word.relation) word.meaning = word.relation;
  if (!word.meaning && word.lead) word.meaning = Meaning{.use = WordUse::kPlain};
  if (word.Is(WordUse::kValue)) word.property = PropertyOf(*word.meaning);
  return word;
}

bool TextWords::IsOfSubject(const Word& word) const {
  return word.Is(WordUse::kValue) && vocabulary_.properties()[word.property].line.empty();
}
bool TextWords::IsRelation(const Word& word) const {
  return word.Is(WordUse::kValue) && vocabulary_.properties()[word.property].IsRelation();
}
bool TextWords::IsWhere(const Word& word) const {
  if (!word.Is(WordUse::kValue)) return false;
  const std::string& name = vocabulary_.properties()[word.property].name;
  return name == "place" || name == "depth";
}

bool TextWords::IsAction(const Word& word) const {
  return word.Is(WordUse::kValue) && vocabulary_.properties()[word.property].name == "action";
}
bool TextWords::IsDeed(const Word& word) const {
  return IsAction(word) || (IsAttribute(word) && !vocabulary_.properties()[word.property].lead_in.empty());
}

// A Chinese verb describes the noun behind it only with 的 between them: else that noun is its object.
size_t TextWords::ThingAfter(size_t i) const {
  bool describes_any = !words_[i].chinese || !IsAction(words_[i]);
  for (size_t j = i + 1; j < words_.size(); ++j) {
    const Word& word = words_[j];
    const bool in_clause = SameClause(j, j - 1);
    if (word.IsThing()) return in_clause && describes_any && !words_[j - 1].IsLink(kConjunction) ? j : kNone;
    describes_any = describes_any || word.IsLink(kGenitive);
    // An unknown word may describe the thing, too: "a sad, fluffy panda"; in Chinese before 的.
    const bool describes = word.IsUnknown() && (!word.chinese || (j + 1 < size() && words_[j + 1].IsLink(kGenitive)));
    const bool goes_on = IsAttribute(word)
                             ? in_clause || IsAttribute(words_[j - 1])
                             : ((word.Is(WordUse::kLink) && !word.IsLink(kContrast)) || describes) && in_clause;
    if (!goes_on) return kNone;
  }
  return kNone;
}

size_t TextWords::ThingBefore(size_t i) const {
  for (size_t j = i; j-- > 0;) {
    if (words_[j].sentence + 1 < words_[i].sentence) break;
    if (words_[j].IsThing()) return j;
  }
  return kNone;
}

size_t TextWords::TopicBefore(size_t i) const {
  const size_t nearest = ThingBefore(i);
  if (nearest == kNone) return kNone;
  for (size_t j = nearest + 1; j-- > 0 && SameSentence(j, nearest);)
    if (words_[j].IsThing() && !words_[j].object) return j;
  return nearest;
}

size_t TextWords::NextThingInSentence(size_t i) const {
  for (size_t j = i + 1; j < words_.size() && SameSentence(i, j); ++j)
    if (words_[j].IsThing()) return j;
  return kNone;
}

size_t TextWords::NextThingInClause(size_t i) const {
  for (size_t j = i + 1; j < words_.size() && SameClause(i, j); ++j) {
    const Word& word = words_[j];
    if (word.IsThing()) return j;
    const bool goes_on = IsAttribute(word) || word.IsUnknown() || word.Is(WordUse::kLink) || word.Is(WordUse::kPlain);
    if (!goes_on || word.IsPreposition() || word.IsLink(kContrast)) break;
  }
  return kNone;
}

// "Striped like a zebra" asks for no zebra.
void TextWords::DropComparisons() {
  for (size_t i = 0; i < words_.size(); ++i) {
    if (!words_[i].IsPlain(kLikeness)) continue;
    const size_t thing = NextThingInClause(i);
    if (thing != kNone) words_[thing].meaning = Meaning{.use = WordUse::kPlain};
  }
}

// What somebody holds or wears is a value, and no thing of its own.
void TextWords::TakeLed() {
  for (size_t i = 0; i < words_.size(); ++i) {
    if (!words_[i].lead) continue;
    if (words_[i].lead->use == WordUse::kLead)
      TakeLedBehind(i);
    else
      TakeLedBefore(i);
  }
}

std::optional<Meaning> TextWords::ValueOf(const Word& noun, const std::string& property) const {
  for (const Meaning& value : noun.named)
    if (value.property == property) return value;
  if (noun.Is(WordUse::kValue) && noun.meaning->property == property) return noun.meaning;
  const Meaning value{.use = WordUse::kValue, .property = property, .value = noun.Kind()};
  return noun.IsKind() && PropertyOf(value) != kNone ? std::optional(value) : std::nullopt;
}

void TextWords::MeansValue(size_t i, const Meaning& value) {
  words_[i].meaning = value;
  words_[i].property = PropertyOf(value);
}

// "holding a big red APPLE". Nothing can say what colour a held thing has: such words are not understood.
void TextWords::TakeLedBehind(size_t i) {
  const std::string property = words_[i].lead->value;
  for (size_t j = i + 1; j < words_.size() && SameClause(i, j); ++j) {
    if (const auto value = ValueOf(words_[j], property)) {
      // "a table with a hat on it"
      if (words_[i].IsPreposition() && j + 1 < size() && SameClause(j, j + 1) && words_[j + 1].relation) return;
      MeansValue(i, *value);
      words_[i].relation.reset();
      words_[i].span.last = words_[j].span.last;
      words_[j].meaning = Meaning{.use = WordUse::kPlain};
      for (size_t k = i + 1; k < j; ++k)
        if (words_[k].Is(WordUse::kValue)) words_[k].meaning.reset();
      return;
    }
    const Word& word = words_[j];
    const bool goes_on = IsAttribute(word) || word.IsUnknown() || word.Is(WordUse::kLink) || word.Is(WordUse::kPlain);
    // Nobody draws by itself what somebody wears.
    if (word.IsThing() && property == "worn" && !words_[i].IsPreposition()) words_[j].meaning.reset();
    if (!goes_on || word.IsPreposition() || word.lead || word.IsThing()) return;
  }
}

// "a bear with a big APPLE in its paws".
void TextWords::TakeLedBefore(size_t i) {
  size_t j = i;
  while (j-- > 0 && SameSentence(i, j) && !words_[j].IsThing())
    if (!words_[j].Is(WordUse::kPlain) && !words_[j].Is(WordUse::kLink)) return;
  if (j == kNone || !SameSentence(i, j) || ThingBefore(j) == kNone) return;
  const auto value = ValueOf(words_[j], words_[i].lead->value);
  if (!value) return;
  MeansValue(j, *value);
  words_[i].meaning = Meaning{.use = WordUse::kPlain};
  for (size_t k = j; k-- > 0 && SameClause(k, j) && (IsAttribute(words_[k]) || words_[k].Is(WordUse::kLink));)
    if (IsAttribute(words_[k])) words_[k].meaning.reset();
}

// A word states a relation where both of its ends stand in their places; else it has its other meaning.
void TextWords::Relate() {
  for (size_t i = 0; i < words_.size(); ++i) {
    if (!words_[i].relation) continue;
    const Ends ends = EndsOf(i);
    if (!ends.Found()) continue;
    MeansValue(i, *words_[i].relation);
    words_[i].subject = ends.subject;
    words_[i].other = ends.other;
    if (ends.subject < ends.other) words_[ends.other].object = true;
  }
}

TextWords::Ends TextWords::EndsOf(size_t i) const {
  if (!words_[i].chinese) return EnglishEnds(i);
  return words_[i].relation->between ? EndsBetween(i) : EndsBehind(i);
}

// "A next to B"; "next to B is A"; "A with B next to it".
TextWords::Ends TextWords::EnglishEnds(size_t i) const {
  size_t before = ThingBefore(i);
  if (before != kNone && !SameClause(before, i)) before = SameSentence(before, i) ? TopicBefore(i) : kNone;
  bool unknown = false;
  for (size_t j = i + 1; j < words_.size() && SameClause(i, j); ++j) {
    const Word& word = words_[j];
    if (word.IsPlain(kPronoun)) return EndsOfPronoun(i, j);
    if (word.IsThing()) {
      const bool apart = before == kNone || (words_[before].Kind() == word.Kind() && !SameClause(before, i));
      return {apart ? NextThingInSentence(j) : before, j};
    }
    unknown = unknown || word.IsUnknown();
    const bool goes_on = IsAttribute(word) || word.IsUnknown() || word.Is(WordUse::kPlain) || word.Is(WordUse::kLink);
    if (!goes_on || (unknown && (word.IsLink(kConjunction) || word.IsPreposition()))) break;
  }
  return {before, kNone};
}

// "behind it, a tulip"; "a lighthouse with a tulip behind it".
TextWords::Ends TextWords::EndsOfPronoun(size_t i, size_t pronoun) const {
  const bool joined = pronoun + 1 < size() && words_[pronoun + 1].IsLink(kConjunction);
  const size_t after = joined ? kNone : NextThingInClause(pronoun);
  if (after != kNone) return {after, TopicBefore(i)};
  const size_t before = ThingBefore(i);
  if (before != kNone && SameClause(before, i)) return {before, ThingBefore(before)};
  return {NextThingInSentence(pronoun), TopicBefore(i)};
}

// Chinese verbs: A看着B; 看着B的A.
TextWords::Ends TextWords::EndsBetween(size_t i) const {
  const size_t other = NextThingInClause(i);
  if (other == kNone) return {};
  if (const size_t before = SubjectInClause(i); before != kNone) return {before, other};
  if (other + 1 < size() && words_[other + 1].IsLink(kGenitive))
    if (const size_t after = NextThingInClause(other + 1); after != kNone) return {after, other};
  const size_t topic = TopicBefore(i);
  return {topic != kNone && SameSentence(topic, i) ? topic : kNone, other};
}

// A在B左边; B左边的A; B左边有A; B，它左边有A; B，后面有A.
TextWords::Ends TextWords::EndsBehind(size_t i) const {
  const size_t previous = PreviousInClause(i);
  if (previous != kNone && words_[previous].IsThing()) return EndsBehindThing(i, previous);
  const bool pronoun = previous != kNone && words_[previous].IsPlain(kPronoun);
  if (!pronoun && words_[i].Is(WordUse::kValue) && !IsRelation(words_[i])) return {};
  if (!pronoun)
    for (size_t k = i; k-- > 0 && SameClause(k, i);)
      if (!words_[k].Is(WordUse::kPlain) && !words_[k].Is(WordUse::kLink)) return {};
  const size_t topic = TopicBefore(i);
  if (topic == kNone || SameClause(topic, i) || (!pronoun && !SameSentence(topic, i))) return {};
  return {NextThingInClause(i), topic};
}

TextWords::Ends TextWords::EndsBehindThing(size_t i, size_t other) const {
  const size_t after = NextThingInClause(i), before = SubjectInClause(other);
  const bool opens = i + 1 < size() && (words_[i + 1].IsLink(kGenitive) || words_[i + 1].IsPlain(kCopula) ||
                                        words_[i + 1].IsPlain(kExistence));
  if (after != kNone && (opens || before == kNone)) return {after, other};
  if (before != kNone) return {before, other};
  const size_t topic = TopicBefore(other);
  return {topic != kNone && SameSentence(topic, i) ? topic : kNone, other};
}

// Also one for which a pronoun stands.
size_t TextWords::SubjectInClause(size_t i) const {
  for (size_t k = i; k-- > 0 && SameClause(k, i);) {
    if (words_[k].IsThing()) return k;
    if (words_[k].IsPlain(kPronoun)) return TopicBefore(k);
  }
  return kNone;
}

size_t TextWords::PreviousInClause(size_t i) const {
  size_t k = i;
  while (k-- > 0 && SameClause(k, i))
    if (!words_[k].IsLink(kGenitive)) return k;
  return kNone;
}

// Things behind a preposition, and those joined to them, when another thing stands before.
void TextWords::MarkObjects() {
  for (size_t i = 0; i < words_.size(); ++i) {
    if (!words_[i].IsThing()) continue;
    for (size_t k = i; k-- > 0 && SameClause(k, i);) {
      const Word& word = words_[k];
      if (word.IsThing()) {
        words_[i].object = words_[i].object || word.object;
        words_[i].company = words_[i].company || word.company;
        break;
      }
      if (word.IsPreposition()) {
        const size_t before = ThingBefore(k);
        words_[i].object = words_[i].object || (before != kNone && SameSentence(before, k));
        words_[i].company = words_[i].object && word.IsPlain(kCompany);
        break;
      }
      if (word.IsPlain(kCopula) || word.IsPlain(kExistence) || IsRelation(word)) break;
    }
  }
}

// A denial applies to the first thing or value after it, to the words before that thing's noun that describe it, and
// to further things or values joined by "or".
void TextWords::Deny() {
  for (size_t i = 0; i < words_.size(); ++i) {
    if (!words_[i].Is(WordUse::kDenial)) continue;
    if (words_[i].meaning->value == kBefore)
      DenyBefore(i);
    else
      DenyFrom(i + 1, words_[i].clause);
  }
}

void TextWords::DenyBefore(size_t i) {
  const size_t thing = ThingBefore(i);
  if (thing != kNone && SameSentence(thing, i)) words_[thing].denied = true;
}

void TextWords::DenyFrom(size_t i, size_t clause) {
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
    } else if (word.IsUnknown()) {
      open = false;  // it denied something unknown
    } else if (!open) {
      return;
    }
  }
}

}  // namespace diptych::plan
