#include "world/sayings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/ascii.h"
#include "base/error.h"
#include "base/files.h"
#include "base/split.h"

namespace diptych::world {
namespace {

constexpr std::array<std::string_view, kSayingSlots> kSlotNames = {
    "a_thing",     "b_thing", "c_thing", "thing", "things", "b",   "colour", "b_colour",
    "colour_bare", "count",   "size",    "style", "scene",  "who", "he",     "held"};

// Sections whose lines begin with a value; of child only some do.
const std::set<std::string_view>& Valued() {
  static const std::set<std::string_view> sections = {
      "hour",           "weather",         "season",    "moon",    "place",  "style",       "mood",      "feeling",
      "action",         "facing",          "depth",     "pattern", "size",   "relation",    "relative",  "long",
      "statement_size", "statement_place", "located",   "sun",     "clouds", "colour_word", "size_word", "feeling_word",
      "manner_word",    "pattern_word",    "worn_word", "child"};
  return sections;
}

std::optional<SayingSlot> SlotOf(std::string_view name) {
  const auto found = std::ranges::find(kSlotNames, name);
  if (found == kSlotNames.end()) return std::nullopt;
  return static_cast<SayingSlot>(found - kSlotNames.begin());
}

std::vector<std::string> Alternatives(std::string_view inside) {
  std::vector<std::string> words;
  for (size_t start = 0; start <= inside.size();) {
    const size_t end = std::min(inside.find('|', start), inside.size());
    words.emplace_back(inside.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

// Splits a pattern into its pieces; false when a brace stays open or a slot is unknown.
bool Cut(std::string_view text, Saying& saying) {
  using Form = SayingPiece::Form;
  const auto words = [&saying](std::string_view more) {
    if (saying.pieces.empty() || saying.pieces.back().form != Form::kWords)
      saying.pieces.push_back({.form = Form::kWords, .words = {""}});
    saying.pieces.back().words.front() += more;
  };
  while (!text.empty()) {
    const char open = text.front();
    const char close = open == '{' ? '}' : open == '(' ? ')' : open == '[' ? ']' : '\0';
    const size_t end = close == '\0' ? text.npos : text.find(close);
    if (open == '{') {
      const auto slot = SlotOf(text.substr(1, end == text.npos ? 0 : end - 1));
      if (end == text.npos || !slot) return false;
      saying.pieces.push_back({.form = Form::kSlot, .slot = *slot});
      saying.slots |= uint32_t{1} << static_cast<int>(*slot);
      text.remove_prefix(end + 1);
      continue;
    }
    const std::string_view inside = end == text.npos ? std::string_view{} : text.substr(1, end - 1);
    if (open == '(' && inside.find('|') != inside.npos) {
      saying.pieces.push_back({.form = Form::kEither, .words = Alternatives(inside)});
      text.remove_prefix(end + 1);
    } else if (open == '[' && end != text.npos) {
      saying.pieces.push_back({.form = Form::kMaybe, .words = {std::string(inside)}});
      text.remove_prefix(end + 1);
    } else {
      words(text.substr(0, 1));
      text.remove_prefix(1);
    }
  }
  return true;
}

// "size-large" is "large", "living-room" "living room".
std::string ValueOf(std::string_view written) {
  std::string value(written);
  std::ranges::replace(value, '-', ' ');
  return value;
}

// Whether the alternation at `index` goes before its subject, as in "There (is|are) {who}".
bool IsInverted(const std::vector<SayingPiece>& pieces, size_t index) {
  using Form = SayingPiece::Form;
  const bool slot_follows = index + 2 < pieces.size() && pieces[index + 1].form == Form::kWords &&
                            pieces[index + 1].words.front() == " " && pieces[index + 2].form == Form::kSlot;
  if (!slot_follows) return false;
  const bool slot_before = index >= 2 && pieces[index - 1].form == Form::kWords &&
                           pieces[index - 1].words.front() == " " && pieces[index - 2].form == Form::kSlot;
  if (!slot_before) return true;
  // "Upon {b_thing} (rides|ride) {a_thing}": the clause begins with other words than its subject.
  constexpr std::array<std::string_view, 21> kLeads = {
      "There ", "Upon ",   "Under ", "Behind ",  "Between ", "Before ", "After ",
      "At ",    "Inside ", "On ",    "Over ",    "In ",      "Here ",   "Along ",
      "Down ",  "Around ", "Below ", "Beneath ", "hiding ",  "being ",  "In front of "};
  if (index < 3 || pieces[index - 3].form != Form::kWords) return false;
  const std::string& lead = pieces[index - 3].words.front();
  return std::ranges::any_of(kLeads, [&lead](std::string_view word) { return lead.ends_with(word); });
}

// The slot whose number an alternation takes: the one after it when it is inverted, else the last that names somebody.
std::optional<size_t> OwnerOf(const std::vector<SayingPiece>& pieces, size_t index) {
  if (IsInverted(pieces, index)) return index + 2;
  const auto names = [&pieces](size_t i) {
    return pieces[i].form == SayingPiece::Form::kSlot && pieces[i].slot != SayingSlot::kScene &&
           pieces[i].slot != SayingSlot::kHeld && pieces[i].slot != SayingSlot::kColour;
  };
  for (size_t i = index; i-- > 0;)
    if (names(i)) return i;
  for (size_t i = index + 1; i < pieces.size(); ++i)
    if (names(i)) return i;
  return std::nullopt;
}

}  // namespace

std::string_view Saying::Start() const {
  return pieces.empty() || pieces.front().form != SayingPiece::Form::kWords ? std::string_view{}
                                                                            : pieces.front().words.front();
}

bool IsHeldOutSaying(std::string_view text) {
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return (hash >> 32) % 10 == 0;
}

Sayings Sayings::Load(const std::filesystem::path& folder) {
  Sayings sayings;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt") files.insert(entry.path());
  for (const auto& file : files) {
    const std::string text = base::ReadFile(file);
    std::string section;
    int number = 0;
    for (std::string_view line : base::Split(text, '\n')) {
      ++number;
      if (line.starts_with("## ")) section = line.substr(3);
      if (line.empty() || line.front() == '#') continue;
      const size_t bar = Valued().contains(section) ? line.find(" | ") : line.npos;
      const std::string value = bar == line.npos ? "" : ValueOf(line.substr(0, bar));
      if (bar != line.npos) line.remove_prefix(bar + 3);
      Saying saying{.text = std::string(line), .pieces = {}};
      if (section.empty() || !Cut(line, saying))
        throw base::Error("words", file.string() + ", line " + std::to_string(number) + " is no pattern.");
      saying.held_out = !section.ends_with("_word") && IsHeldOutSaying(line);
      auto& list = sayings.all_[{section, value}];
      if (std::ranges::find(list, saying.text, &Saying::text) == list.end()) list.push_back(std::move(saying));
    }
  }
  return sayings;
}

const std::vector<Saying>& Sayings::Of(std::string_view section, std::string_view value) const {
  static const std::vector<Saying> none;
  const auto found = all_.find({std::string(section), std::string(value)});
  return found == all_.end() ? none : found->second;
}

std::string Say(const Saying& saying, base::Random& random,
                const std::function<SayingFill(SayingSlot slot, std::string_view before)>& fill) {
  using Form = SayingPiece::Form;
  const auto& pieces = saying.pieces;
  std::string text;
  // Alternations may come before the slot that they agree with, so that their place is kept until it is filled.
  struct Gap {
    size_t at, piece, owner;
  };
  std::vector<Gap> gaps;
  std::vector<bool> plural(pieces.size());
  for (size_t i = 0; i < pieces.size(); ++i) {
    const SayingPiece& piece = pieces[i];
    if (piece.form == Form::kWords || (piece.form == Form::kMaybe && random.Percent(50))) {
      text += piece.words.front();
    } else if (piece.form == Form::kSlot) {
      const SayingFill filled = fill(piece.slot, text);
      plural[i] = filled.plural;
      text += filled.text;
    } else if (piece.form == Form::kEither) {
      const auto owner = OwnerOf(pieces, i);
      const bool agrees = piece.words.size() == 2 && owner && base::IsAsciiLetter(piece.words.front().front());
      if (agrees) {
        gaps.push_back({text.size(), i, *owner});
      } else {
        text += random.Pick(piece.words);
      }
    }
  }
  for (size_t i = gaps.size(); i-- > 0;)
    text.insert(gaps[i].at, pieces[gaps[i].piece].words[plural[gaps[i].owner] ? 1 : 0]);
  return text;
}

}  // namespace diptych::world
