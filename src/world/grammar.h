// A small phrase grammar in text files: rules with weighted, conditional alternatives, expanded at random into a text
// or searched for the ways in which a text came about. Knows nothing of the words or of the scene; see words/README.md
// for the form of the files.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.h"

namespace diptych::world {

inline constexpr int kMaxProperties = 20, kMaxSubjects = 5;
// The subject that a slot or condition is about, if it is not given by its index: the one in focus, or its neighbour.
inline constexpr int kFocus = -1, kOther = -2;
inline constexpr char kArticle = '\x01';  // {a}, until the word after it is known
inline constexpr char kCapital = '\x02';  // {capital}, before the word that begins with one
// Is the first word of a text spoken with a vowel, so that it takes "an": "apple", "hour", not "unicorn"?
bool BeginsWithVowelSound(std::string_view text);
// Punctuation that has no space or comma before it.
constexpr bool IsStop(char c) { return std::string_view(",.;:!?").find(c) != std::string_view::npos; }

// What a condition such as [hour=dawn/noon] or [count=one] may ask for. A property without "=" asks for any value but
// "no", or the first where there is none.
struct Property {
  // Several values under one name, which conditions may use like a value: "indoors" for every ground that is a room.
  struct Group {
    std::string name;
    std::vector<std::string> values;
  };
  std::string name;
  std::vector<std::string> values;
  std::vector<Group> groups{};
};

// A set of values of one property, a bit each. Bits beyond the last value are 0.
class ValueBits {
 public:
  ValueBits() = default;
  static ValueBits Of(size_t value);
  // Of a property with so many values.
  static ValueBits All(size_t values);

  bool Has(size_t value) const { return value / 64 < words_.size() && (words_[value / 64] >> value % 64 & 1) != 0; }
  void Add(size_t value);
  bool Empty() const;
  // The smallest and the largest value; not of an empty set.
  size_t First() const;
  size_t Last() const;
  bool Meets(const ValueBits& other) const;
  ValueBits And(const ValueBits& other) const;
  ValueBits Without(const ValueBits& other) const;
  void Join(const ValueBits& other);
  std::span<const uint64_t> words() const { return words_; }
  bool operator==(const ValueBits& other) const;

 private:
  std::vector<uint64_t> words_;
};

// Stands for a subject's grammatical number where a property is asked for: value 0 is one thing, 1 several.
inline constexpr int kGrammaticalNumber = kMaxProperties;

// A property of a subject whose value leaves another one only some values.
struct Dependency {
  int from = 0, to = 0;            // indices into GrammarTerms::subject
  std::vector<ValueBits> allowed;  // for each value of `from` those of `to`
};

// All that conditions and statements may name.
struct GrammarTerms {
  std::vector<Property> scene, subject;    // at most kMaxProperties each
  std::vector<std::string> statements;     // what a rule may state: "colour states colour:"
  std::vector<Dependency> dependencies{};  // for parsing; expanding takes the setting as it is
};

// The values of one scene, as indices into Property::values.
struct Setting {
  std::array<uint16_t, kMaxProperties> scene{};
  std::array<std::array<uint16_t, kMaxProperties>, kMaxSubjects> subjects{};
  bool plural[kMaxSubjects] = {};  // chooses in {is/are}
};

struct Statement {
  int what = 0;     // index into GrammarTerms::statements
  int subject = 0;  // the subject in focus when it was stated
};

struct Expansion {
  std::string text;
  std::vector<Statement> statements;
};

// The scenes that fit a text: for each property the set of values that it may have.
struct OpenSetting {
  static constexpr int kSubjectSlots = kMaxProperties + 1;  // with kGrammaticalNumber
  static constexpr int kSlots = kMaxProperties + kMaxSubjects * kSubjectSlots;
  static constexpr size_t SceneSlot(int property) { return static_cast<size_t>(property); }
  static constexpr size_t SubjectSlot(int who, int property) {
    return static_cast<size_t>(kMaxProperties + who * kSubjectSlots + property);
  }

  const ValueBits& scene(int property) const { return masks[SceneSlot(property)]; }
  const ValueBits& subject(int who, int property) const { return masks[SubjectSlot(who, property)]; }

  std::array<ValueBits, kSlots> masks{};
};

struct PlacedStatement {
  Statement statement;
  size_t position = 0;  // in the text, where the words of it begin
};

// A derivation of a text: one way in which the rules can have produced it.
struct Derivation {
  size_t end = 0;  // what was read of the text
  OpenSetting open;
  std::vector<PlacedStatement> statements;
};

struct ParseRequest {
  std::string_view text;         // of the form that Normalise gives
  std::span<const int> rules;    // any of them may have yielded it
  size_t begin = 0;              // where it begins
  std::span<const size_t> ends;  // where it may end, rising
  int focus = 0;                 // the subject in focus
  int most_derivations = 32;     // the search stops after so many
  int most_steps = 200000;       // the search gives up after so many alternatives, without a derivation
};

class Grammar {
 public:
  explicit Grammar(GrammarTerms terms) : terms_(std::move(terms)) {}

  // Adds a file's rules. Error names file and line.
  void Read(const std::filesystem::path& file);
  // The same of a text that is no file; `name` stands in messages.
  void ReadText(std::string_view text, const std::filesystem::path& name);
  // Call after the last Read: Error when a slot names no rule.
  void Link();

  // Index of a rule; Error when no file defines it.
  int Find(std::string_view rule) const;
  bool Knows(std::string_view rule) const;
  // Does some alternative of the rule apply?
  bool Applies(int rule, const Setting& setting, int focus) const;
  // Error when a rule on the way has no alternative that applies: a gap in the files.
  Expansion Expand(int rule, const Setting& setting, int focus, base::Random& random) const;
  // The derivations of the text from one of the rules, at most `most_derivations`; none if there is none or the search
  // takes more than `most_steps`.
  std::vector<Derivation> Parse(const ParseRequest& request) const;
  // What the rule puts in a row: the first rules on the way down from it that have words of their own or state
  // something.
  std::vector<int> PartsOf(int rule) const;
  // The rules that state something ("colour states colour:"), in the order of the files.
  std::vector<int> RulesThatState() const;

 private:
  struct Condition {
    bool of_subject = false;
    int who = 0;  // kFocus, kOther or a subject's index
    int property = 0;
    ValueBits allowed;
  };
  struct Piece;
  // What a text may begin with, as a set of hashed characters.
  struct Beginning {
    uint64_t characters = 0;
    bool may_be_empty = false;
  };
  struct Alternative {
    int line = 0;
    int weight = 1;
    int id = 0;
    Beginning beginning;
    std::vector<Condition> conditions;
    std::vector<Piece> pieces;
  };
  struct Piece {
    enum class Type { kText, kNumber, kRule, kChoice } type = Type::kText;
    std::string text;  // plain text, the singular of kNumber, the name of kRule
    std::string plural;
    int rule = -1;
    int who = 0;
    std::vector<Alternative> choice;
  };
  // Of a rule with many alternatives, the few that can hold: those that allow a value of one property, by value.
  struct Buckets {
    bool of_subject = false;
    int property = -1;  // of the subject in focus or of the scene; -1: none
    std::vector<std::vector<int>> by_value;
  };
  // Of a rule with many alternatives, the few that a text can come from.
  struct TextIndex {
    std::unordered_map<uint64_t, std::vector<int>> by_part;   // eight bytes that the text has somewhere
    std::unordered_map<uint32_t, std::vector<int>> by_start;  // one to four bytes that it begins with
    std::vector<int> others;
  };
  struct Rule {
    std::string name;
    std::filesystem::path file;
    int line = 0;
    int states = -1;
    bool varied = false;  // prefers alternatives not yet used in a text
    Beginning beginning;
    std::vector<Alternative> alternatives;
    Buckets buckets;
    std::optional<TextIndex> index;
  };
  // The values of one property that are possible with each value of another.
  struct Arc {
    int to = 0;
    std::vector<ValueBits> allowed, backwards;  // for each value of either the other's
  };
  class Parser;
  class Expander;
  class Indexer;
  class Matcher;

  // The index of the subject that is meant where `focus` is in focus.
  static int Resolve(int who, int focus);
  void LinkPieces(const Rule& rule, std::vector<Alternative>& alternatives);
  // What Parse needs: beginnings, arcs and the index of large rules.
  void Index();
  // What Expand needs of large rules.
  void Bucket(Rule& rule) const;

  GrammarTerms terms_;
  std::vector<Rule> rules_;
  std::unordered_map<std::string, int> index_;
  int alternatives_ = 0;
  std::array<std::vector<Arc>, kMaxProperties + 1> arcs_;  // by the property of a subject that they start from
};

// Readable text from an expansion: resolves {a} to "a" or "an", joins spaces, drops spaces and commas before
// punctuation and at the end and, when asked, begins sentences with a capital.
std::string Tidy(std::string_view text, bool capitalise);

// The form in which texts are parsed, the same for all that Tidy makes of one expansion: small letters, single spaces
// between words, none beside punctuation.
std::string Normalise(std::string_view text);

}  // namespace diptych::world
