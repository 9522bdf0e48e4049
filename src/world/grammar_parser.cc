// A text traced back to the alternatives that can have yielded it (grammar.h).
#include <algorithm>
#include <bit>
#include <optional>
#include <unordered_set>
#include <utility>

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
  for (size_t i = at + 1; i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; ++i) {
    character = character << 8 | static_cast<unsigned char>(text[i]);
  }
  return uint64_t{1} << (Mix(character, 0) >> 58);
}

// The values of another property that are possible with this set of values.
ValueBits Image(const std::vector<ValueBits>& allowed, const ValueBits& values) {
  ValueBits image;
  for (size_t value = 0; value < allowed.size(); ++value) {
    if (values.Has(value)) image.Join(allowed[value]);
  }
  return image;
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
      // Calls itself first: anything may be.
      rule.beginning = {.characters = ~uint64_t{0}, .may_be_empty = true};
      return;
    }
    states_[index] = State::kBegun;
    rule.beginning = OfAlternatives(rule.alternatives);
    states_[index] = State::kDone;
  }

 private:
  enum class State { kNew, kBegun, kDone };

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
    choice.may_be_empty = true;  // where no condition holds
    return choice;
  }

  // A space or a comma may be missing beside punctuation.
  static Beginning OfText(std::string_view text) {
    Beginning beginning{.characters = 0, .may_be_empty = true};
    for (size_t i = 0; i < text.size() && beginning.may_be_empty; ++i) {
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
    arcs_.at(from).push_back({.to = one.to, .allowed = one.allowed});
    arcs_.at(to).push_back({.to = one.from, .allowed = Transposed(one.allowed, values)});
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
    for (const Alternative& alternative : rule.alternatives) MatchAlternative(alternative, focus, then, at);
    if (rule.states >= 0) TakeBack();
    --depth_;
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
    if (IsOver() || !CanBegin(alternative.beginning, at)) return;
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
             return NarrowSubject(who, arc.to, Image(arc.allowed, now));
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
    const auto& alternatives = rules_[static_cast<size_t>(met[i])].alternatives;
    if (!std::all_of(alternatives.begin(), alternatives.end(), only_puts_in_a_row)) {
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
