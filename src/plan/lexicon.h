// A lexicon: what words and phrases of English and Chinese mean in the plan language. It is data of a model's folder
// (lexicon.tsv), made from the words of the world that the model has learnt, and read without the model.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::plan {

// Bytes [first, last) of a text.
struct TextSpan {
  size_t first = 0, last = 0;
  bool operator==(const TextSpan&) const = default;
};

// Whether words that the lexicon lacks may be misspellings of words that it has.
enum class Spelling { kOfPeople, kExact };

enum class WordUse {
  kKind,    // a kind of subject: "bus", "lorries"
  kNear,    // a thing of which the nearest known kind is `value`: "jeep"
  kThing,   // a thing that is no kind and near to none: "glacier"
  kValue,   // a value of a property: "blue", "at sunset"
  kDenial,  // what follows is denied: "no", "without"
  kLink,    // may stand between a thing and what is said of it: "and", "very", measure words
  kLead,    // before a thing that is a value of a property: "holding", "wearing"
  kTrail,   // the same behind the thing: "in its paws"
  kOther,   // means something that no fact says: "rusty"
  kPlain    // says nothing that a picture could show: "the", "please"
};

struct Meaning {
  WordUse use = WordUse::kPlain;
  std::string property{};  // of kValue: "colour"
  std::string value{};     // of kKind and kNear the kind; of kValue "blue", empty: that there is such a thing; of
                           // kDenial "before" where the denied thing stands before it; of kLink "and", "but" or 的
                           // ("of"); of kLead and kTrail the property; of kPlain what the word does: "is", before what
                           // is said of a thing, "has", before a thing that is there, "at", before a thing that tells
                           // where another is, "it", in place of a thing
  bool many = false;       // of kKind, kNear and kThing: the word stands for several
  bool between = false;  // of a Chinese relation: it stands between the things, as a verb does; else behind the second
  bool operator==(const Meaning&) const = default;
};

// Whether it is a thing's name, known or not.
bool IsNoun(const Meaning& meaning);

struct LexiconEntry {
  std::string phrase;  // in small letters, simplified characters, single spaces; "playing the ukulele"
  Meaning meaning;
  bool operator==(const LexiconEntry&) const = default;
};

// A word or phrase found in a text.
struct Mention {
  TextSpan words;
  std::vector<Meaning> meanings{};  // empty: the lexicon does not know it
  std::string corrected{};          // what a misspelt word was taken for; empty: it is spelt as the lexicon has it
  size_t clause = 0, sentence = 0;  // numbers, from 0, of the clause and the sentence that it is in
};

// Const after construction, safe to share between threads.
class Lexicon {
 public:
  // `simplified`: traditional Chinese characters with the simplified ones that stand for them.
  Lexicon(std::vector<LexiconEntry> entries, std::map<std::string, std::string> simplified);
  // The text of a lexicon.tsv; `file` stands in messages. A line holds phrase, use and value, with tabs between. Uses
  // are kind, kinds (several), near, nears, thing, things, deny, link, lead, trail, other, plain, fold (a traditional
  // character and its simplified one), and all others are names of properties, with " between" after that of a relation
  // between whose ends the phrase stands. Error names file and line.
  static Lexicon Parse(std::string_view text, const std::string& file);
  // FOLDER/lexicon.tsv; nothing when the model has none.
  static std::optional<Lexicon> Load(const std::filesystem::path& folder);
  std::string Text() const;

  // The words of a text in their order, grouped into phrases so that as few words as possible are unknown. A word that
  // the lexicon lacks is tried as an inflection ("rides") and, in people's texts, as a misspelling by one letter
  // ("elefant"). A run of unknown Chinese characters is one mention. Unknown numbers are mentions too; punctuation and
  // signs are not.
  std::vector<Mention> Read(std::string_view text, Spelling spelling = Spelling::kOfPeople) const;

  // The text rewritten as a model reads it best: lower case but for the first letter of a sentence, simplified
  // characters, misspelt words corrected, and a thing that is not known replaced by its nearest known kind.
  std::string ForModel(std::string_view text) const;

  // The everyday word for a kind: "bus", "buses", 公交车. Empty when the lexicon has no word in that language.
  std::string WordOf(std::string_view kind, bool many, bool chinese) const;
  // The same; the kind itself where there is none.
  std::string NounFor(std::string_view kind, bool many, bool chinese) const;
  // The everyday English words for a value: "playing the ukulele", "at sunset". Empty when there are none.
  std::string PhraseOf(std::string_view property, std::string_view value) const;
  // The kinds that it has words for, in the order of the file, each once.
  std::vector<std::string> kinds() const;
  const std::vector<LexiconEntry>& entries() const { return entries_; }

 private:
  struct Unit;
  class Reader;
  std::vector<Unit> UnitsOf(std::string_view text) const;
  const std::vector<Meaning>* Find(const std::string& phrase) const;
  // The meanings of an unknown word read as an inflection or, where `corrected` is given, as a misspelling, of which it
  // gets the right form.
  std::vector<Meaning> Guess(const std::string& word, std::string* corrected) const;
  std::vector<Meaning> Inflected(const std::string& word) const;

  std::vector<LexiconEntry> entries_;
  std::map<std::string, std::string> simplified_;
  std::map<std::string, std::vector<Meaning>, std::less<>> meanings_;
  std::map<size_t, std::vector<std::string>> misspellable_;  // single English words of content, by their length
  size_t longest_ = 1;                                       // the units of the longest phrase
};

// Whether a phrase is Chinese rather than English: it holds a Han character. So "X光片" is.
bool IsChinese(std::string_view phrase);

}  // namespace diptych::plan
