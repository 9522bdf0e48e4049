#include "world/grammar.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"

namespace diptych::world {
namespace {

// A rule with at least this many alternatives gets buckets (Grammar::Buckets).
constexpr size_t kLeastForBuckets = 32;

std::optional<int> WhoOf(std::string_view name) {
  if (name == "first") return 0;
  if (name == "second") return 1;
  if (name == "third") return 2;
  if (name == "fourth") return 3;
  if (name == "fifth") return 4;
  if (name == "other") return kOther;
  return std::nullopt;
}

}  // namespace

ValueBits ValueBits::Of(size_t value) {
  ValueBits bits;
  bits.Add(value);
  return bits;
}

ValueBits ValueBits::All(size_t values) {
  ValueBits bits;
  bits.words_.assign((values + 63) / 64, ~uint64_t{0});
  if (values % 64 != 0) bits.words_.back() = (uint64_t{1} << values % 64) - 1;
  return bits;
}

void ValueBits::Add(size_t value) {
  if (words_.size() <= value / 64) words_.resize(value / 64 + 1);
  words_[value / 64] |= uint64_t{1} << value % 64;
}

bool ValueBits::Empty() const {
  return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == 0; });
}

size_t ValueBits::First() const {
  size_t i = 0;
  while (words_[i] == 0) ++i;
  return 64 * i + static_cast<size_t>(std::countr_zero(words_[i]));
}

size_t ValueBits::Last() const {
  size_t i = words_.size() - 1;
  while (words_[i] == 0) --i;
  return 64 * i + 63 - static_cast<size_t>(std::countl_zero(words_[i]));
}

bool ValueBits::Meets(const ValueBits& other) const {
  for (size_t i = 0; i < std::min(words_.size(), other.words_.size()); ++i)
    if ((words_[i] & other.words_[i]) != 0) return true;
  return false;
}

ValueBits ValueBits::And(const ValueBits& other) const {
  ValueBits both;
  both.words_.resize(words_.size());
  for (size_t i = 0; i < std::min(words_.size(), other.words_.size()); ++i)
    both.words_[i] = words_[i] & other.words_[i];
  return both;
}

ValueBits ValueBits::Without(const ValueBits& other) const {
  ValueBits rest = *this;
  for (size_t i = 0; i < std::min(words_.size(), other.words_.size()); ++i) rest.words_[i] &= ~other.words_[i];
  return rest;
}

void ValueBits::Join(const ValueBits& other) {
  if (words_.size() < other.words_.size()) words_.resize(other.words_.size());
  for (size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
}

bool ValueBits::operator==(const ValueBits& other) const {
  for (size_t i = 0; i < std::max(words_.size(), other.words_.size()); ++i) {
    const uint64_t a = i < words_.size() ? words_[i] : 0, b = i < other.words_.size() ? other.words_[i] : 0;
    if (a != b) return false;
  }
  return true;
}

// Reads one file, line by line.
class Grammar::Parser {
 public:
  Parser(Grammar& grammar, const std::filesystem::path& file) : grammar_(grammar), file_(file) {}

  void ReadLine(std::string_view line) {
    ++line_;
    const std::string_view text = base::Trim(line);
    if (text.empty() || text.front() == '#') return;
    if (line.front() != ' ' && line.front() != '\t')
      return text.find('=') < text.find(':') ? AddGroup(text) : OpenRule(text);
    if (rule_ < 0) Fail("an alternative before the first rule");
    std::string_view rest = text;
    Alternative alternative = ParseAlternative(rest, /*nested=*/false);
    Current().alternatives.push_back(std::move(alternative));
  }

  void Finish() const {
    if (rule_ >= 0 && grammar_.rules_[static_cast<size_t>(rule_)].alternatives.empty()) Fail("the last rule is empty");
  }

 private:
  [[noreturn]] void Fail(std::string_view why) const {
    throw base::Error("words", file_.string() + ":" + std::to_string(line_) + ": " + std::string(why) + ".",
                      "the README beside the word files explains their form.");
  }

  Rule& Current() { return grammar_.rules_[static_cast<size_t>(rule_)]; }

  // "name:", "name varied:", "name states x:" or "name varied states x:".
  void OpenRule(std::string_view text) {
    if (rule_ >= 0 && Current().alternatives.empty()) Fail("the rule above has no alternatives");
    if (text.back() != ':') Fail("a rule's name ends with a colon, an alternative begins with spaces");
    std::vector<std::string_view> words = base::Split(text.substr(0, text.size() - 1), ' ');
    Rule rule;
    rule.name = words[0];
    rule.file = file_;
    rule.line = line_;
    words.erase(words.begin());
    if (!words.empty() && words[0] == "varied") {
      rule.varied = true;
      words.erase(words.begin());
    }
    if (words.size() == 2 && words[0] == "states") {
      rule.states = IndexOf(grammar_.terms_.statements, words[1], "nothing can state");
    } else if (!words.empty()) {
      Fail("write \"name:\", \"name varied:\" or \"name states x:\"");
    }
    rule_ = static_cast<int>(grammar_.rules_.size());
    if (!grammar_.index_.emplace(rule.name, rule_).second) Fail("a second rule of the name \"" + rule.name + "\"");
    grammar_.rules_.push_back(std::move(rule));
  }

  // "kind=berry: strawberry/cherries": a group of values for conditions further on, of values and earlier groups.
  void AddGroup(std::string_view text) {
    if (rule_ >= 0 && Current().alternatives.empty()) Fail("the rule above has no alternatives");
    rule_ = -1;
    const size_t equals = text.find('='), colon = text.find(':', equals);
    if (colon == text.npos) Fail("a group's name ends with a colon");
    const std::string name(base::Trim(text.substr(equals + 1, colon - equals - 1)));
    const Condition members =
        ParseCondition(std::string(text.substr(0, equals + 1)) + std::string(base::Trim(text.substr(colon + 1))));
    if (members.who != kFocus || text.front() == '!') Fail("a group is of a property");
    Property& property =
        (members.of_subject ? grammar_.terms_.subject : grammar_.terms_.scene)[static_cast<size_t>(members.property)];
    if (name.empty() || std::ranges::count(property.values, name) > 0 ||
        std::ranges::count(property.groups, name, &Property::Group::name) > 0)
      Fail("\"" + name + "\" is no new name of a group of " + property.name);
    Property::Group group{.name = name, .values = {}};
    for (size_t i = 0; i < property.values.size(); ++i)
      if (members.allowed.Has(i)) group.values.push_back(property.values[i]);
    property.groups.push_back(std::move(group));
  }

  int IndexOf(const std::vector<std::string>& names, std::string_view name, std::string_view why) const {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) Fail(std::string(why) + " \"" + std::string(name) + "\"");
    return static_cast<int>(found - names.begin());
  }

  // [conditions] *weight text, up to the end or, inside parentheses, to '|' or ')'.
  Alternative ParseAlternative(std::string_view& rest, bool nested) {
    Alternative alternative;
    alternative.line = line_;
    alternative.id = grammar_.alternatives_++;
    if (!rest.empty() && rest.front() == '[') {
      const size_t end = rest.find(']');
      if (end == rest.npos) Fail("a [ without its ]");
      for (std::string_view part : base::Split(rest.substr(1, end - 1), ',')) {
        alternative.conditions.push_back(ParseCondition(part));
      }
      rest.remove_prefix(end + 1);
      if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    }
    if (!rest.empty() && rest.front() == '*') alternative.weight = ParseWeight(rest);
    alternative.pieces = ParsePieces(rest, nested);
    return alternative;
  }

  int ParseWeight(std::string_view& rest) const {
    const size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view digits = rest.substr(1, end - 1);
    const bool good = !digits.empty() && digits.size() <= 3 && digits.find_first_not_of("0123456789") == digits.npos;
    const int weight = good ? std::stoi(std::string(digits)) : 0;
    if (weight == 0) Fail("after * a weight of 1 to 999 must stand");
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return weight;
  }

  // "hour=dawn/noon", "!same", "second.kind=cat".
  Condition ParseCondition(std::string_view text) const {
    Condition condition;
    const bool negated = !text.empty() && text.front() == '!';
    if (negated) text.remove_prefix(1);
    condition.who = kFocus;
    if (const size_t dot = text.find('.'); dot != text.npos) {
      const auto who = WhoOf(text.substr(0, dot));
      if (!who) Fail("before the dot stands first to fifth or other");
      condition.who = *who;
      text.remove_prefix(dot + 1);
    }
    const size_t equals = text.find('=');
    const std::string_view name = base::Trim(text.substr(0, equals));
    const Property& property = FindProperty(name, condition);
    const auto index = [&](std::string_view value) {
      return static_cast<size_t>(IndexOf(property.values, value, "no value of " + property.name + " is"));
    };
    const auto allow = [&](std::string_view value_or_group) {
      const auto group = std::ranges::find(property.groups, value_or_group, &Property::Group::name);
      if (group == property.groups.end()) return condition.allowed.Add(index(value_or_group));
      for (const std::string& value : group->values) condition.allowed.Add(index(value));
    };
    const ValueBits all = ValueBits::All(property.values.size());
    if (equals == text.npos) {
      const auto no = std::find(property.values.begin(), property.values.end(), "no");
      const auto none = no == property.values.end() ? property.values.begin() : no;
      condition.allowed = all.Without(ValueBits::Of(static_cast<size_t>(none - property.values.begin())));
    } else {
      for (std::string_view value : base::Split(text.substr(equals + 1), '/')) allow(value);
    }
    if (negated) condition.allowed = all.Without(condition.allowed);
    return condition;
  }

  const Property& FindProperty(std::string_view name, Condition& condition) const {
    const auto has_name = [name](const Property& property) { return property.name == name; };
    for (const bool of_subject : {false, true}) {
      const auto& list = of_subject ? grammar_.terms_.subject : grammar_.terms_.scene;
      const auto found = std::find_if(list.begin(), list.end(), has_name);
      if (found == list.end()) continue;
      condition.of_subject = of_subject;
      condition.property = static_cast<int>(found - list.begin());
      return *found;
    }
    Fail("no property is called \"" + std::string(name) + "\"");
  }

  std::vector<Piece> ParsePieces(std::string_view& rest, bool nested) {
    std::vector<Piece> pieces;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find_first_of("{}()|[]"), rest.size());
      if (end > 0) pieces.push_back(Text(std::string(rest.substr(0, end))));
      rest.remove_prefix(end);
      if (rest.empty()) break;
      if (rest.front() == '{') {
        pieces.push_back(ParseSlot(rest));
      } else if (rest.front() == '(') {
        pieces.push_back(ParseChoice(rest));
      } else if (nested && (rest.front() == '|' || rest.front() == ')')) {
        return pieces;
      } else {
        Fail(std::string("a stray \"") + rest.front() + "\"");
      }
    }
    if (nested) Fail("a ( without its )");
    return pieces;
  }

  static Piece Text(std::string text) {
    Piece piece;
    piece.text = std::move(text);
    return piece;
  }

  // {rule}, {rule:second}, {is/are}, {a}.
  Piece ParseSlot(std::string_view& rest) const {
    const size_t end = rest.find('}');
    if (end == rest.npos) Fail("a { without its }");
    std::string_view body = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (body == "a") return Text(std::string(1, kArticle));
    if (body == "capital") return Text(std::string(1, kCapital));
    Piece piece;
    piece.type = Piece::Type::kRule;
    piece.who = kFocus;
    if (const size_t colon = body.find(':'); colon != body.npos) {
      const auto who = WhoOf(body.substr(colon + 1));
      if (!who) Fail("after the colon in { } stands first to fifth or other");
      piece.who = *who;
      body = body.substr(0, colon);
    }
    if (const size_t slash = body.find('/'); slash != body.npos) {
      piece.type = Piece::Type::kNumber;
      piece.plural = body.substr(slash + 1);
      body = body.substr(0, slash);
    }
    if (body.empty()) Fail("an empty { }");
    piece.text = body;
    return piece;
  }

  // (one|two|): after the call `rest` stands behind the closing parenthesis.
  Piece ParseChoice(std::string_view& rest) {
    constexpr int kDeepest = 16;
    if (++depth_ > kDeepest) Fail("more than 16 ( within each other");
    Piece piece;
    piece.type = Piece::Type::kChoice;
    do {
      rest.remove_prefix(1);
      piece.choice.push_back(ParseAlternative(rest, /*nested=*/true));
    } while (rest.front() == '|');
    rest.remove_prefix(1);
    --depth_;
    return piece;
  }

  Grammar& grammar_;
  const std::filesystem::path& file_;
  int line_ = 0;
  int rule_ = -1;
  int depth_ = 0;  // of the ( that are open
};

void Grammar::Read(const std::filesystem::path& file) { ReadText(base::ReadFile(file), file); }

void Grammar::ReadText(std::string_view text, const std::filesystem::path& name) {
  Parser parser(*this, name);
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    parser.ReadLine(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  parser.Finish();
}

void Grammar::Link() {
  for (Rule& rule : rules_) {
    LinkPieces(rule, rule.alternatives);
    if (rule.alternatives.size() >= kLeastForBuckets) Bucket(rule);
  }
  Index();
}

void Grammar::Bucket(Rule& rule) const {
  size_t least = rule.alternatives.size() * 3 / 4;  // in a bucket on average, to be worth it
  for (const bool of_subject : {false, true}) {
    const auto& properties = of_subject ? terms_.subject : terms_.scene;
    for (size_t property = 0; property < properties.size(); ++property) {
      const size_t values = properties[property].values.size();
      Buckets buckets{.of_subject = of_subject, .property = static_cast<int>(property), .by_value = {}};
      buckets.by_value.resize(values);
      size_t all = 0;
      for (size_t i = 0; i < rule.alternatives.size(); ++i) {
        ValueBits allowed = ValueBits::All(values);
        for (const Condition& one : rule.alternatives[i].conditions) {
          const bool here = one.of_subject == of_subject && (!of_subject || one.who == kFocus);
          if (here && one.property == static_cast<int>(property)) allowed = allowed.And(one.allowed);
        }
        for (size_t value = 0; value < values; ++value) {
          if (!allowed.Has(value)) continue;
          buckets.by_value[value].push_back(static_cast<int>(i));
          ++all;
        }
      }
      if (all / values >= least) continue;
      least = all / values;
      rule.buckets = std::move(buckets);
    }
  }
}

void Grammar::LinkPieces(const Rule& rule, std::vector<Alternative>& alternatives) {
  for (Alternative& alternative : alternatives) {
    for (Piece& piece : alternative.pieces) {
      LinkPieces(rule, piece.choice);
      if (piece.type != Piece::Type::kRule) continue;
      const auto found = index_.find(piece.text);
      if (found == index_.end()) {
        throw base::Error("words", rule.file.string() + ":" + std::to_string(alternative.line) +
                                       ": no rule is called \"" + piece.text + "\".");
      }
      piece.rule = found->second;
    }
  }
}

int Grammar::Resolve(int who, int focus) {
  if (who == kFocus) return focus;
  if (who != kOther) return who;
  return focus == 0 ? 1 : focus - 1;
}

int Grammar::Find(std::string_view rule) const {
  const auto found = index_.find(std::string(rule));
  if (found == index_.end()) throw base::Error("words", "no file defines the rule \"" + std::string(rule) + "\".");
  return found->second;
}

bool Grammar::Knows(std::string_view rule) const { return index_.contains(std::string(rule)); }

// One expansion. Remembers which alternatives it used, since varied rules prefer others.
class Grammar::Expander {
 public:
  Expander(const Grammar& grammar, const Setting& setting, base::Random& random)
      : grammar_(grammar), setting_(setting), random_(random), used_(static_cast<size_t>(grammar.alternatives_)) {}

  void ExpandRule(int index, int focus) {
    constexpr int kDeepest = 60;
    const Rule& rule = grammar_.rules_[static_cast<size_t>(index)];
    if (++depth_ > kDeepest) Fail(rule, "calls itself without an end");
    if (rule.states >= 0) result_.statements.push_back({rule.states, focus});
    const Alternative* chosen =
        rule.buckets.property < 0 ? Choose(rule.alternatives, focus, rule.varied) : ChooseOf(rule, focus);
    if (chosen == nullptr) Fail(rule, "has no alternative for this scene");
    ExpandPieces(*chosen, focus);
    --depth_;
  }

  Expansion Take() { return std::move(result_); }

  static bool Holds(const Alternative& alternative, const Setting& setting, int focus) {
    return std::all_of(alternative.conditions.begin(), alternative.conditions.end(), [&](const Condition& condition) {
      const auto& values =
          condition.of_subject ? setting.subjects[static_cast<size_t>(Resolve(condition.who, focus))] : setting.scene;
      return condition.allowed.Has(values[static_cast<size_t>(condition.property)]);
    });
  }

 private:
  [[noreturn]] static void Fail(const Rule& rule, std::string_view why) {
    throw base::Error("words", rule.file.string() + ":" + std::to_string(rule.line) + ": the rule \"" + rule.name +
                                   "\" " + std::string(why) + ".");
  }

  // In proportion to the weights, among those that hold; in a varied rule those not yet used in this text come first.
  const Alternative* Choose(const std::vector<Alternative>& alternatives, int focus, bool varied) {
    std::array<int, 2> total = {0, 0};
    const auto used = [&](const Alternative& one) { return varied && used_[static_cast<size_t>(one.id)]; };
    for (const Alternative& alternative : alternatives) {
      if (Holds(alternative, setting_, focus)) total[used(alternative)] += alternative.weight;
    }
    const bool stale = total[0] == 0;
    if (total[stale] == 0) return nullptr;
    int left = random_.Below(total[stale]);
    for (const Alternative& alternative : alternatives) {
      if (used(alternative) != stale || !Holds(alternative, setting_, focus)) continue;
      left -= alternative.weight;
      if (left >= 0) continue;
      used_[static_cast<size_t>(alternative.id)] = true;
      return &alternative;
    }
    return nullptr;
  }

  // The same among those in the bucket of the scene at hand.
  const Alternative* ChooseOf(const Rule& rule, int focus) {
    const auto& values = rule.buckets.of_subject ? setting_.subjects[static_cast<size_t>(focus)] : setting_.scene;
    std::array<int, 2> total = {0, 0};
    std::vector<std::pair<const Alternative*, bool>> found;
    for (const int i : rule.buckets.by_value[values[static_cast<size_t>(rule.buckets.property)]]) {
      const Alternative& one = rule.alternatives[static_cast<size_t>(i)];
      if (!Holds(one, setting_, focus)) continue;
      const bool used = rule.varied && used_[static_cast<size_t>(one.id)];
      total[used] += one.weight;
      found.emplace_back(&one, used);
    }
    const bool stale = total[0] == 0;
    if (total[stale] == 0) return nullptr;
    int left = random_.Below(total[stale]);
    for (const auto& [one, used] : found) {
      if (used != stale || (left -= one->weight) >= 0) continue;
      used_[static_cast<size_t>(one->id)] = true;
      return one;
    }
    return nullptr;
  }

  void ExpandPieces(const Alternative& alternative, int focus) {
    for (const Piece& piece : alternative.pieces) {
      const int who = Resolve(piece.who, focus);
      switch (piece.type) {
        case Piece::Type::kText:
          result_.text += piece.text;
          break;
        case Piece::Type::kNumber:
          result_.text += setting_.plural[who] ? piece.plural : piece.text;
          break;
        case Piece::Type::kRule:
          ExpandRule(piece.rule, who);
          break;
        case Piece::Type::kChoice:
          if (const Alternative* chosen = Choose(piece.choice, focus, /*varied=*/false)) ExpandPieces(*chosen, focus);
          break;
      }
    }
  }

  const Grammar& grammar_;
  const Setting& setting_;
  base::Random& random_;
  std::vector<bool> used_;
  Expansion result_;
  int depth_ = 0;
};

bool Grammar::Applies(int rule, const Setting& setting, int focus) const {
  const auto& alternatives = rules_[static_cast<size_t>(rule)].alternatives;
  return std::any_of(alternatives.begin(), alternatives.end(),
                     [&](const Alternative& one) { return Expander::Holds(one, setting, focus); });
}

Expansion Grammar::Expand(int rule, const Setting& setting, int focus, base::Random& random) const {
  Expander expander(*this, setting, random);
  expander.ExpandRule(rule, focus);
  return expander.Take();
}

std::vector<int> Grammar::RulesThatState() const {
  std::vector<int> rules;
  for (size_t i = 0; i < rules_.size(); ++i)
    if (rules_[i].states >= 0) rules.push_back(static_cast<int>(i));
  return rules;
}

bool BeginsWithVowelSound(std::string_view text) {
  std::string start;
  for (const char c : text.substr(0, 6)) start += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto begins = [&start](std::string_view word) { return start.starts_with(word); };
  constexpr std::array<std::string_view, 9> kNot = {"uni", "ufo", "eu", "one", "once", "use", "usual", "ukul", "uten"};
  constexpr std::array<std::string_view, 4> kYet = {"hour", "honest", "heir", "x-ray"};
  if (std::ranges::any_of(kYet, begins)) return true;
  const bool vowel = !start.empty() && std::string_view("aeiou").find(start[0]) != std::string_view::npos;
  return vowel && std::ranges::none_of(kNot, begins);
}

std::string Tidy(std::string_view text, bool capitalise) {
  std::string out;
  bool start = capitalise;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == kCapital) {
      start = capitalise;
      continue;
    }
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    if (IsStop(c)) {
      while (!out.empty() && (out.back() == ' ' || out.back() == ',')) out.pop_back();
    }
    if (c == kArticle) {
      const size_t next = text.find_first_not_of(" \x01\x02", i + 1);
      const bool vowel = next != text.npos && BeginsWithVowelSound(text.substr(next));
      out += start ? (vowel ? "An" : "A") : (vowel ? "an" : "a");
      start = false;
      continue;
    }
    if (start && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    // A quotation that ends does not begin a sentence: "Which bell?" he asks.
    const bool closes = c == '"' && !out.empty() && out.back() != ' ';
    if ((c != ' ' && c != '"') || closes) start = false;
    if (capitalise && (c == '.' || c == '!' || c == '?')) start = true;
    out += c;
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == ',')) out.pop_back();
  return out;
}

std::string Normalise(std::string_view text) {
  std::string out;
  bool space = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      space = true;
      continue;
    }
    if (space && !out.empty() && !IsStop(c) && !IsStop(out.back())) out += ' ';
    space = false;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace diptych::world
