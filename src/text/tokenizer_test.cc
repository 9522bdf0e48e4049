#include "text/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/temporary_folder.h"
#include "text/splitter.h"
#include "text/unicode.h"

namespace diptych::text {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using Ids = std::vector<int32_t>;

// A folder with a tokenizer's files, none at first.
class Folder {
 public:
  void Write(const std::string& name, std::string_view content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  Tokenizer Load() const { return Tokenizer::Load(folder_.path()); }

 private:
  base::TemporaryFolder folder_;
};

constexpr int kHe = 256, kLl = 257, kHell = 258, kHello = 259, kSpaceW = 260, kEnd = 261, kTool = 262, kToolbox = 263;

Json AddedJson(int id, const std::string& content, bool special) {
  return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", special}};
}

// Bytes, five merges, one special token and two added ones of which one starts like the other.
Json SmallJson() {
  Json vocab;
  for (char byte : ByteAlphabet()) vocab[SpellBytes(std::string(1, byte))] = vocab.size();
  for (const char* token : {"he", "ll", "hell", "hello", "Ġw"}) vocab[token] = vocab.size();
  const Json split = {{"type", "Split"},
                      {"pattern", {{"Regex", std::string(kQwen2Pattern)}}},
                      {"behavior", "Isolated"},
                      {"invert", false}};
  return {
      {"version", "1.0"},
      {"added_tokens",
       {AddedJson(kEnd, "<|end|>", true), AddedJson(kTool, "<tool>", false), AddedJson(kToolbox, "<tool>box", false)}},
      {"normalizer", {{"type", "NFC"}}},
      {"pre_tokenizer",
       {{"type", "Sequence"},
        {"pretokenizers", {split, {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}}},
      {"decoder", {{"type", "ByteLevel"}}},
      {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", {"h e", "l l", "he ll", "hell o", "Ġ w"}}}}};
}

Tokenizer LoadJson(const Json& json) {
  const Folder folder;
  folder.Write("tokenizer.json", json.dump());
  return folder.Load();
}

std::string FailureOf(const std::function<void()>& load) {
  try {
    load();
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Tokenizer, GivesTheIdsOfAHandMadeFile) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  EXPECT_THAT(tokenizer.Encode("hello w"), ElementsAre(kHello, kSpaceW));
  EXPECT_THAT(tokenizer.Encode("hellhe"), ElementsAre(kHell, kHe));
  EXPECT_THAT(tokenizer.Encode("lll"), ElementsAre(kLl, 75));
  EXPECT_THAT(tokenizer.Encode("hello\nw!"), ElementsAre(kHello, 198, 86, 0));
  EXPECT_THAT(tokenizer.Encode(""), ElementsAre());
  EXPECT_THAT(tokenizer.EncodeOrdinary(""), ElementsAre());
  EXPECT_EQ(tokenizer.vocabulary_size(), 264);
}

TEST(Tokenizer, ReadsMergesInBothSpellings) {
  Json json = SmallJson();
  json["model"]["merges"] = Json::parse(R"([["h","e"],["l","l"],["he","ll"],["hell","o"],["Ġ","w"]])");
  EXPECT_THAT(LoadJson(json).Encode("hello w"), ElementsAre(kHello, kSpaceW));
}

TEST(Tokenizer, FindsTheLongestAddedToken) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  EXPECT_THAT(tokenizer.Encode("he<tool>box<tool>bo<|end|>"), ElementsAre(kHe, kToolbox, kTool, 65, 78, kEnd));
  EXPECT_THAT(tokenizer.Encode("<|end|><|end|>"), ElementsAre(kEnd, kEnd));
  EXPECT_EQ(tokenizer.Encode("<|end|").size(), 6u);
}

TEST(Tokenizer, TreatsAddedTokensAsTextWhenOrdinary) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  for (const std::string text : {"<|end|>", "he<tool>box", "a<|end|>b"}) {
    const Ids ids = tokenizer.EncodeOrdinary(text);
    for (int32_t id : ids) EXPECT_LT(id, kEnd);
    EXPECT_EQ(tokenizer.Decode(ids), text);
  }
}

TEST(Tokenizer, KnowsItsTokens) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  EXPECT_EQ(tokenizer.Find("<|end|>"), kEnd);
  EXPECT_EQ(tokenizer.Find("Ġw"), kSpaceW);
  EXPECT_EQ(tokenizer.Find("nothing"), std::nullopt);
  EXPECT_TRUE(tokenizer.IsSpecial(kEnd));
  EXPECT_FALSE(tokenizer.IsSpecial(kTool));
  EXPECT_FALSE(tokenizer.IsSpecial(-1));
  EXPECT_FALSE(tokenizer.IsSpecial(264));
  EXPECT_EQ(tokenizer.Decode(Ids{kHello, kEnd, kSpaceW, kTool}), "hello<|end|> w<tool>");
}

TEST(Tokenizer, RefusesForeignIds) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  EXPECT_THAT(FailureOf([&] { tokenizer.Decode(Ids{1, 264}); }), HasSubstr("id 264 is outside the vocabulary of 264"));
  EXPECT_THROW(tokenizer.Decode(Ids{-1}), base::Error);
}

TEST(Tokenizer, RepairsInvalidBytes) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  EXPECT_EQ(tokenizer.Decode(tokenizer.Encode("he\xFF\xE7\x94<|end|>\xC0")), "he\uFFFD\uFFFD<|end|>\uFFFD");
  EXPECT_EQ(tokenizer.Decode(tokenizer.EncodeOrdinary("\xED\xA0\x80")), "\uFFFD\uFFFD\uFFFD");
}

TEST(Tokenizer, FindsNormalizedTokensAfterNormalisation) {
  Json json = SmallJson();
  json["added_tokens"][1] = AddedJson(kTool, "éa", false);
  EXPECT_NE(LoadJson(json).Encode("e\u0301"
                                  "a"),
            Ids{kTool});
  json["added_tokens"][1]["normalized"] = true;
  EXPECT_EQ(LoadJson(json).Encode("e\u0301"
                                  "a"),
            Ids{kTool});
}

TEST(Tokenizer, TakesWholeWordsFirstWhenMergesAreIgnored) {
  Json json = SmallJson();
  json["model"]["merges"] = {"h e"};
  EXPECT_EQ(LoadJson(json).Encode("hello").size(), 4u);
  json["model"]["ignore_merges"] = true;
  EXPECT_THAT(LoadJson(json).Encode("hello"), ElementsAre(kHello));
}

TEST(Tokenizer, PutsASpaceInFrontOfGpt2Words) {
  Json json = SmallJson();
  json["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", true}};
  const Tokenizer tokenizer = LoadJson(json);
  EXPECT_THAT(tokenizer.Encode("w w"), ElementsAre(kSpaceW, kSpaceW));
  EXPECT_THAT(tokenizer.Encode(" w"), ElementsAre(kSpaceW));
  EXPECT_THAT(tokenizer.Encode(" 12"), ElementsAre(220, 16, 17));
}

// Letters, marks, Han, emoji, controls, private and unassigned characters, and pieces of special tokens.
std::string RandomText(base::Random& random) {
  static const std::vector<std::string> kParts{"he",
                                               "hello",
                                               " ",
                                               "  ",
                                               "\n",
                                               "\r\n",
                                               "<|",
                                               "<tool",
                                               ">",
                                               "'s",
                                               "\uFFFD",
                                               "🙂",
                                               "👨‍👩‍👧",
                                               "e\u0301",
                                               "路上",
                                               "\u200D",
                                               "7"};
  std::string text;
  for (int length = random.Below(30); length > 0; --length) {
    if (random.Percent(40)) {
      text += random.Pick(kParts);
      continue;
    }
    int c = random.Below(random.Percent(50) ? 0x400 : random.Percent(50) ? 0x10000 : 0x110000);
    if (c >= 0xD800 && c < 0xE000) c = 0x4E00;
    std::string bytes;
    if (c < 0x80) {
      bytes = {static_cast<char>(c)};
    } else if (c < 0x800) {
      bytes = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 63))};
    } else if (c < 0x10000) {
      bytes = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 63)),
               static_cast<char>(0x80 | (c & 63))};
    } else {
      bytes = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63)),
               static_cast<char>(0x80 | (c >> 6 & 63)), static_cast<char>(0x80 | (c & 63))};
    }
    text += bytes;
  }
  return text;
}

TEST(Tokenizer, DecodesWhatItEncoded) {
  Json json = SmallJson();
  const Tokenizer composing = LoadJson(json);
  json["normalizer"] = nullptr;
  const Tokenizer plain = LoadJson(json);
  base::Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = RandomText(random);
    ASSERT_EQ(plain.Decode(plain.Encode(text)), text);
    ASSERT_EQ(plain.Decode(plain.EncodeOrdinary(text)), text);
    ASSERT_EQ(composing.Decode(composing.EncodeOrdinary(text)), ComposeUnicode(text));
  }
}

TEST(Tokenizer, DecodesWhatItRepaired) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  base::Random random(2);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes(static_cast<size_t>(random.Below(24)), '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random.Percent(60) ? random.Between(0x80, 0xFF) : random.Below(128));
    ASSERT_EQ(tokenizer.Decode(tokenizer.EncodeOrdinary(bytes)), ComposeUnicode(RepairUtf8(bytes)));
  }
}

TEST(Tokenizer, TakesLongTextsWithoutSpaces) {
  const Tokenizer tokenizer = LoadJson(SmallJson());
  EXPECT_EQ(tokenizer.Encode(std::string(2'000'000, 'l')), Ids(1'000'000, kLl));
  std::string marks = "e";
  for (int i = 0; i < 500'000; ++i) marks += "\u0302\u0316";
  EXPECT_EQ(tokenizer.Decode(tokenizer.Encode(marks)), ComposeUnicode(marks));
  EXPECT_EQ(tokenizer.Encode(std::string(2'000'000, '<')).size(), 2'000'000u);
}

TEST(Tokenizer, ReadsQwensLayout) {
  const Json json = SmallJson();
  const Folder folder;
  folder.Write("vocab.json", json["model"]["vocab"].dump());
  std::string merges = "\xEF\xBB\xBF#version: 0.2\n";  // an editor's byte order mark does no harm
  for (const Json& merge : json["model"]["merges"]) merges += merge.get<std::string>() + "\n";
  folder.Write("merges.txt", merges);
  Json added;
  for (const Json& token : json["added_tokens"]) added[token["id"].dump()] = token;
  folder.Write("tokenizer_config.json",
               Json{{"tokenizer_class", "Qwen2Tokenizer"}, {"added_tokens_decoder", added}}.dump());
  const Tokenizer qwen = folder.Load(), hugging_face = LoadJson(json);
  base::Random random(4);
  for (int i = 0; i < 300; ++i) {
    const std::string text = RandomText(random) + "<|end|>" + RandomText(random);
    ASSERT_EQ(qwen.Encode(text), hugging_face.Encode(text));
  }
  EXPECT_TRUE(qwen.IsSpecial(kEnd));
}

TEST(Tokenizer, RefusesAnotherClassOfLayout) {
  const Folder folder;
  folder.Write("vocab.json", SmallJson()["model"]["vocab"].dump());
  folder.Write("merges.txt", "h e\n");
  folder.Write("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer"})");
  EXPECT_THAT(FailureOf([&] { folder.Load(); }), HasSubstr("BertTokenizer"));
  folder.Write("tokenizer_config.json", R"({"added_tokens_decoder": {"1x": {"content": "a"}}})");
  EXPECT_THAT(FailureOf([&] { folder.Load(); }), HasSubstr("\"1x\""));
}

TEST(Tokenizer, RefusesAFolderWithoutItsFiles) {
  const Folder folder;
  EXPECT_THAT(FailureOf([&] { folder.Load(); }), HasSubstr("neither tokenizer.json nor vocab.json"));
  folder.Write("vocab.json", "{}");
  EXPECT_THAT(FailureOf([&] { folder.Load(); }), HasSubstr("merges.txt"));
}

TEST(Tokenizer, RefusesEveryTruncatedFile) {
  const Folder folder;
  const std::string whole = SmallJson().dump();
  for (size_t size = 0; size < whole.size(); size += size < 100 ? 1 : 41) {
    folder.Write("tokenizer.json", whole.substr(0, size));
    ASSERT_THAT(FailureOf([&] { folder.Load(); }), HasSubstr("not whole JSON")) << size;
  }
}

TEST(Tokenizer, RefusesNumbersBeyondEveryType) {
  const Folder folder;
  folder.Write("tokenizer.json", R"({"version": 1e999})");
  EXPECT_THAT(FailureOf([&] { folder.Load(); }), HasSubstr("too large"));
}

struct Damage {
  const char* path;         // a JSON pointer into SmallJson()
  const char* replacement;  // JSON
  const char* message;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.path << " = " << damage.replacement; }

class DamagedTokenizer : public testing::TestWithParam<Damage> {};

TEST_P(DamagedTokenizer, IsRefusedByName) {
  Json json = SmallJson();
  const Json::json_pointer path(GetParam().path);
  const Json replacement = Json::parse(GetParam().replacement);
  json[path] = replacement;
  EXPECT_THAT(FailureOf([&] { LoadJson(json); }), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Parts, DamagedTokenizer,
    testing::Values(
        Damage{"", "[1]", "array, expected an object"}, Damage{"/model", "null", "model is a JSON null"},
        Damage{"/model/type", "\"Unigram\"", "model.type is \"Unigram\""},
        Damage{"/model/type", "7", "model.type is 7"}, Damage{"/model/vocab", "null", "model.vocab is a JSON null"},
        Damage{"/model/vocab", "{}", "has id 261, but the ids of 3 tokens"},
        Damage{"/model/vocab/he", "\"1\"", "model.vocab[\"he\"] is not a whole number"},
        Damage{"/model/vocab/he", "1.5", "not a whole number"}, Damage{"/model/vocab/he", "-1", "\"he\" has id -1"},
        Damage{"/model/vocab/he", "257", "share the id 257"}, Damage{"/model/vocab/he", "9999", "\"he\" has id 9999"},
        Damage{"/model/vocab/he", "18446744073709551615", "\"he\" has id"},
        Damage{"/model/vocab/extra", "300", "\"extra\" has id 300, but the ids of 265 tokens"},
        Damage{"/model/merges", "null", "model.merges is a JSON null"},
        Damage{"/model/merges", "[\"h e\", \"h x y\"]", "merge 1 is \"h x y\""},
        Damage{"/model/merges", "[\"he\"]", "expected two tokens and one space"},
        Damage{"/model/merges", "[\"h \"]", "merge 0"}, Damage{"/model/merges", "[\" h\"]", "merge 0"},
        Damage{"/model/merges", "[[\"h\"]]", "merge 0 is neither"},
        Damage{"/model/merges", "[[\"h\", 1]]", "merge 0 is neither"},
        Damage{"/model/merges", "[\"no h\"]", "merge 0 names \"no\""},
        Damage{"/model/merges", "[\"h l\"]", "merge 0 names \"hl\""},
        Damage{"/model/dropout", "0.1", "model.dropout is 0.1"},
        Damage{"/model/continuing_subword_prefix", "\"##\"", "continuing_subword_prefix is \"##\""},
        Damage{"/model/end_of_word_suffix", "\"</w>\"", "end_of_word_suffix"},
        Damage{"/model/ignore_merges", "1", "model.ignore_merges is a JSON number"},
        Damage{"/normalizer", "{\"type\":\"Lowercase\"}", "normalizer.type is \"Lowercase\""},
        Damage{"/normalizer", "{}", "normalizer.type is a JSON null"},
        Damage{"/normalizer", "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKC\"}]}", "NFKC"},
        Damage{"/pre_tokenizer", "null", "no ByteLevel step"},
        Damage{"/pre_tokenizer", "{\"type\":\"Metaspace\"}", "pre_tokenizer.type is \"Metaspace\""},
        Damage{"/pre_tokenizer/pretokenizers", "[{\"type\":\"ByteLevel\"},{\"type\":\"ByteLevel\"}]",
               "after ByteLevel"},
        Damage{"/pre_tokenizer/pretokenizers/0/pattern/Regex", "\"(\"", "at byte 1"},
        Damage{"/pre_tokenizer/pretokenizers/0/pattern", "{}", "pre_tokenizer.pattern is a JSON null"},
        Damage{"/pre_tokenizer/pretokenizers/0/behavior", "\"Sideways\"", "\"Sideways\""},
        Damage{"/decoder", "null", "the decoder is null"},
        Damage{"/decoder", "{\"type\":\"WordPiece\"}", "the decoder is WordPiece"},
        Damage{"/added_tokens", "{}", "added_tokens is a JSON object"},
        Damage{"/added_tokens/0/id", "\"x\"", "added_tokens.id is not a whole number"},
        Damage{"/added_tokens/0/id", "300", "\"<|end|>\" has id 300"},
        Damage{"/added_tokens/0/id", "3", "share the id 3"},
        Damage{"/added_tokens/0/content", "\"he\"", "\"he\" has two ids"},
        Damage{"/added_tokens/0/content", "\"\"", "has no content"},
        Damage{"/added_tokens/0/content", "null", "content is a JSON null"},
        Damage{"/added_tokens/2", R"({"id": 220, "content": "Ġ"})", "how the vocabulary spells other bytes"},
        Damage{"/added_tokens/0/lstrip", "true", "asks for lstrip"},
        Damage{"/added_tokens/0/single_word", "true", "asks for single_word"}));

TEST(Tokenizer, RefusesAVocabularyWithoutAByte) {
  Json json = SmallJson();
  json["model"]["vocab"].erase("Ġ");
  json["model"]["vocab"]["filler"] = 220;
  EXPECT_THAT(FailureOf([&] { LoadJson(json); }), HasSubstr("lacks byte 32, spelled \"Ġ\""));
}

// Whether a gap is a lost token cannot be known, and a model could choose an id in it.
TEST(Tokenizer, IdsWithGapsAreRefusedWithAWayOut) {
  Json json = SmallJson();
  json["added_tokens"][0]["id"] = 300;
  EXPECT_THAT(FailureOf([&] { LoadJson(json); }), HasSubstr("must run from 0 without gaps"));
  EXPECT_THAT(FailureOf([&] { LoadJson(json); }), HasSubstr("[UNUSED_300]"));
}

TEST(Tokenizer, APointerOfGitLfsIsNamed) {
  const base::TemporaryFolder folder;
  base::WriteFileAtomically(folder / "tokenizer.json", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n");
  EXPECT_THAT(FailureOf([&] { Tokenizer::Load(folder.path()); }), HasSubstr("tokenizer.json is a pointer of Git LFS"));
}

// Any damage to the bytes of a file ends in an Error or in a tokenizer that works.
TEST(Tokenizer, SurvivesRandomDamage) {
  const Folder folder;
  const std::string whole = SmallJson().dump();
  base::Random random(9);
  for (int round = 0; round < 1500; ++round) {
    std::string damaged = whole;
    for (int n = random.Between(1, 4); n > 0; --n) {
      const auto at = static_cast<size_t>(random.Below(static_cast<int>(damaged.size())));
      if (random.Percent(50)) {
        damaged[at] = static_cast<char>(random.Percent(50) ? random.Between(32, 126) : random.Below(256));
      } else {
        damaged.erase(at, static_cast<size_t>(random.Between(1, 40)));
      }
    }
    folder.Write("tokenizer.json", damaged);
    try {
      const Tokenizer tokenizer = folder.Load();
      tokenizer.Decode(tokenizer.Encode("hello <|end|> 路上"));
    } catch (const base::Error&) {
      continue;
    }
  }
}

}  // namespace
}  // namespace diptych::text
