#include "coherence/known_words.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/files.h"
#include "text/unicode.h"

namespace diptych::coherence {
namespace {

constexpr std::string_view kWordsFile = "words.txt";

// Part of a word of letters. Beyond ASCII everything is but spaces, punctuation and their full-width forms.
bool IsLetter(char32_t code) {
  if (code < 0x80) return base::IsAsciiLetter(static_cast<char>(code));
  return !(code < 0xc0 || code == 0xd7 || code == 0xf7 || (code >= 0x2000 && code <= 0x206f) ||
           (code >= 0x3000 && code <= 0x303f) || (code >= 0xfe00 && code <= 0xfe0f) ||
           (code >= 0xfe30 && code <= 0xfe4f) || (code >= 0xff00 && code <= 0xffef) || code == 0xfffd);
}

// A Han character that stands for a word or a part of one: not "〇" and "々", which lie among the punctuation.
bool IsHanLetter(char32_t code) { return text::IsHan(code) && IsLetter(code); }

bool IsApostrophe(char32_t code) { return code == '\'' || code == 0x2019; }

// The forms that a word may be an inflection of: buses -> bus, driving -> drive, running -> run, carried -> carry.
std::vector<std::string> StemsOf(const std::string& word) {
  std::vector<std::string> stems;
  const auto strip = [&](std::string_view ending, std::string_view replacement) {
    if (word.size() > ending.size() + 1 && word.ends_with(ending)) {
      stems.push_back(word.substr(0, word.size() - ending.size()) + std::string(replacement));
    }
  };
  for (const auto& [ending, replacement] : {std::pair{"ies", "y"},
                                            {"es", ""},
                                            {"s", ""},
                                            {"ied", "y"},
                                            {"ed", ""},
                                            {"ed", "e"},
                                            {"d", ""},
                                            {"ing", ""},
                                            {"ing", "e"},
                                            {"ly", ""}}) {
    strip(ending, replacement);
  }
  for (const std::string_view ending : {"ing", "ed"}) {
    const size_t stem = word.size() - std::min(word.size(), ending.size());
    if (stem >= 3 && word.ends_with(ending) && word[stem - 1] == word[stem - 2])
      stems.push_back(word.substr(0, stem - 1));
  }
  return stems;
}

// The inflections of a word: drive -> drives, driving.
std::vector<std::string> InflectionsOf(const std::string& word) {
  std::vector<std::string> forms = {word + "s", word + "es", word + "ing", word + "ed", word + "d"};
  if (word.ends_with('e')) forms.push_back(word.substr(0, word.size() - 1) + "ing");
  if (word.ends_with('y')) forms.push_back(word.substr(0, word.size() - 1) + "ies");
  return forms;
}

// The bytes of the characters from `at` on for which `is` holds; `at` moves behind them.
template <typename Is>
std::string TakeWhile(const std::vector<text::Character>& characters, size_t& at, Is is) {
  std::string bytes;
  for (; at < characters.size() && is(characters[at]); ++at) bytes += characters[at].bytes;
  return bytes;
}

// Moves `at` behind an apostrophe and its letters. True for a contraction ("don't", "we'll"), whose parts are no words
// of their own; false for a possessive or when there is none.
bool SkipContraction(const std::vector<text::Character>& characters, size_t& at) {
  if (at >= characters.size() || !IsApostrophe(characters[at].code)) return false;
  ++at;
  const std::string rest =
      TakeWhile(characters, at, [](const text::Character& c) { return IsLetter(c.code) && !IsHanLetter(c.code); });
  return !rest.empty() && rest != "s" && rest != "S";
}

std::string LowerCase(std::string word) {
  for (char& c : word) c = base::AsciiLower(c);
  return word;
}

// Collects unknown words, each once.
class Collector {
 public:
  void Add(std::string word) {
    if (!word.empty() && std::find(words_.begin(), words_.end(), word) == words_.end())
      words_.push_back(std::move(word));
  }
  std::vector<std::string> Take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

}  // namespace

KnownWords::KnownWords(std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view word = lines.substr(0, end);
    if (word.ends_with('\r')) word.remove_suffix(1);
    if (!word.empty()) words_.emplace(word);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

std::optional<KnownWords> KnownWords::Load(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / kWordsFile)) return {};
  return KnownWords(base::ReadFile(folder / kWordsFile));
}

bool KnownWords::Knows(const std::string& word) const {
  const auto known = [&](const std::string& form) { return words_.contains(form); };
  if (known(word)) return true;
  const std::vector<std::string> stems = StemsOf(word), inflections = InflectionsOf(word);
  return std::any_of(stems.begin(), stems.end(), known) || std::any_of(inflections.begin(), inflections.end(), known);
}

std::vector<std::string> KnownWords::UnknownIn(std::string_view prompt) const {
  const std::string repaired = text::RepairUtf8(prompt);
  const std::vector<text::Character> characters = text::CharactersOf(repaired);
  const auto unseen_han = [&](const text::Character& c) { return IsHanLetter(c.code) && !words_.contains(c.bytes); };
  const auto letter = [](const text::Character& c) { return IsLetter(c.code) && !IsHanLetter(c.code); };
  Collector unknown;
  for (size_t at = 0; at < characters.size();) {
    if (unseen_han(characters[at])) {
      unknown.Add(TakeWhile(characters, at, unseen_han));
    } else if (letter(characters[at])) {
      const std::string word = LowerCase(TakeWhile(characters, at, letter));
      if (!SkipContraction(characters, at) && !Knows(word)) unknown.Add(word);
    } else {
      ++at;
    }
  }
  return unknown.Take();
}

}  // namespace diptych::coherence
