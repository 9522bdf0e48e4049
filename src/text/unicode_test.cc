#include "text/unicode.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <set>
#include <utility>

#include "base/random.h"
#include "text/tokenizer.h"

namespace diptych::text {
namespace {

std::string Encoded(int32_t c) {
  utf8proc_uint8_t bytes[4];
  return {reinterpret_cast<char*>(bytes), static_cast<size_t>(utf8proc_encode_char(c, bytes))};
}

// utf8proc's own form C, by another way through the library.
std::string ReferenceForm(const std::string& text) {
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> form(
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())), &std::free);
  return reinterpret_cast<const char*>(form.get());
}

TEST(FirstCharacter, IsDecodedWithItsBytes) {
  for (const int32_t code : {0x0, 0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF}) {
    const std::string bytes = Encoded(code), text = bytes + "x";
    EXPECT_EQ(FirstCharacter(text).code, static_cast<char32_t>(code));
    EXPECT_EQ(FirstCharacter(text).bytes, bytes);
  }
}

TEST(FirstCharacter, IsASingleByteWhereNoCharacterBegins) {
  for (const std::string_view text : {"\x80x", "\xFFx", "\xC0\xAF", "\xE0\x80\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                      "\xF0\x84\xB8\x80", "\xE7\x94", "\xE7\x94xx"}) {
    EXPECT_EQ(FirstCharacter(text).code, 0xFFFDu);
    EXPECT_EQ(FirstCharacter(text).bytes, text.substr(0, 1));
  }
}

TEST(CharactersOf, AreTheTextEndToEnd) {
  const std::string text = std::string("a\0画", 5) + "\xE7\x94\xF0🙂é";
  std::string joined, codes;
  for (const Character& character : CharactersOf(text)) {
    joined += character.bytes;
    codes += Encoded(static_cast<int32_t>(character.code));
  }
  EXPECT_EQ(joined, text);
  EXPECT_EQ(codes, std::string("a\0画", 5) + "\uFFFD\uFFFD\uFFFD🙂é");
}

TEST(IsHan, HoldsInTheBlocksAlone) {
  for (const auto& [first, last] : {std::pair{0x2E80, 0x2FDF},
                                    {0x3005, 0x3007},
                                    {0x3400, 0x4DBF},
                                    {0x4E00, 0x9FFF},
                                    {0xF900, 0xFAFF},
                                    {0x20000, 0x2FA1F},
                                    {0x30000, 0x323AF}}) {
    EXPECT_TRUE(IsHan(static_cast<char32_t>(first)) && IsHan(static_cast<char32_t>(last))) << first;
    EXPECT_FALSE(IsHan(static_cast<char32_t>(first - 1)) || IsHan(static_cast<char32_t>(last + 1))) << first;
  }
}

TEST(RepairUtf8, FollowsTheExamplesOfUnicodeSection3_9) {
  const std::string r = "\uFFFD";
  EXPECT_EQ(RepairUtf8("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(RepairUtf8("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(RepairUtf8("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), r + r + r + r + r + "A" + r + r + "B");
  EXPECT_EQ(RepairUtf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), r + r + r + r + "A");
}

TEST(RepairUtf8, LeavesValidTextAlone) {
  const std::string text = std::string("\0 nul, ", 7) + "é 画 🙂 \uFFFD" + Encoded(0x10FFFF) + Encoded(0xD7FF);
  EXPECT_EQ(RepairUtf8(text), text);
  EXPECT_EQ(RepairUtf8(""), "");
}

TEST(CompleteUtf8, HoldsBackOnlyWhatMayStillBecomeACharacter) {
  EXPECT_EQ(CompleteUtf8(""), 0u);
  EXPECT_EQ(CompleteUtf8("ab"), 2u);
  EXPECT_EQ(CompleteUtf8("ab\xE7"), 2u);
  EXPECT_EQ(CompleteUtf8("ab\xE7\x94"), 2u);
  EXPECT_EQ(CompleteUtf8("ab\xE7\x94\xBB"), 5u);
  EXPECT_EQ(CompleteUtf8("\xF0\x9F\x99"), 0u);
  EXPECT_EQ(CompleteUtf8("\xFF"), 1u);
  EXPECT_EQ(CompleteUtf8("\xED\xA0"), 2u);  // half of a surrogate can never be completed
  EXPECT_EQ(CompleteUtf8("\x94\xBB\x94"), 3u);
}

TEST(ComposeUnicode, ComposesAndOrders) {
  EXPECT_EQ(ComposeUnicode("e\u0301"), "é");
  EXPECT_EQ(ComposeUnicode("\u212B"), "Å");
  EXPECT_EQ(ComposeUnicode("q\u0307\u0323"), "q\u0323\u0307");
  EXPECT_EQ(ComposeUnicode("\u1112\u1161\u11AB"), "한");
  EXPECT_EQ(ComposeUnicode("\u0958"), "\u0915\u093C");  // excluded from composition
}

TEST(ComposeUnicode, AgreesWithTheLibraryOnEveryCharacter) {
  for (int32_t c = 1; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const std::string text = Encoded(c);
    ASSERT_EQ(ComposeUnicode(text), ReferenceForm(text)) << std::hex << c;
  }
}

TEST(ComposeUnicode, AgreesWithTheLibraryOnRandomMarks) {
  base::Random random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int length = random.Between(1, 12); length > 0; --length) {
      text += Encoded(random.Percent(70) ? random.Between(0x300, 0x36F) : random.Between(0x41, 0x17F));
    }
    ASSERT_EQ(ComposeUnicode(text), ReferenceForm(text));
  }
}

TEST(UnicodeWords, AreLettersDigitsAndTheirMarksInAnyScript) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(UnicodeWords("The Cat's 2 hats!"), (Words{"the", "cat", "s", "2", "hats"}));
  EXPECT_EQ(UnicodeWords("ÜBER Ångström, Ελλάδα"), (Words{"über", "ångström", "ελλάδα"}));
  EXPECT_EQ(UnicodeWords("o\u0308  \u0308x"), (Words{"ö", "x"}));
  EXPECT_EQ(UnicodeWords("夜😀空\xff٣"), (Words{"夜", "空", "٣"}));
  EXPECT_EQ(UnicodeWords("a\u200Db\u3164c\u202Ed"), (Words{"a", "b", "c", "d"}));  // invisible ones
  EXPECT_EQ(UnicodeWords(" .😀"), Words());
}

TEST(SpellBytes, UsesGpt2sTable) {
  EXPECT_EQ(SpellBytes(" a\n"), "ĠaĊ");
  EXPECT_EQ(SpellBytes("画"), "çĶ»");
  EXPECT_EQ(ByteAlphabet().substr(0, 2), "!\"");
  EXPECT_EQ(ByteAlphabet()[220], ' ');
  EXPECT_EQ(ByteAlphabet()[198], '\n');
}

TEST(UnspellBytes, UndoesSpellBytes) {
  std::set<std::string> spellings;
  for (char byte : ByteAlphabet()) {
    const std::string bytes(1, byte);
    EXPECT_EQ(UnspellBytes(SpellBytes(bytes)), bytes);
    spellings.insert(SpellBytes(bytes));
  }
  EXPECT_EQ(spellings.size(), 256u);
  EXPECT_EQ(UnspellBytes("<｜画｜>"), "<｜画｜>");
}

}  // namespace
}  // namespace diptych::text
