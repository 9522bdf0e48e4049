#include "plan/lexicon.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/ascii.h"
#include "base/error.h"
#include "base/files.h"
#include "text/conversation.h"
#include "text/unicode.h"

namespace diptych::plan {
namespace {

constexpr std::string_view kLexiconFile = "lexicon.tsv";

struct UseName {
  std::string_view name;
  WordUse use;
  bool many;
};
constexpr std::array kUses = {UseName{"kind", WordUse::kKind, false},   UseName{"kinds", WordUse::kKind, true},
                              UseName{"near", WordUse::kNear, false},   UseName{"nears", WordUse::kNear, true},
                              UseName{"thing", WordUse::kThing, false}, UseName{"things", WordUse::kThing, true},
                              UseName{"deny", WordUse::kDenial, false}, UseName{"link", WordUse::kLink, false},
                              UseName{"lead", WordUse::kLead, false},   UseName{"trail", WordUse::kTrail, false},
                              UseName{"other", WordUse::kOther, false}, UseName{"plain", WordUse::kPlain, false}};
constexpr std::string_view kFold = "fold", kBetween = " between";

// Misspellings are looked for in words of at least this many letters; shorter words differ too little from each other.
constexpr size_t kMisspellableLetters = 5;

Meaning MeaningOf(std::string_view use, std::string_view value) {
  for (const UseName& row : kUses)
    if (row.name == use) return {.use = row.use, .value = std::string(value), .many = row.many};
  const bool between = use.ends_with(kBetween);
  if (between) use.remove_suffix(kBetween.size());
  return {.use = WordUse::kValue, .property = std::string(use), .value = std::string(value), .between = between};
}

std::string UseOf(const Meaning& meaning) {
  for (const UseName& row : kUses)
    if (row.use == meaning.use && row.many == meaning.many) return std::string(row.name);
  return meaning.property + std::string(meaning.between ? kBetween : "");
}

bool IsLetter(const text::Character& c) {
  if (c.code < 0x80) return base::IsAsciiLetter(static_cast<char>(c.code)) || (c.code >= '0' && c.code <= '9');
  return !(c.code < 0xc0 || c.code == 0xd7 || c.code == 0xf7 || (c.code >= 0x2000 && c.code <= 0x206f) ||
           (c.code >= 0x3000 && c.code <= 0x303f) || (c.code >= 0xfe00 && c.code <= 0xfe0f) ||
           (c.code >= 0xfe30 && c.code <= 0xfe4f) || (c.code >= 0xff00 && c.code <= 0xffef) || c.code == 0xfffd);
}
bool IsApostrophe(const text::Character& c) { return c.code == '\'' || c.code == 0x2019; }
// Whether the character can stand between the parts of one word or phrase.
bool Joins(const text::Character& c) { return c.code == ' ' || c.code == '-' || c.code == '\t'; }
bool EndsSentence(const text::Character& c) {
  return c.code == '.' || c.code == '!' || c.code == '?' || c.code == '\n' || c.code == 0x3002 || c.code == 0xFF01 ||
         c.code == 0xFF1F;
}
bool EndsClause(const text::Character& c) {
  return EndsSentence(c) || c.code == ',' || c.code == ';' || c.code == ':' || c.code == 0xFF0C || c.code == 0x3001 ||
         c.code == 0xFF1B || c.code == 0xFF1A || c.code == '(' || c.code == ')';
}

bool IsContent(const Meaning& meaning) {
  return meaning.use == WordUse::kKind || meaning.use == WordUse::kNear || meaning.use == WordUse::kValue;
}

bool IsEnglishWord(std::string_view phrase) {
  return std::all_of(phrase.begin(), phrase.end(), [](char c) { return base::IsAsciiLetter(c); });
}

struct Stem {
  std::string word;
  bool of_noun;  // nouns have this ending, too
};

// The forms that a word may be an inflection of: driving -> drive, running -> run, carried -> carry, rides -> ride.
std::vector<Stem> StemsOf(const std::string& word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kEndings = {{{"ies", "y"},
                                                                                       {"es", ""},
                                                                                       {"s", ""},
                                                                                       {"ied", "y"},
                                                                                       {"ed", ""},
                                                                                       {"ed", "e"},
                                                                                       {"d", ""},
                                                                                       {"ing", ""},
                                                                                       {"ing", "e"},
                                                                                       {"ly", ""}}};
  std::vector<Stem> stems;
  for (const auto& [ending, replacement] : kEndings) {
    if (word.size() <= ending.size() + 2 || !word.ends_with(ending)) continue;
    const bool of_noun = ending.ends_with('s');
    std::string stem = word.substr(0, word.size() - ending.size());
    const bool doubled = stem.size() > 2 && stem[stem.size() - 1] == stem[stem.size() - 2];
    if (doubled && replacement.empty()) stems.push_back({stem.substr(0, stem.size() - 1), of_noun});
    stems.push_back({stem.append(replacement), of_noun});
  }
  return stems;
}

// Whether the words differ by one added, missing or wrong letter, or by two exchanged neighbours.
bool IsMisspelt(std::string_view word, std::string_view right) {
  if (word.size() > right.size()) return word.size() == right.size() + 1 && IsMisspelt(right, word);
  const auto [w, r] = std::mismatch(word.begin(), word.end(), right.begin());
  const std::string_view w_rest(w, word.end()), r_rest(r, right.end());
  if (w_rest.size() + 1 == r_rest.size()) return w_rest == r_rest.substr(1);
  if (w_rest.size() != r_rest.size() || w_rest.empty()) return false;
  if (w_rest.substr(1) == r_rest.substr(1)) return true;
  return w_rest.size() > 1 && w_rest[0] == r_rest[1] && w_rest[1] == r_rest[0] && w_rest.substr(2) == r_rest.substr(2);
}

[[noreturn]] void Refuse(const std::string& file, size_t line, const std::string& what) {
  throw base::Error("lexicon", file + ", line " + std::to_string(line) + ": " + what,
                    "`diptych-train lexicon MODEL` writes the file anew.");
}

// The three columns of a line.
std::array<std::string_view, 3> ColumnsOf(std::string_view line, const std::string& file, size_t number) {
  const size_t one = line.find('\t'), two = one == line.npos ? one : line.find('\t', one + 1);
  if (two == line.npos || line.find('\t', two + 1) != line.npos)
    Refuse(file, number, "it must hold a phrase, a use and a value, with tabs between.");
  return {line.substr(0, one), line.substr(one + 1, two - one - 1), line.substr(two + 1)};
}

}  // namespace

bool IsNoun(const Meaning& meaning) {
  return meaning.use == WordUse::kKind || meaning.use == WordUse::kNear || meaning.use == WordUse::kThing;
}

// A word of letters, a number, or a Han character.
struct Lexicon::Unit {
  std::string folded;
  TextSpan bytes;
  bool han = false;
  bool joined = false;  // to the one before it: they may be parts of one phrase
  size_t clause = 0, sentence = 0;
};

Lexicon::Lexicon(std::vector<LexiconEntry> entries, std::map<std::string, std::string> simplified)
    : entries_(std::move(entries)), simplified_(std::move(simplified)) {
  for (const LexiconEntry& entry : entries_) {
    std::string key;
    const std::vector<Unit> units = UnitsOf(entry.phrase);
    for (const Unit& unit : units) key += (key.empty() || unit.han ? "" : " ") + unit.folded;
    longest_ = std::max(longest_, units.size());
    std::vector<Meaning>& meanings = meanings_[key];
    if (std::find(meanings.begin(), meanings.end(), entry.meaning) == meanings.end()) meanings.push_back(entry.meaning);
    if (IsContent(entry.meaning) && key.size() >= kMisspellableLetters && IsEnglishWord(key))
      misspellable_[key.size()].push_back(key);
  }
}

Lexicon Lexicon::Parse(std::string_view text, const std::string& file) {
  std::vector<LexiconEntry> entries;
  std::map<std::string, std::string> simplified;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const auto [phrase, use, value] = ColumnsOf(line, file, number);
    if (text::RepairUtf8(line) != line) Refuse(file, number, "it is no UTF-8.");
    if (phrase.empty() || use.empty()) Refuse(file, number, "its phrase or its use is empty.");
    const Meaning meaning = MeaningOf(use, value);
    const bool needs_value = use == kFold || meaning.use == WordUse::kKind || meaning.use == WordUse::kNear;
    if (needs_value && value.empty()) Refuse(file, number, "its value is empty.");
    if (use == kFold)
      simplified.emplace(phrase, value);
    else
      entries.push_back({.phrase = std::string(phrase), .meaning = meaning});
  }
  return {std::move(entries), std::move(simplified)};
}

std::optional<Lexicon> Lexicon::Load(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kLexiconFile;
  if (!std::filesystem::exists(file)) return {};
  return Parse(base::ReadFile(file), file.string());
}

std::string Lexicon::Text() const {
  std::string text;
  for (const auto& [from, to] : simplified_) text += from + '\t' + std::string(kFold) + '\t' + to + '\n';
  for (const LexiconEntry& entry : entries_)
    text += entry.phrase + '\t' + UseOf(entry.meaning) + '\t' + entry.meaning.value + '\n';
  return text;
}

std::vector<Lexicon::Unit> Lexicon::UnitsOf(std::string_view text) const {
  std::vector<Unit> units;
  size_t at = 0, clause = 0, sentence = 0;
  bool joined = true, in_word = false;
  const std::vector<text::Character> characters = text::CharactersOf(text);
  for (size_t i = 0; i < characters.size(); at += characters[i++].bytes.size()) {
    const text::Character& c = characters[i];
    const bool han = text::IsHan(c.code) && c.code > 0x3007;
    const bool inner = in_word && IsApostrophe(c) && i + 1 < characters.size() && IsLetter(characters[i + 1]) &&
                       !text::IsHan(characters[i + 1].code);
    if (!han && !IsLetter(c) && !inner) {
      in_word = false;
      joined = joined && Joins(c);
      sentence += EndsSentence(c);
      clause += EndsClause(c);
      continue;
    }
    if (!in_word || han) {
      units.push_back({.folded = {},
                       .bytes = {at, at},
                       .han = han,
                       .joined = joined && !units.empty(),
                       .clause = clause,
                       .sentence = sentence});
      joined = true;
    }
    in_word = !han;
    units.back().bytes.last = at + c.bytes.size();
    const auto simple = simplified_.find(std::string(c.bytes));
    units.back().folded += inner ? "'" : simple != simplified_.end() ? simple->second : text::SmallLetter(c);
  }
  for (Unit& unit : units)
    if (unit.folded.ends_with("'s") && unit.folded != "it's") {
      unit.folded.resize(unit.folded.size() - 2);
      unit.bytes.last -= 2;
    }
  return units;
}

const std::vector<Meaning>* Lexicon::Find(const std::string& phrase) const {
  const auto found = meanings_.find(phrase);
  return found == meanings_.end() ? nullptr : &found->second;
}

// No form of a noun ends as verbs and adverbs do: "boxing" is no box.
std::vector<Meaning> Lexicon::Inflected(const std::string& word) const {
  for (const Stem& stem : StemsOf(word)) {
    const std::vector<Meaning>* found = Find(stem.word);
    if (found == nullptr) continue;
    std::vector<Meaning> meanings = *found;
    if (!stem.of_noun) std::erase_if(meanings, IsNoun);
    for (Meaning& meaning : meanings) meaning.many = meaning.many || IsNoun(meaning);
    if (!meanings.empty()) return meanings;
  }
  return {};
}

std::vector<Meaning> Lexicon::Guess(const std::string& word, std::string* corrected) const {
  if (std::vector<Meaning> inflected = Inflected(word); !inflected.empty()) return inflected;
  if (corrected == nullptr || word.size() + 1 < kMisspellableLetters || !IsEnglishWord(word)) return {};
  const std::vector<Meaning>* only = nullptr;
  for (size_t size = word.size() - 1; size <= word.size() + 1; ++size) {
    const auto words = misspellable_.find(size);
    if (words == misspellable_.end()) continue;
    for (const std::string& right : words->second) {
      if (right[0] != word[0] || !IsMisspelt(word, right)) continue;
      const std::vector<Meaning>* found = Find(right);
      if (only != nullptr && found->front().value != only->front().value) {
        corrected->clear();
        return {};
      }
      if (only != nullptr) continue;
      only = found;
      *corrected = right;
    }
  }
  return only == nullptr ? std::vector<Meaning>{} : *only;
}

// Cuts a text into mentions. Of all ways to cut it takes the one with the fewest unknown words, among those the one
// with the fewest phrases, and among those the one whose first phrases are longest.
class Lexicon::Reader {
 public:
  Reader(const Lexicon& lexicon, std::string_view text, Spelling spelling)
      : lexicon_(lexicon), spelling_(spelling), units_(lexicon.UnitsOf(text)) {}

  std::vector<Mention> Read() {
    CutAll();
    for (size_t at = 0; at < units_.size(); at += cuts_[at].length) {
      if (cuts_[at].meanings != nullptr)
        Add(at, at + cuts_[at].length, *cuts_[at].meanings);
      else
        AddUnknown(at);
    }
    return std::move(mentions_);
  }

 private:
  // The best way to cut the text from a unit to its end, described by the length of its first phrase in units.
  struct Cut {
    size_t length = 1;
    const std::vector<Meaning>* meanings = nullptr;  // null: the unit is unknown
    size_t cost = 0;
  };
  // One unknown unit costs more than all phrases of a text.
  static constexpr size_t kUnknownCost = 1000;

  void CutAll() {
    cuts_.assign(units_.size() + 1, {});
    for (size_t at = units_.size(); at-- > 0;) {
      cuts_[at] = {.length = 1, .meanings = nullptr, .cost = kUnknownCost + cuts_[at + 1].cost};
      std::string phrase;
      for (size_t i = at; i < units_.size() && i < at + lexicon_.longest_ && (i == at || units_[i].joined); ++i) {
        phrase += (phrase.empty() || units_[i].han ? "" : " ") + units_[i].folded;
        const std::vector<Meaning>* meanings = lexicon_.Find(phrase);
        if (meanings != nullptr && 1 + cuts_[i + 1].cost <= cuts_[at].cost)
          cuts_[at] = {.length = i + 1 - at, .meanings = meanings, .cost = 1 + cuts_[i + 1].cost};
      }
    }
  }

  void Add(size_t first, size_t last, std::vector<Meaning> meanings) {
    mentions_.push_back({.words = {units_[first].bytes.first, units_[last - 1].bytes.last},
                         .meanings = std::move(meanings),
                         .clause = units_[first].clause,
                         .sentence = units_[first].sentence});
    unknown_han_ = false;
  }

  void AddUnknown(size_t at) {
    const Unit& unit = units_[at];
    if (unit.han && unknown_han_ && unit.joined) {
      mentions_.back().words.last = unit.bytes.last;
      return;
    }
    std::string corrected;
    Add(at, at + 1,
        unit.han ? std::vector<Meaning>{}
                 : lexicon_.Guess(unit.folded, spelling_ == Spelling::kExact ? nullptr : &corrected));
    mentions_.back().corrected = corrected;
    unknown_han_ = unit.han;
  }

  const Lexicon& lexicon_;
  Spelling spelling_;
  std::vector<Unit> units_;
  std::vector<Cut> cuts_;  // by their first unit, and one for the end
  std::vector<Mention> mentions_;
  bool unknown_han_ = false;  // the last mention is unknown Chinese, and the next unknown character joins it
};

std::vector<Mention> Lexicon::Read(std::string_view text, Spelling spelling) const {
  return Reader(*this, text, spelling).Read();
}

namespace {

// The nearest kind that a mention names, when that is its only meaning.
const Meaning* NearKind(const Mention& mention) {
  const bool near = !mention.meanings.empty() && mention.meanings.front().use == WordUse::kNear;
  return near ? &mention.meanings.front() : nullptr;
}

bool BeginsWithVowel(std::string_view word) {
  return !word.empty() && std::string_view("aeiou").find(word[0]) != std::string_view::npos;
}

// After a word was replaced: makes the article before it "a" before a consonant and "an" before a vowel.
void FitArticle(std::string& before, std::string_view word) {
  const bool vowel = BeginsWithVowel(word);
  const auto ends_with_word = [&before](std::string_view article) {
    return before.ends_with(article) &&
           (before.size() == article.size() || !base::IsAsciiLetter(before[before.size() - article.size() - 1]));
  };
  if (vowel && ends_with_word("a ")) before.insert(before.size() - 1, "n");
  if (!vowel && ends_with_word("an ")) before.erase(before.size() - 2, 1);
}

// Lower case, except the first letter of a sentence and "I".
std::string SentenceCase(std::string_view text) {
  std::string result;
  bool begins = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto letter = [&text](size_t at) { return at < text.size() && base::IsAsciiLetter(text[at]); };
    const bool alone = c == 'I' && !letter(i + 1) && (i == 0 || !letter(i - 1));
    result += begins || alone ? c : base::AsciiLower(c);
    if (base::IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0x80) begins = false;
    if (c == '.' || c == '!' || c == '?' || c == '\n') begins = true;
  }
  return result;
}

}  // namespace

std::string Lexicon::ForModel(std::string_view text) const {
  std::string simplified;
  for (const text::Character& c : text::CharactersOf(text)) {
    const auto simple = simplified_.find(std::string(c.bytes));
    simplified += simple == simplified_.end() ? c.bytes : std::string_view(simple->second);
  }
  std::string result;
  size_t done = 0;
  for (const Mention& mention : Read(simplified)) {
    const Meaning* near = NearKind(mention);
    std::string word = mention.corrected;
    if (near != nullptr)
      word = WordOf(near->value, near->many,
                    IsChinese(simplified.substr(mention.words.first, mention.words.last - mention.words.first)));
    if (word.empty()) continue;
    result += simplified.substr(done, mention.words.first - done);
    FitArticle(result, word);
    result += word;
    done = mention.words.last;
  }
  return SentenceCase(result + simplified.substr(done));
}

std::string Lexicon::WordOf(std::string_view kind, bool many, bool chinese) const {
  for (const LexiconEntry& entry : entries_) {
    const Meaning& meaning = entry.meaning;
    if (meaning.use == WordUse::kKind && meaning.value == kind && IsChinese(entry.phrase) == chinese &&
        (chinese || meaning.many == many))
      return entry.phrase;
  }
  return {};
}

std::string Lexicon::NounFor(std::string_view kind, bool many, bool chinese) const {
  const std::string word = WordOf(kind, many, chinese);
  return word.empty() ? std::string(kind) : word;
}

std::string Lexicon::PhraseOf(std::string_view property, std::string_view value) const {
  for (const LexiconEntry& entry : entries_)
    if (entry.meaning.use == WordUse::kValue && entry.meaning.property == property && entry.meaning.value == value &&
        !IsChinese(entry.phrase))
      return entry.phrase;
  return {};
}

std::vector<std::string> Lexicon::kinds() const {
  std::vector<std::string> kinds;
  std::set<std::string_view> seen;
  for (const LexiconEntry& entry : entries_)
    if (entry.meaning.use == WordUse::kKind && seen.insert(entry.meaning.value).second)
      kinds.push_back(entry.meaning.value);
  return kinds;
}

bool IsChinese(std::string_view phrase) { return text::LanguageOf(phrase) == text::Language::kChinese; }

}  // namespace diptych::plan
