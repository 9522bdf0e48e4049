// A small phrase grammar in text files: rules with weighted, conditional alternatives, expanded at random. Knows
// nothing of the words or of the scene; see words/README.md for the form of the files.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.h"

namespace diptych {

inline constexpr int kMaxProperties = 16, kMaxSubjects = 3;

// What a condition such as [hour=dawn/noon] or [count=one] may ask for. A property without "=" asks for any value but
// the first, so the first value of a yes-or-no property is its "no".
struct Property {
  std::string name;
  std::vector<std::string> values;  // at most 64
};

// All that conditions and statements may name.
struct GrammarTerms {
  std::vector<Property> scene, subject;  // at most kMaxProperties each
  std::vector<std::string> statements;   // what a rule may state: "colour states colour:"
};

// The values of one scene, as indices into Property::values.
struct Setting {
  std::array<uint8_t, kMaxProperties> scene{};
  std::array<std::array<uint8_t, kMaxProperties>, kMaxSubjects> subjects{};
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

class Grammar {
 public:
  explicit Grammar(GrammarTerms terms) : terms_(std::move(terms)) {}

  // Adds a file's rules. Error names file and line.
  void Read(const std::filesystem::path& file);
  // Call after the last Read: Error when a slot names no rule.
  void Link();

  // Index of a rule; Error when no file defines it.
  int Find(std::string_view rule) const;
  // Does some alternative of the rule apply?
  bool Applies(int rule, const Setting& setting, int focus) const;
  // Error when a rule on the way has no alternative that applies: a gap in the files.
  Expansion Expand(int rule, const Setting& setting, int focus, Random& random) const;
  // Every piece of plain text in the rules.
  std::vector<std::string_view> Literals() const;

 private:
  struct Condition {
    bool of_subject = false;
    int who = 0;  // kFocus, kOther or a subject's index
    int property = 0;
    uint64_t allowed = 0;  // a bit for each value
  };
  struct Piece;
  struct Alternative {
    int line = 0;
    int weight = 1;
    int id = 0;
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
  struct Rule {
    std::string name;
    std::filesystem::path file;
    int line = 0;
    int states = -1;
    bool varied = false;  // prefers alternatives not yet used in a text
    std::vector<Alternative> alternatives;
  };
  class Parser;
  class Expander;

  void LinkPieces(const Rule& rule, std::vector<Alternative>& alternatives);

  GrammarTerms terms_;
  std::vector<Rule> rules_;
  std::unordered_map<std::string, int> index_;
  int alternatives_ = 0;
};

// Readable text from an expansion: resolves {a} to "a" or "an", joins spaces, drops spaces and commas before
// punctuation and at the end and, when asked, begins sentences with a capital.
std::string Tidy(std::string_view text, bool capitalise);

}  // namespace diptych
