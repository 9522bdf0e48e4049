#include "world/narrative_reader.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "base/ascii.h"
#include "world/facts.h"
#include "world/grammar.h"
#include "world/words.h"

namespace diptych::world {
namespace {

// A fact and the sentence that states it.
struct PlacedFact {
  size_t sentence = 0;
  plan::Fact fact;
  bool operator==(const PlacedFact&) const = default;
};

// A text cut into sentences, with all of it as the grammar reads it.
struct CutText {
  std::vector<std::string> sentences;
  std::string normal;
  std::vector<size_t> begins, ends;  // of each sentence in `normal`

  size_t SentenceAt(size_t position) const {
    const auto after = std::upper_bound(ends.begin(), ends.end(), position);
    return std::min<size_t>(static_cast<size_t>(after - ends.begin()), ends.size() - 1);
  }
};

bool IsSpace(char c) { return std::string_view(" \n\t\r").find(c) != std::string_view::npos; }

// Bytes of the mark that ends a sentence at the beginning of the text, with the quotation mark behind it; 0 where none
// does. "Which bell?" he asks: a quotation that the sentence goes on after ends nothing.
size_t EndMark(std::string_view text) {
  for (std::string_view mark : {"。”", "！”", "？”", "。", "！", "？"}) {
    if (text.starts_with(mark)) return mark.size();
  }
  const bool is_mark = text.starts_with('.') || text.starts_with('!') || text.starts_with('?');
  if (!is_mark) return 0;
  if (text.size() == 1 || IsSpace(text[1])) return 1;
  if (text[1] != '"') return 0;
  const bool goes_on = text.size() > 3 && !base::IsAsciiCapital(text[3]) && text[3] != '"';
  return goes_on ? 0 : 2;
}

CutText Cut(std::string_view text) {
  CutText cut;
  const auto add = [&cut](std::string_view sentence) {
    const size_t first = sentence.find_first_not_of(" \n\t\r"), last = sentence.find_last_not_of(" \n\t\r");
    if (first == sentence.npos) return;
    cut.sentences.emplace_back(sentence.substr(first, last + 1 - first));
    // Normalise drops the space behind a stop, but not that behind a quotation.
    if (cut.normal.ends_with('"')) cut.normal += ' ';
    cut.begins.push_back(cut.normal.size());
    cut.normal += Normalise(cut.sentences.back());
    cut.ends.push_back(cut.normal.size());
  };
  for (size_t at = 0; at < text.size();) {
    const size_t mark = EndMark(text.substr(at));
    at += std::max<size_t>(mark, 1);
    if (mark == 0) continue;
    add(text.substr(0, at));
    text.remove_prefix(at);
    at = 0;
  }
  add(text);
  return cut;
}

// Spaces, commas and capitals as in the texts of the world.
bool IsWellSpelled(const std::string& sentence, bool capitalise) {
  if (Tidy(sentence, capitalise) != sentence) return false;
  for (size_t i = 0; i + 1 < sentence.size(); ++i) {
    if (IsStop(sentence[i]) && sentence[i + 1] != ' ' && sentence[i + 1] != '"') return false;
  }
  return true;
}

// The settings with the first and the last of the values that are still open.
struct Extremes {
  Setting first, last;
};

Extremes ExtremesOf(const OpenSetting& open) {
  const auto first = [](const ValueBits& mask) { return static_cast<uint16_t>(mask.First()); };
  const auto last = [](const ValueBits& mask) { return static_cast<uint16_t>(mask.Last()); };
  Extremes both;
  for (int property = 0; property < kMaxProperties; ++property) {
    const auto i = static_cast<size_t>(property);
    both.first.scene[i] = first(open.scene(property));
    both.last.scene[i] = last(open.scene(property));
    for (int who = 0; who < kMaxSubjects; ++who) {
      both.first.subjects[static_cast<size_t>(who)][i] = first(open.subject(who, property));
      both.last.subjects[static_cast<size_t>(who)][i] = last(open.subject(who, property));
    }
  }
  return both;
}

// The facts that one derivation states: those that are the same with the first and with the last of the open values.
std::vector<PlacedFact> FactsOfDerivation(const Derivation& derivation, const CutText& cut) {
  const Extremes open = ExtremesOf(derivation.open);
  std::vector<PlacedFact> facts;
  for (const PlacedStatement& placed : derivation.statements) {
    const std::vector<plan::Fact> others = FactsOfStatements(open.last, {placed.statement});
    for (plan::Fact& fact : FactsOfStatements(open.first, {placed.statement})) {
      if (std::find(others.begin(), others.end(), fact) == others.end()) continue;
      PlacedFact one{.sentence = cut.SentenceAt(placed.position), .fact = std::move(fact)};
      if (std::find(facts.begin(), facts.end(), one) == facts.end()) facts.push_back(std::move(one));
    }
  }
  return facts;
}

// The facts that all derivations state.
std::vector<PlacedFact> CertainFacts(const std::vector<Derivation>& derivations, const CutText& cut) {
  std::vector<PlacedFact> facts = FactsOfDerivation(derivations.front(), cut);
  for (size_t i = 1; i < derivations.size(); ++i) {
    const std::vector<PlacedFact> others = FactsOfDerivation(derivations[i], cut);
    std::erase_if(facts, [&others](const PlacedFact& fact) {
      return std::find(others.begin(), others.end(), fact) == others.end();
    });
  }
  return facts;
}

// The subjects mentioned so far, to which pronouns refer.
class Discourse {
 public:
  // Gives each subject that is named by a pronoun alone the kinds of the last mention that fits. Returns the number of
  // the earliest mention used (larger: more recent), kNobody if a pronoun fits none, kNoPronoun if there is none.
  int Resolve(Derivation& derivation) const {
    int recency = kNoPronoun;
    for (int who = 0; who < kMaxSubjects; ++who) {
      ValueBits& kinds = derivation.open.masks[OpenSetting::SubjectSlot(who, kKind)];
      if (!IsStatedOf(derivation, who) || kinds.First() == kinds.Last()) continue;
      const auto fits = [&](const Mention& mention) {
        return mention.kinds.Meets(kinds) && mention.counts.Meets(derivation.open.subject(who, kCount)) &&
               mention.forms.Meets(derivation.open.subject(who, kForm));
      };
      const auto found = std::find_if(mentions_.rbegin(), mentions_.rend(), fits);
      if (found == mentions_.rend()) return kNobody;
      kinds = kinds.And(found->kinds);
      recency = std::min(recency, static_cast<int>(mentions_.rend() - found));
    }
    return recency;
  }

  // Keeps the derivations whose pronouns refer to the most recent mentions.
  void Resolve(std::vector<Derivation>& derivations) const {
    std::vector<Derivation> best;
    int best_recency = kNobody;
    for (Derivation& derivation : derivations) {
      const int recency = Resolve(derivation);
      if (recency > best_recency) best.clear();
      best_recency = std::max(recency, best_recency);
      if (recency == best_recency) best.push_back(std::move(derivation));
    }
    derivations = std::move(best);
  }

  void Remember(const Derivation& derivation) {
    for (const PlacedStatement& placed : derivation.statements) {
      if (placed.statement.what != kAboutKind) continue;
      const int who = placed.statement.subject;
      mentions_.push_back({.kinds = derivation.open.subject(who, kKind),
                           .counts = derivation.open.subject(who, kCount),
                           .forms = derivation.open.subject(who, kForm)});
    }
  }

 private:
  static constexpr int kNobody = 0, kNoPronoun = std::numeric_limits<int>::max();
  struct Mention {
    ValueBits kinds, counts, forms;
  };

  static bool IsStatedOf(const Derivation& derivation, int who) {
    return std::any_of(derivation.statements.begin(), derivation.statements.end(),
                       [who](const PlacedStatement& placed) { return placed.statement.subject == who; });
  }

  std::vector<Mention> mentions_;
};

void AddFact(std::vector<plan::Fact>& facts, const plan::Fact& fact) {
  if (std::find(facts.begin(), facts.end(), fact) == facts.end()) facts.push_back(fact);
}

// Reads one text, and holds what was found in it so far.
class TextReader {
 public:
  TextReader(const Grammar& grammar, std::string_view text) : grammar_(grammar), cut_(Cut(text)) {
    for (const std::string& sentence : cut_.sentences) text_.sentences.push_back({.text = sentence, .facts = {}});
  }

  // Reads the text as one of the rule; false when it is none.
  bool ReadWhole(int rule, int focus) {
    if (cut_.sentences.empty()) return false;
    const std::vector<Derivation> derivations = grammar_.Parse(
        {.text = cut_.normal, .rules = {&rule, 1}, .ends = std::span(cut_.ends).last(1), .focus = focus});
    if (derivations.empty()) return false;
    text_.whole = true;
    for (ReadSentence& sentence : text_.sentences) sentence.grammatical = true;
    AddCertainFacts(derivations);
    return true;
  }

  // Sentence by sentence; one that no part produces is skipped.
  void ReadSentences(std::span<const int> parts) {
    for (size_t sentence = 0; sentence < cut_.sentences.size();) sentence = ReadFrom(parts, sentence);
  }

  // The result, with its spelling checked; `capitalise` as for Tidy. Called once, last.
  ReadText Take(bool capitalise) {
    plan::DropBareKeys(text_.facts);
    for (ReadSentence& sentence : text_.sentences) {
      plan::DropBareKeys(sentence.facts);
      sentence.grammatical = sentence.grammatical && IsWellSpelled(sentence.text, capitalise);
    }
    return std::move(text_);
  }

 private:
  // Returns the sentence after what was read: a line of the files may hold more than one.
  size_t ReadFrom(std::span<const int> parts, size_t sentence) {
    constexpr size_t kMostTogether = 8;  // as many as a whole story of the tales has
    const size_t together = std::min(kMostTogether, cut_.ends.size() - sentence);
    std::vector<Derivation> derivations = grammar_.Parse({.text = cut_.normal,
                                                          .rules = parts,
                                                          .begin = cut_.begins[sentence],
                                                          .ends = std::span(cut_.ends).subspan(sentence, together)});
    if (derivations.empty()) return sentence + 1;
    size_t end = 0;
    for (const Derivation& derivation : derivations) end = std::max(end, derivation.end);
    std::erase_if(derivations, [end](const Derivation& derivation) { return derivation.end < end; });
    discourse_.Resolve(derivations);
    AddCertainFacts(derivations);
    discourse_.Remember(derivations.front());
    const size_t next = cut_.SentenceAt(end - 1) + 1;
    for (size_t i = sentence; i < next; ++i) text_.sentences[i].grammatical = true;
    return next;
  }

  void AddCertainFacts(const std::vector<Derivation>& derivations) {
    for (const PlacedFact& one : CertainFacts(derivations, cut_)) {
      AddFact(text_.sentences[one.sentence].facts, one.fact);
      AddFact(text_.facts, one.fact);
    }
  }

  const Grammar& grammar_;
  const CutText cut_;
  Discourse discourse_;
  ReadText text_;
};

// What yields the sentences of a narrative, and of "told" where the files have it: sentences that may stand beside
// them.
std::vector<int> PartsOfNarratives(const Grammar& grammar, int narrative) {
  std::vector<int> parts = grammar.PartsOf(narrative);
  if (!grammar.Knows("told")) return parts;
  for (const int part : grammar.PartsOf(grammar.Find("told")))
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
  return parts;
}

}  // namespace

NarrativeReader::NarrativeReader(const Words& words) {
  for (text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
    const Grammar& grammar = words.GrammarOf(language);
    const int narrative = grammar.Find("narrative");
    rules_[static_cast<size_t>(language)] = {.grammar = &grammar,
                                             .narrative = narrative,
                                             .prompt = grammar.Find("prompt"),
                                             .parts = PartsOfNarratives(grammar, narrative)};
  }
}

ReadText NarrativeReader::Read(std::string_view narrative, text::Language language) const {
  const LanguageRules& rules = RulesOf(language);
  TextReader reader(*rules.grammar, narrative);
  if (!reader.ReadWhole(rules.narrative, /*focus=*/0)) reader.ReadSentences(rules.parts);
  return reader.Take(/*capitalise=*/true);
}

ReadText NarrativeReader::ReadPrompt(std::string_view prompt, text::Language language) const {
  const LanguageRules& rules = RulesOf(language);
  TextReader reader(*rules.grammar, prompt);
  for (int focus = 0; focus < kMaxSubjects; ++focus) {
    if (reader.ReadWhole(rules.prompt, focus)) break;
  }
  return reader.Take(/*capitalise=*/false);
}

namespace {

void AddToError(const plan::Plan& plan, const Narrative& narrative, const ReadText& read, ReaderError& error) {
  const std::vector<plan::Fact> truth = plan::FactsOf(plan);
  const auto of = [&error](const plan::Fact& fact) -> ReaderError::OfTopic& {
    return error.topics[TopicOf(fact).value()];
  };
  for (const plan::Fact& fact : narrative.facts) {
    ++of(fact).stated;
    of(fact).found += std::find(read.facts.begin(), read.facts.end(), fact) != read.facts.end();
  }
  for (const plan::Fact& fact : read.facts) of(fact).untrue += !plan::Contains(truth, fact);
  ++error.texts;
  error.whole += read.whole;
  error.sentences += static_cast<int>(read.sentences.size());
  error.ungrammatical += static_cast<int>(std::count_if(read.sentences.begin(), read.sentences.end(),
                                                        [](const ReadSentence& one) { return !one.grammatical; }));
}

}  // namespace

ReaderError MeasureReader(const Words& words, std::span<const Scene> scenes) {
  constexpr uint64_t kStream = 0x4EAD;
  const NarrativeReader reader(words);
  ReaderError error;
  for (const Scene& scene : scenes) {
    const plan::Plan plan = words.PlanOf(scene);
    for (text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
      base::Random random(scene.seed, kStream + static_cast<uint64_t>(language));
      const Narrative narrative = words.MakeStatedNarrative(scene, language, random);
      AddToError(plan, narrative, reader.Read(narrative.text, language), error);
    }
  }
  return error;
}

std::string WriteReaderError(const ReaderError& error) {
  const auto number = [](int value) { return std::to_string(value); };
  std::string text = number(error.texts) + " narratives, " + number(error.whole) + " read whole; " +
                     number(error.sentences) + " sentences, " + number(error.ungrammatical) + " not grammatical.\n\n" +
                     "| topic | stated | read | untrue |\n| --- | ---: | ---: | ---: |\n";
  for (size_t i = 0; i < error.topics.size(); ++i) {
    const ReaderError::OfTopic& one = error.topics[i];
    text += std::string("| ") + kTopicNames[i] + " | " + number(one.stated) + " | " + number(one.found) + " | " +
            number(one.untrue) + " |\n";
  }
  return text;
}

}  // namespace diptych::world
