// A text traced back to the alternatives that can have yielded it (grammar.h).
#include <algorithm>
#include <bit>
#include <optional>
#include <unordered_set>
#include <utility>

#include "text/unicode.h"
#include "world/grammar.h"

namespace diptych::world {
namespace {

// Rules that may be open on the call stack at once: far more than any text of sentences needs.
#if defined(__SANITIZE_ADDRESS__)  // whose frames on the call stack are several times as large
constexpr int kDeepest = 1000;
#else
constexpr int kDeepest = 4000;
#endif

// Finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
constexpr uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t x = a * 0x9E3779B97F4A7C15u + b;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// One of 64 buckets for the UTF-8 character at a place.
uint64_t BitOf(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(Lower(text[at]));
  if (byte < 0x80) return uint64_t{1} << (byte & 63);
  uint64_t character = byte;
  for (size_t i = at + 1; i < text.size() && text::ContinuesCharacter(text[i]); ++i)
    character = character << 8 | static_cast<unsigned char>(text[i]);
  return uint64_t{1} << (Mix(character, 0) >> 58);
}

// The values of another property that are possible with these values. `allowed` and `backwards` say the same for either
// direction; the shorter one is walked.
ValueBits Image(const std::vector<ValueBits>& allowed, const std::vector<ValueBits>& backwards,
                const ValueBits& values) {
  ValueBits image;
  if (backwards.size() < allowed.size()) {
    for (size_t to = 0; to < backwards.size(); ++to)
      if (backwards[to].Meets(values)) image.Add(to);
    return image;
  }
  for (size_t value = 0; value < allowed.size(); ++value)
    if (values.Has(value)) image.Join(allowed[value]);
  return image;
}

// A rule with at least this many alternatives gets an index (Grammar::TextIndex).
constexpr size_t kLeastForIndex = 32;
constexpr size_t kPart = 8, kMostOfStart = 4;  // bytes

uint64_t PartAt(std::string_view text, size_t at) {
  uint64_t part = 0;
  for (size_t i = 0; i < kPart; ++i) part = part << 8 | static_cast<unsigned char>(text[at + i]);
  return part;
}

// The first bytes, with their number.
uint32_t StartAt(std::string_view text, size_t at, size_t length) {
  uint32_t start = static_cast<uint32_t>(length);
  for (size_t i = 0; i < length; ++i) start = start * 257 + static_cast<unsigned char>(text[at + i]);
  return start;
}

// Is it the same before and after a text is tidied and normalised, whatever stands beside it?
bool IsPlain(char c) { return c != kArticle && c != kCapital && !IsStop(c); }

std::string Lowered(std::string_view text) {
  std::string lower;
  for (const char c : text) lower += Lower(c);
  return lower;
}

// The longest run of plain characters, without spaces at its ends.
std::string LongestPart(std::string_view text) {
  std::string_view longest;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && IsPlain(text[end])) ++end;
    std::string_view run = text.substr(at, end - at);
    while (run.starts_with(' ')) run.remove_prefix(1);
    while (run.ends_with(' ')) run.remove_suffix(1);
    if (run.size() > longest.size()) longest = run;
    at = end + 1;
  }
  return Lowered(longest);
}

// How a text that begins with this piece must begin, as far as it is sure; at most kMostOfStart bytes.
std::string StartOf(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && end < kMostOfStart && IsPlain(text[end]) && text[end] != ' ') ++end;
  return Lowered(text.substr(0, end));
}

std::vector<ValueBits> Transposed(const std::vector<ValueBits>& allowed, size_t values) {
  std::vector<ValueBits> transposed(values);
  for (size_t from = 0; from < allowed.size(); ++from) {
    for (size_t to = 0; to < values; ++to) {
      if (allowed[from].Has(to)) transposed[to].Add(from);
    }
  }
  return transposed;
}

}  // namespace

// Works out what each alternative can begin with.
class Grammar::Indexer {
 public:
  explicit Indexer(Grammar& grammar) : grammar_(grammar), states_(grammar.rules_.size()) {}

  void IndexRule(size_t index) {
    Rule& rule = grammar_.rules_[index];
    if (states_[index] == State::kDone) return;
    if (states_[index] == State::kBegun) {
      // It begins with itself, so its beginning is not known yet: any is assumed.
      rule.beginning = {.characters = ~uint64_t{0}, .may_be_empty = true};
      return;
    }
    states_[index] = State::kBegun;
    rule.beginning = OfAlternatives(rule.alternatives);
    states_[index] = State::kDone;
    if (rule.alternatives.size() >= kLeastForIndex) IndexTexts(rule);
  }

 private:
  enum class State { kNew, kBegun, kDone };

  static void IndexTexts(Rule& rule) {
    TextIndex index;
    for (size_t i = 0; i < rule.alternatives.size(); ++i)
      AddTo(index, rule.alternatives[i].pieces, static_cast<int>(i));
    rule.index = std::move(index);
  }

  static void AddTo(TextIndex& index, const std::vector<Piece>& pieces, int alternative) {
    std::string longest;
    for (const Piece& piece : pieces) {
      if (piece.type != Piece::Type::kText) continue;
      if (std::string part = LongestPart(piece.text); part.size() > longest.size()) longest = std::move(part);
    }
    if (longest.size() >= kPart)
      return index.by_part[PartAt(longest, (longest.size() - kPart) / 2)].push_back(alternative);
    const bool has_start = !pieces.empty() && pieces[0].type != Piece::Type::kRule &&
                           pieces[0].type != Piece::Type::kChoice && !StartOf(pieces[0].text).empty() &&
                           (pieces[0].type == Piece::Type::kText || !StartOf(pieces[0].plural).empty());
    if (!has_start) return index.others.push_back(alternative);
    const std::string start = StartOf(pieces[0].text);
    index.by_start[StartAt(start, 0, start.size())].push_back(alternative);
    if (pieces[0].type != Piece::Type::kNumber) return;
    if (const std::string plural = StartOf(pieces[0].plural); plural != start)
      index.by_start[StartAt(plural, 0, plural.size())].push_back(alternative);
  }

  Beginning OfAlternatives(std::vector<Alternative>& alternatives) {
    Beginning all;
    for (Alternative& alternative : alternatives) {
      alternative.beginning = OfPieces(alternative.pieces);
      all.characters |= alternative.beginning.characters;
      all.may_be_empty |= alternative.beginning.may_be_empty;
    }
    return all;
  }

  // Visits all pieces, since choices behind the one that decides the beginning must be indexed too.
  Beginning OfPieces(std::vector<Piece>& pieces) {
    Beginning all{.characters = 0, .may_be_empty = true};
    for (Piece& piece : pieces) {
      const Beginning one = OfPiece(piece);
      if (!all.may_be_empty) continue;
      all.characters |= one.characters;
      all.may_be_empty = one.may_be_empty;
    }
    return all;
  }

  Beginning OfPiece(Piece& piece) {
    switch (piece.type) {
      case Piece::Type::kText:
        return OfText(piece.text);
      case Piece::Type::kNumber: {
        const Beginning one = OfText(piece.text), several = OfText(piece.plural);
        return {.characters = one.characters | several.characters,
                .may_be_empty = one.may_be_empty || several.may_be_empty};
      }
      case Piece::Type::kRule:
        IndexRule(static_cast<size_t>(piece.rule));
        return grammar_.rules_[static_cast<size_t>(piece.rule)].beginning;
      case Piece::Type::kChoice:
        break;
    }
    Beginning choice = OfAlternatives(piece.choice);
    choice.may_be_empty = true;  // empty where no alternative's condition holds
    return choice;
  }

  // Tidy drops spaces and commas beside punctuation, so that the character after them may come first too.
  static Beginning OfText(std::string_view text) {
    Beginning beginning{.characters = 0, .may_be_empty = true};
    for (size_t i = 0; i < text.size() && beginning.may_be_empty; ++i) {
      if (text[i] == kCapital) continue;
      beginning.characters |= text[i] == kArticle ? BitOf("a", 0) : BitOf(text, i);
      beginning.may_be_empty = text[i] == ' ' || text[i] == ',';
    }
    return beginning;
  }

  Grammar& grammar_;
  std::vector<State> states_;
};

void Grammar::Index() {
  Indexer indexer(*this);
  for (size_t i = 0; i < rules_.size(); ++i) indexer.IndexRule(i);
  for (auto& arcs : arcs_) arcs.clear();
  for (const Dependency& one : terms_.dependencies) {
    const auto from = static_cast<size_t>(one.from), to = static_cast<size_t>(one.to);
    const size_t values = one.to == kGrammaticalNumber ? 2 : terms_.subject.at(to).values.size();
    std::vector<ValueBits> backwards = Transposed(one.allowed, values);
    arcs_.at(from).push_back({.to = one.to, .allowed = one.allowed, .backwards = backwards});
    arcs_.at(to).push_back({.to = one.from, .allowed = std::move(backwards), .backwards = one.allowed});
  }
}

// A search over the alternatives, depth first. What is still to be matched is a chain of goals on the call stack; the
// conditions of the alternatives in use narrow the setting, and going back widens it again. A state that was met before
// (same goals, place, setting and statements) is not searched again.
class Grammar::Matcher {
 public:
  Matcher(const Grammar& grammar, const ParseRequest& request) : grammar_(grammar), request_(request) {
    open_.masks.fill(ValueBits::Of(0));
    for (size_t i = 0; i < grammar.terms_.scene.size(); ++i) {
      open_.masks[OpenSetting::SceneSlot(static_cast<int>(i))] = ValueBits::All(grammar.terms_.scene[i].values.size());
    }
    for (int who = 0; who < kMaxSubjects; ++who) {
      for (size_t i = 0; i < grammar.terms_.subject.size(); ++i) {
        open_.masks[OpenSetting::SubjectSlot(who, static_cast<int>(i))] =
            ValueBits::All(grammar.terms_.subject[i].values.size());
      }
      open_.masks[OpenSetting::SubjectSlot(who, kGrammaticalNumber)] = ValueBits::All(2);
    }
  }

  std::vector<Derivation> Run() {
    for (const int rule : request_.rules) MatchRule(rule, request_.focus, nullptr, request_.begin);
    if (steps_ > request_.most_steps) derivations_.clear();
    return std::move(derivations_);
  }

 private:
  // The pieces of an alternative that are still to come, and what comes after them.
  struct Goal {
    const Alternative* alternative = nullptr;
    size_t piece = 0;
    int focus = 0;
    const Goal* then = nullptr;
    uint64_t hash = 0;
  };

  bool IsOver() const {
    return steps_ > request_.most_steps || derivations_.size() >= static_cast<size_t>(request_.most_derivations);
  }

  static Goal MakeGoal(const Alternative& alternative, size_t piece, int focus, const Goal* then) {
    const uint64_t place = Mix(static_cast<uint64_t>(alternative.id) << 8 | piece, static_cast<uint64_t>(focus));
    return {.alternative = &alternative,
            .piece = piece,
            .focus = focus,
            .then = then,
            .hash = Mix(then == nullptr ? 0 : then->hash, place)};
  }

  void Continue(const Goal* goal, size_t at) {
    if (goal == nullptr) return Finish(at);
    const std::vector<Piece>& pieces = goal->alternative->pieces;
    const Piece& piece = pieces[goal->piece];
    // A finished goal is removed from the chain, so that states with the same remaining goals have the same hash.
    const bool is_last = goal->piece + 1 == pieces.size();
    const Goal rest = MakeGoal(*goal->alternative, goal->piece + 1, goal->focus, goal->then);
    const Goal* then = is_last ? goal->then : &rest;
    const int who = Resolve(piece.who, goal->focus);
    switch (piece.type) {
      case Piece::Type::kText:
        if (const auto after = Match(piece.text, at)) Continue(then, *after);
        break;
      case Piece::Type::kNumber:
        MatchNumber(piece, who, then, at);
        break;
      case Piece::Type::kRule:
        MatchRule(piece.rule, who, then, at);
        break;
      case Piece::Type::kChoice:
        MatchChoice(piece.choice, goal->focus, then, at);
        break;
    }
  }

  void Finish(size_t at) {
    if (IsOver() || !std::binary_search(request_.ends.begin(), request_.ends.end(), at)) return;
    derivations_.push_back({.end = at, .open = open_, .statements = statements_});
  }

  void MatchNumber(const Piece& piece, int who, const Goal* then, size_t at) {
    if (piece.text == piece.plural) {
      if (const auto after = Match(piece.text, at)) Continue(then, *after);
      return;
    }
    for (const int number : {0, 1}) {
      const auto after = Match(number == 0 ? piece.text : piece.plural, at);
      if (!after) continue;
      const size_t mark = trail_.size();
      if (NarrowSubject(who, kGrammaticalNumber, ValueBits::Of(static_cast<size_t>(number)))) Continue(then, *after);
      GoBack(mark);
    }
  }

  void MatchRule(int index, int focus, const Goal* then, size_t at) {
    const Rule& rule = grammar_.rules_[static_cast<size_t>(index)];
    if (IsOver() || !CanBegin(rule.beginning, at) || depth_ == kDeepest) return;
    const uint64_t goals =
        Mix(then == nullptr ? 0 : then->hash, static_cast<uint64_t>(index) << 3 | static_cast<uint64_t>(focus));
    if (!met_.insert(Mix(Mix(goals, at), setting_hash_ + statements_hash_)).second) return;
    ++depth_;
    if (rule.states >= 0) Note({.statement = {.what = rule.states, .subject = focus}, .position = at});
    if (rule.index) {
      for (const int i : CandidatesOf(index, at))
        MatchAlternative(rule.alternatives[static_cast<size_t>(i)], focus, then, at);
    } else {
      for (const Alternative& alternative : rule.alternatives) MatchAlternative(alternative, focus, then, at);
    }
    if (rule.states >= 0) TakeBack();
    --depth_;
  }

  // The alternatives of a large rule that the text from `at` on may come from.
  std::vector<int> CandidatesOf(int rule, size_t at) {
    const std::string_view text = request_.text;
    const TextIndex& index = *grammar_.rules_[static_cast<size_t>(rule)].index;
    std::vector<int> candidates = index.others;
    for (size_t length = 1; length <= kMostOfStart && at + length <= text.size(); ++length) {
      const auto found = index.by_start.find(StartAt(text, at, length));
      if (found != index.by_start.end())
        candidates.insert(candidates.end(), found->second.begin(), found->second.end());
    }
    auto [parts, is_new] = parts_.try_emplace(rule);
    if (is_new && !index.by_part.empty()) {
      for (size_t i = 0; i + kPart <= text.size(); ++i)
        if (const auto found = index.by_part.find(PartAt(text, i)); found != index.by_part.end())
          parts->second.emplace_back(i, &found->second);
    }
    for (const auto& [position, alternatives] : parts->second)
      if (position >= at) candidates.insert(candidates.end(), alternatives->begin(), alternatives->end());
    return candidates;
  }

  // False if the alternative begins with plain text and the text at `at` is another. Cheaper than its conditions.
  bool BeginsHere(const Alternative& alternative, size_t at) const {
    if (alternative.pieces.empty()) return true;
    const Piece& first = alternative.pieces.front();
    if (first.type == Piece::Type::kText) return Match(first.text, at).has_value();
    if (first.type == Piece::Type::kNumber)
      return Match(first.text, at).has_value() || Match(first.plural, at).has_value();
    return true;
  }

  static uint64_t HashOf(const PlacedStatement& placed) {
    const auto what = static_cast<uint64_t>(placed.statement.what),
               who = static_cast<uint64_t>(placed.statement.subject);
    return Mix(what << 8 | who, placed.position);
  }

  void Note(const PlacedStatement& placed) {
    statements_.push_back(placed);
    statements_hash_ += HashOf(placed);
  }

  void TakeBack() {
    statements_hash_ -= HashOf(statements_.back());
    statements_.pop_back();
  }

  void MatchChoice(const std::vector<Alternative>& choice, int focus, const Goal* then, size_t at) {
    bool always = false;
    for (const Alternative& alternative : choice) {
      always |= alternative.conditions.empty();
      MatchAlternative(alternative, focus, then, at);
    }
    if (!always) Continue(then, at);
  }

  void MatchAlternative(const Alternative& alternative, int focus, const Goal* then, size_t at) {
    if (IsOver() || !CanBegin(alternative.beginning, at) || !BeginsHere(alternative, at)) return;
    ++steps_;
    const size_t mark = trail_.size();
    const bool holds = std::all_of(alternative.conditions.begin(), alternative.conditions.end(),
                                   [&](const Condition& condition) { return Demand(condition, focus); });
    if (holds) {
      const Goal goal = MakeGoal(alternative, 0, focus, then);
      Continue(alternative.pieces.empty() ? then : &goal, at);
    }
    GoBack(mark);
  }

  bool CanBegin(const Beginning& beginning, size_t at) const {
    if (beginning.may_be_empty) return true;
    return at < request_.text.size() && (beginning.characters & BitOf(request_.text, at)) != 0;
  }

  bool Demand(const Condition& condition, int focus) {
    if (condition.of_subject)
      return NarrowSubject(Resolve(condition.who, focus), condition.property, condition.allowed);
    return Narrow(OpenSetting::SceneSlot(condition.property), condition.allowed);
  }

  bool NarrowSubject(int who, int property, const ValueBits& allowed) {
    const size_t slot = OpenSetting::SubjectSlot(who, property);
    const size_t mark = trail_.size();
    if (!Narrow(slot, allowed)) return false;
    const ValueBits& now = open_.masks[slot];
    const auto& arcs = grammar_.arcs_[static_cast<size_t>(property)];
    return trail_.size() == mark || std::all_of(arcs.begin(), arcs.end(), [&](const Arc& arc) {
             return NarrowSubject(who, arc.to, Image(arc.allowed, arc.backwards, now));
           });
  }

  // False if no value would remain.
  bool Narrow(size_t slot, const ValueBits& allowed) {
    const ValueBits& mask = open_.masks[slot];
    if (!mask.Meets(allowed)) return false;
    ValueBits both = mask.And(allowed);
    if (both == mask) return true;
    trail_.emplace_back(slot, mask);
    Set(slot, std::move(both));
    return true;
  }

  void GoBack(size_t mark) {
    for (; trail_.size() > mark; trail_.pop_back()) Set(trail_.back().first, std::move(trail_.back().second));
  }

  static uint64_t HashOf(size_t slot, const ValueBits& mask) {
    uint64_t hash = slot;
    for (const uint64_t word : mask.words()) hash = Mix(hash, word);
    return hash;
  }

  void Set(size_t slot, ValueBits mask) {
    setting_hash_ += HashOf(slot, mask) - HashOf(slot, open_.masks[slot]);
    open_.masks[slot] = std::move(mask);
  }

  // Where the text goes on after a piece of plain text that was tidied up and normalised.
  std::optional<size_t> Match(std::string_view literal, size_t at) const {
    const std::string_view text = request_.text;
    for (const char c : literal) {
      const bool here = at < text.size();
      if (c == kCapital) continue;
      if (c == kArticle) {
        const auto after = MatchArticle(at);
        if (!after) return std::nullopt;
        at = *after;
      } else if (here && text[at] == Lower(c)) {
        ++at;
      } else if (!MayBeDropped(c, at)) {
        return std::nullopt;
      }
    }
    return at;
  }

  bool MayBeDropped(char c, size_t at) const {
    const std::string_view text = request_.text;
    const bool before_stop = at == text.size() || IsStop(text[at]);
    if (c == ',') return before_stop || (at > 0 && text[at - 1] == ',');
    return c == ' ' && (before_stop || at == 0 || text[at - 1] == ' ' || IsStop(text[at - 1]));
  }

  std::optional<size_t> MatchArticle(size_t at) const {
    const std::string_view text = request_.text.substr(at);
    if (text.starts_with("a ") && text.size() > 2 && !BeginsWithVowelSound(text.substr(2))) return at + 1;
    if (text.starts_with("an ") && text.size() > 3 && BeginsWithVowelSound(text.substr(3))) return at + 2;
    return std::nullopt;
  }

  const Grammar& grammar_;
  const ParseRequest& request_;
  OpenSetting open_;
  std::vector<std::pair<size_t, ValueBits>> trail_;  // masks before they were narrowed
  std::vector<PlacedStatement> statements_;
  uint64_t setting_hash_ = 0, statements_hash_ = 0;
  // Where parts of large rules' alternatives stand in the text, by rule.
  std::unordered_map<int, std::vector<std::pair<size_t, const std::vector<int>*>>> parts_;
  std::unordered_set<uint64_t> met_;  // hashes of states; a false match is as rare as 2^-64 times their number
  int steps_ = 0, depth_ = 0;
  std::vector<Derivation> derivations_;
};

std::vector<Derivation> Grammar::Parse(const ParseRequest& request) const { return Matcher(*this, request).Run(); }

std::vector<int> Grammar::PartsOf(int rule) const {
  const auto is_in_a_row = [](const Piece& piece) {
    return piece.type == Piece::Type::kRule ||
           (piece.type == Piece::Type::kText && piece.text.find_first_not_of(' ') == piece.text.npos);
  };
  const auto only_puts_in_a_row = [&](const Alternative& one) {
    return std::all_of(one.pieces.begin(), one.pieces.end(), is_in_a_row);
  };
  std::vector<int> met = {rule}, parts;
  for (size_t i = 0; i < met.size(); ++i) {
    const Rule& one = rules_[static_cast<size_t>(met[i])];
    const auto& alternatives = one.alternatives;
    if (one.states >= 0 || !std::all_of(alternatives.begin(), alternatives.end(), only_puts_in_a_row)) {
      parts.push_back(met[i]);
      continue;
    }
    for (const Alternative& alternative : alternatives) {
      for (const Piece& piece : alternative.pieces) {
        const bool is_new =
            piece.type == Piece::Type::kRule && std::find(met.begin(), met.end(), piece.rule) == met.end();
        if (is_new) met.push_back(piece.rule);
      }
    }
  }
  return parts;
}

}  // namespace diptych::world
