#include "text/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/error.h"

namespace diptych::text {
namespace {

struct Range {
  char32_t first, last;
};
// Listed here because utf8proc 2.8 has no script property.
constexpr std::array<Range, 7> kHan{{{0x2E80, 0x2FDF},
                                     {0x3005, 0x3007},
                                     {0x3400, 0x4DBF},
                                     {0x4E00, 0x9FFF},
                                     {0xF900, 0xFAFF},
                                     {0x20000, 0x2FA1F},
                                     {0x30000, 0x323AF}}};

enum class Utf8Fate { kWhole, kInvalid, kCutOff };

// The next character, or the maximal invalid part (Unicode 15, table 3-7 and section 3.9), at the start of `bytes`.
// utf8proc says that bytes are invalid, not how many are, nor that they are valid so far.
struct Utf8Part {
  size_t length = 1;
  Utf8Fate fate = Utf8Fate::kInvalid;  // kCutOff: valid so far, and the bytes end
};

Utf8Part NextPart(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, Utf8Fate::kWhole};
  if (lead < 0xC2 || lead > 0xF4) return {1, Utf8Fate::kInvalid};
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range keeps out overlong forms, surrogates and numbers above U+10FFFF.
  uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (size_t i = 1; i < length; ++i, low = 0x80, high = 0xBF) {
    if (i == bytes.size()) return {i, Utf8Fate::kCutOff};
    if (byte(i) < low || byte(i) > high) return {i, Utf8Fate::kInvalid};
  }
  return {length, Utf8Fate::kWhole};
}

size_t AsciiPrefix(std::string_view bytes) {
  size_t i = 0;
  for (uint64_t word = 0; i + 8 <= bytes.size(); i += 8) {
    std::memcpy(&word, bytes.data() + i, 8);
    if ((word & 0x8080808080808080) != 0) break;
  }
  while (i < bytes.size() && static_cast<uint8_t>(bytes[i]) < 0x80) ++i;
  return i;
}

// Characters that form C leaves alone whatever stands around them: below the combining marks, the Han block, and the
// punctuation and wide forms used with it. Covers most text without a table.
bool IsPlain(int32_t c) {
  return c < 0x300 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3001 && c <= 0x3029) || (c >= 0xFF01 && c <= 0xFF60);
}

// The character at the start of `text` and its bytes; an Error of utf8proc, which is negative, where there is none.
utf8proc_ssize_t Decode(std::string_view text, utf8proc_int32_t* character) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  return utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), character);
}

int32_t NextCharacter(std::string_view* text) {
  utf8proc_int32_t character = 0;
  const auto length = Decode(*text, &character);
  DIPTYCH_CHECK(length > 0, "text is repaired before it is normalised");
  text->remove_prefix(static_cast<size_t>(length));
  return character;
}

bool IsComposed(std::string_view text) {
  for (text.remove_prefix(AsciiPrefix(text)); !text.empty(); text.remove_prefix(AsciiPrefix(text))) {
    if (!IsPlain(NextCharacter(&text))) return false;
  }
  return true;
}

int CombiningClass(int32_t character) { return utf8proc_get_property(character)->combining_class; }

// Marks after a letter, in the order of their combining class. utf8proc sorts them by neighbours, in quadratic time.
void OrderMarks(std::vector<int32_t>& characters) {
  const auto is_mark = [](int32_t c) { return CombiningClass(c) != 0; };
  for (auto mark = characters.begin(); mark != characters.end();) {
    mark = std::find_if(mark, characters.end(), is_mark);
    const auto end = std::find_if_not(mark, characters.end(), is_mark);
    if (end - mark > 1) {
      std::stable_sort(mark, end, [](int32_t a, int32_t b) { return CombiningClass(a) < CombiningClass(b); });
    }
    mark = end;
  }
}

std::vector<int32_t> Decompose(std::string_view text) {
  std::vector<int32_t> characters;
  characters.reserve(text.size());
  std::array<utf8proc_int32_t, 16> parts{};  // Unicode's longest canonical decomposition has four characters
  int boundary = 0;
  while (!text.empty()) {
    const auto count =
        utf8proc_decompose_char(NextCharacter(&text), parts.data(), parts.size(), UTF8PROC_DECOMPOSE, &boundary);
    DIPTYCH_CHECK(count >= 0 && static_cast<size_t>(count) <= parts.size(), "utf8proc decomposes any character");
    characters.insert(characters.end(), parts.begin(), parts.begin() + count);
  }
  return characters;
}

// characters_of_byte[b] is the character that stands for byte b: itself when it is printable and no space, else the
// next one from U+0100 on.
std::array<int32_t, 256> MakeAlphabet() {
  std::array<int32_t, 256> characters{};
  int32_t next = 0x100;
  for (int32_t b = 0; b < 256; ++b) {
    const bool printable = (b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    characters[static_cast<size_t>(b)] = printable ? b : next++;
  }
  return characters;
}

const std::array<int32_t, 256>& Alphabet() {
  static const std::array<int32_t, 256> alphabet = MakeAlphabet();
  return alphabet;
}

void AppendCharacter(int32_t character, std::string& text) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(character, bytes.data());
  text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(length));
}

enum class CharacterKind { kLetter, kMark, kOther };

// Kinds by general category (Unicode Standard Annex 44, section 5.7.1); invisible ones are kOther.
CharacterKind KindOf(int32_t character) {
  if (utf8proc_get_property(character)->ignorable) return CharacterKind::kOther;
  switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
      return CharacterKind::kLetter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
      return CharacterKind::kMark;
    default:
      return CharacterKind::kOther;
  }
}

}  // namespace

Character FirstCharacter(std::string_view text) {
  utf8proc_int32_t character = 0;
  const auto length = Decode(text, &character);
  if (length <= 0) return {.bytes = text.substr(0, 1)};
  return {static_cast<char32_t>(character), text.substr(0, static_cast<size_t>(length))};
}

std::vector<Character> CharactersOf(std::string_view text) {
  std::vector<Character> characters;
  for (; !text.empty(); text.remove_prefix(characters.back().bytes.size())) characters.push_back(FirstCharacter(text));
  return characters;
}

bool IsHan(char32_t code) {
  return std::ranges::any_of(kHan, [&](const Range& range) { return code >= range.first && code <= range.last; });
}

size_t CompleteUtf8(std::string_view bytes) {
  for (size_t tail = std::min<size_t>(3, bytes.size()); tail > 0; --tail) {
    const size_t start = bytes.size() - tail;
    if (!ContinuesCharacter(bytes[start]) && NextPart(bytes.substr(start)).fate == Utf8Fate::kCutOff) return start;
  }
  return bytes.size();
}

std::string RepairUtf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  while (!text.empty()) {
    if (const size_t ascii = AsciiPrefix(text); ascii > 0) {
      repaired += text.substr(0, ascii);
      text.remove_prefix(ascii);
      continue;
    }
    const Utf8Part part = NextPart(text);
    repaired += part.fate == Utf8Fate::kWhole ? text.substr(0, part.length) : "\uFFFD";
    text.remove_prefix(part.length);
  }
  return repaired;
}

std::string SmallLetter(const Character& character) {
  if (character.code == 0xFFFD) return std::string(character.bytes);
  std::string small;
  AppendCharacter(utf8proc_tolower(static_cast<utf8proc_int32_t>(character.code)), small);
  return small;
}

std::string ComposeUnicode(std::string_view text) {
  if (IsComposed(text)) return std::string(text);
  std::vector<int32_t> characters = Decompose(text);
  OrderMarks(characters);
  const auto count = utf8proc_normalize_utf32(characters.data(), static_cast<utf8proc_ssize_t>(characters.size()),
                                              static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  DIPTYCH_CHECK(count >= 0, "utf8proc composes any characters");
  characters.resize(static_cast<size_t>(count));
  std::string composed;
  composed.reserve(text.size());
  for (int32_t character : characters) AppendCharacter(character, composed);
  return composed;
}

std::vector<std::string> UnicodeWords(std::string_view text) {
  std::vector<std::string> words(1);
  const std::string composed = ComposeUnicode(RepairUtf8(text));
  for (std::string_view rest = composed; !rest.empty();) {
    const int32_t character = NextCharacter(&rest);
    const CharacterKind kind = KindOf(character);
    std::string& word = words.back();
    if (kind == CharacterKind::kLetter || (kind == CharacterKind::kMark && !word.empty()))
      AppendCharacter(utf8proc_tolower(character), word);
    else if (!word.empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string SpellBytes(std::string_view bytes) {
  std::string spelling;
  spelling.reserve(bytes.size() * 2);
  for (char byte : bytes) AppendCharacter(Alphabet()[static_cast<uint8_t>(byte)], spelling);
  return spelling;
}

std::string UnspellBytes(std::string_view spelling) {
  // Printable bytes stand for themselves and the other 68 for U+0100 to U+0143.
  static const std::array<int, 0x144> kByteOf = [] {
    std::array<int, 0x144> byte_of{};
    byte_of.fill(-1);
    for (size_t b = 0; b < 256; ++b) byte_of[static_cast<size_t>(Alphabet()[b])] = static_cast<int>(b);
    return byte_of;
  }();
  std::string bytes;
  for (std::string_view rest = spelling; !rest.empty();) {
    const auto character = static_cast<size_t>(NextCharacter(&rest));
    if (character >= kByteOf.size() || kByteOf[character] < 0) return std::string(spelling);
    bytes += static_cast<char>(kByteOf[character]);
  }
  return bytes;
}

std::string ByteAlphabet() {
  std::string bytes(256, '\0');
  for (size_t b = 0; b < 256; ++b) bytes[b] = static_cast<char>(b);
  std::sort(bytes.begin(), bytes.end(),
            [](char a, char b) { return Alphabet()[static_cast<uint8_t>(a)] < Alphabet()[static_cast<uint8_t>(b)]; });
  return bytes;
}

}  // namespace diptych::text
