#include "text/tokenizer_file.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/json_levels.h"
#include "base/lfs_pointer.h"
#include "base/split.h"

namespace diptych::text {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kTokenizerFilePlace = "tokenizer";

[[noreturn]] void Fail(std::string_view message, std::string_view hint = {}) {
  throw base::Error(kTokenizerFilePlace, message, hint);
}

Json ParseJsonFile(const fs::path& path) {
  const std::string content = base::ReadFile(path);
  base::RefuseLfsPointer(content, kTokenizerFilePlace, path.string());
  bool deep = false;
  const auto watch = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > base::kMostJsonLevels;
    return !deep;
  };
  try {
    Json value = Json::parse(content, watch);
    if (deep)
      Fail(path.string() + " has lists or objects within each other more than " +
           std::to_string(base::kMostJsonLevels) + " deep.");
    return value;
  } catch (const Json::parse_error& error) {
    Fail(path.string() + " has " + std::to_string(content.size()) +
             " bytes and is not whole JSON: it breaks off or errs at byte " + std::to_string(error.byte) + ".",
         "copy the file again.");
  } catch (const Json::out_of_range&) {
    Fail(path.string() + " has a number that is too large.", "copy the file again.");
  }
}

// A member of an object; null when it is absent.
const Json& Member(const Json& object, const std::string& name, std::string_view part) {
  static const Json kNull;
  if (!object.is_object()) Fail(std::string(part) + " is a JSON " + object.type_name() + ", expected an object.");
  const auto found = object.find(name);
  return found == object.end() ? kNull : *found;
}

std::string Text(const Json& value, std::string_view part) {
  if (!value.is_string()) Fail(std::string(part) + " is a JSON " + value.type_name() + ", expected a string.");
  return value.get<std::string>();
}

bool Flag(const Json& object, const std::string& name, bool otherwise, std::string_view part) {
  const Json& value = Member(object, name, part);
  if (value.is_null()) return otherwise;
  if (!value.is_boolean()) {
    Fail(std::string(part) + "." + name + " is a JSON " + value.type_name() + ", expected true or false.");
  }
  return value.get<bool>();
}

const Json& List(const Json& object, const std::string& name, std::string_view part) {
  const Json& value = Member(object, name, part);
  if (!value.is_array()) {
    Fail(std::string(part) + "." + name + " is a JSON " + value.type_name() + ", expected a list.");
  }
  return value;
}

std::string TypeOf(const Json& object, std::string_view part) {
  return Text(Member(object, "type", part), std::string(part) + ".type");
}

int64_t Integer(const Json& value, std::string_view part) {
  if (!value.is_number_integer()) Fail(std::string(part) + " is not a whole number.");
  return value.get<int64_t>();
}

void ReadVocabulary(const Json& vocab, std::string_view part, TokenizerDescription& out) {
  if (!vocab.is_object()) Fail(std::string(part) + " is a JSON " + vocab.type_name() + ", expected an object.");
  out.vocabulary.reserve(vocab.size());
  for (const auto& [spelling, id] : vocab.items()) {
    out.vocabulary.emplace_back(spelling, Integer(id, std::string(part) + "[\"" + spelling + "\"]"));
  }
}

std::pair<std::string, std::string> ParseMerge(std::string_view line, size_t index) {
  const size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos || space + 1 == line.size() ||
      line.find(' ', space + 1) != std::string_view::npos) {
    Fail("merge " + std::to_string(index) + " is \"" + std::string(line) + "\", expected two tokens and one space.");
  }
  return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

void ReadMerges(const Json& merges, TokenizerDescription& out) {
  out.merges.reserve(merges.size());
  for (const Json& merge : merges) {
    const size_t index = out.merges.size();
    if (merge.is_string()) {
      out.merges.push_back(ParseMerge(merge.get_ref<const std::string&>(), index));
    } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
      out.merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
    } else {
      Fail("merge " + std::to_string(index) + " is neither \"a b\" nor [\"a\", \"b\"].");
    }
  }
}

void ReadModel(const Json& model, TokenizerDescription& out) {
  // Files of before 2020 leave the type out.
  const Json& type = Member(model, "type", "model");
  if (!type.is_null() && type != "BPE") Fail("model.type is " + type.dump() + ", only \"BPE\" is supported.");
  const Json& dropout = Member(model, "dropout", "model");
  if (!dropout.is_null() && dropout != 0) Fail("model.dropout is " + dropout.dump() + ", only null is supported.");
  for (const char* name : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const Json& mark = Member(model, name, "model");
    if (!mark.is_null() && mark != "") {
      Fail(std::string("model.") + name + " is " + mark.dump() + ", byte-level tokenizers have none.");
    }
  }
  // unk_token, fuse_unk and byte_fallback are about characters without a token; here every byte must have one.
  out.whole_words_first = Flag(model, "ignore_merges", false, "model");
  ReadVocabulary(Member(model, "vocab", "model"), "model.vocab", out);
  ReadMerges(List(model, "merges", "model"), out);
}

void ReadNormalizer(const Json& normalizer, TokenizerDescription& out) {
  if (normalizer.is_null()) return;
  const std::string type = TypeOf(normalizer, "normalizer");
  if (type == "NFC") {
    out.compose = true;
  } else if (type == "Sequence") {
    for (const Json& step : List(normalizer, "normalizers", "normalizer")) ReadNormalizer(step, out);
  } else {
    Fail("normalizer.type is \"" + type + "\", only NFC and Sequence are supported.");
  }
}

SplitBehavior BehaviorOf(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kNames{{
      {"Removed", SplitBehavior::kRemoved},
      {"Isolated", SplitBehavior::kIsolated},
      {"MergedWithPrevious", SplitBehavior::kMergedWithPrevious},
      {"MergedWithNext", SplitBehavior::kMergedWithNext},
      {"Contiguous", SplitBehavior::kContiguous},
  }};
  for (const auto& [known, behavior] : kNames) {
    if (name == known) return behavior;
  }
  Fail("pre_tokenizer.behavior is \"" + name + "\", which is unknown.");
}

SplitRule ReadSplit(const Json& split) {
  constexpr std::string_view kPart = "pre_tokenizer";
  const Json& pattern = Member(split, "pattern", kPart);
  const Json& regex = Member(pattern, "Regex", "pre_tokenizer.pattern");
  const bool literal = regex.is_null();
  return {
      .pattern = Text(literal ? Member(pattern, "String", "pre_tokenizer.pattern") : regex, "pre_tokenizer.pattern"),
      .literal = literal,
      .behavior = BehaviorOf(Text(Member(split, "behavior", kPart), "pre_tokenizer.behavior")),
      .invert = Flag(split, "invert", false, kPart)};
}

// True once the ByteLevel step is read; it must come last and once, for later steps would see its alphabet.
bool ReadPreTokenizer(const Json& step, bool after_byte_level, TokenizerDescription& out) {
  if (step.is_null()) return after_byte_level;
  constexpr std::string_view kPart = "pre_tokenizer";
  const std::string type = TypeOf(step, kPart);
  if (type == "Sequence") {
    for (const Json& inner : List(step, "pretokenizers", kPart)) {
      after_byte_level = ReadPreTokenizer(inner, after_byte_level, out);
    }
    return after_byte_level;
  }
  if (after_byte_level) Fail("pre_tokenizer has " + type + " after ByteLevel, which must be the last step.");
  if (type == "Split") {
    out.splits.push_back(ReadSplit(step));
    return false;
  }
  if (type != "ByteLevel")
    Fail("pre_tokenizer.type is \"" + type + "\", only Sequence, Split and ByteLevel are supported.");
  out.prefix_space = Flag(step, "add_prefix_space", true, kPart);
  out.gpt2_split = Flag(step, "use_regex", true, kPart);
  return true;
}

void CheckDecoder(const Json& decoder) {
  if (decoder.is_object() && TypeOf(decoder, "decoder") == "Sequence") {
    for (const Json& step : List(decoder, "decoders", "decoder")) CheckDecoder(step);
    return;
  }
  const std::string type = decoder.is_null() ? "null" : TypeOf(decoder, "decoder");
  if (type != "ByteLevel") Fail("the decoder is " + type + ", only ByteLevel is supported.");
}

AddedToken ReadAddedToken(const Json& token, int64_t id) {
  const std::string part = "added token " + std::to_string(id);
  AddedToken added{.id = id,
                   .spelling = Text(Member(token, "content", part), part + ".content"),
                   .special = Flag(token, "special", false, part)};
  added.normalized = Flag(token, "normalized", !added.special, part);
  if (added.spelling.empty()) Fail(part + " has no content.");
  // These would lose spaces or depend on the neighbours, and decoding could not give the text back.
  for (const char* name : {"lstrip", "rstrip", "single_word"}) {
    if (Flag(token, name, false, part)) Fail(part + " asks for " + name + ", which is not supported.");
  }
  return added;
}

TokenizerDescription ReadTokenizerJson(const fs::path& path) {
  const Json file = ParseJsonFile(path);
  TokenizerDescription out;
  ReadModel(Member(file, "model", path.string()), out);
  ReadNormalizer(Member(file, "normalizer", path.string()), out);
  if (!ReadPreTokenizer(Member(file, "pre_tokenizer", path.string()), false, out)) {
    Fail("pre_tokenizer has no ByteLevel step, only byte-level tokenizers are supported.");
  }
  CheckDecoder(Member(file, "decoder", path.string()));
  const Json& added = Member(file, "added_tokens", path.string());
  if (added.is_null()) return out;
  for (const Json& token : List(file, "added_tokens", path.string())) {
    out.added.push_back(ReadAddedToken(token, Integer(Member(token, "id", "added_tokens"), "added_tokens.id")));
  }
  return out;
}

void ReadMergeLines(const fs::path& path, TokenizerDescription& out) {
  const std::string content = base::ReadFile(path);
  std::string_view rest = base::WithoutByteOrderMark(content);
  for (bool first = true; !rest.empty(); first = false) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (first && line.starts_with("#version"))) continue;
    out.merges.push_back(ParseMerge(line, out.merges.size()));
  }
}

void ReadTokenizerConfig(const fs::path& path, TokenizerDescription& out) {
  const Json config = ParseJsonFile(path);
  const Json& name = Member(config, "tokenizer_class", path.string());
  if (!name.is_null() && name != "Qwen2Tokenizer" && name != "Qwen2TokenizerFast") {
    Fail(path.string() + " names the class " + name.dump() +
             "; without tokenizer.json only Qwen2Tokenizer is supported.",
         "add the model's tokenizer.json.");
  }
  const Json& added = Member(config, "added_tokens_decoder", path.string());
  if (added.is_null()) return;
  if (!added.is_object())
    Fail("added_tokens_decoder is a JSON " + std::string(added.type_name()) + ", expected an object.");
  for (const auto& [key, token] : added.items()) {
    if (key.empty() || key.size() > 9 || key.find_first_not_of("0123456789") != std::string::npos) {
      Fail("added_tokens_decoder has the key \"" + key + "\", expected an id.");
    }
    out.added.push_back(ReadAddedToken(token, std::stoll(key)));
  }
}

TokenizerDescription ReadQwenFiles(const fs::path& folder) {
  TokenizerDescription out;
  out.compose = true;
  out.splits.push_back({.pattern = std::string(kQwen2Pattern)});
  ReadVocabulary(ParseJsonFile(folder / "vocab.json"), "vocab.json", out);
  ReadMergeLines(folder / "merges.txt", out);
  if (fs::exists(folder / "tokenizer_config.json")) ReadTokenizerConfig(folder / "tokenizer_config.json", out);
  return out;
}

}  // namespace

TokenizerDescription ReadTokenizerFiles(const fs::path& folder) {
  std::error_code ignored;  // a file that cannot be examined counts as missing; reading it will say why
  if (fs::exists(folder / "tokenizer.json", ignored)) return ReadTokenizerJson(folder / "tokenizer.json");
  if (fs::exists(folder / "vocab.json", ignored)) return ReadQwenFiles(folder);
  Fail(folder.string() + " holds neither tokenizer.json nor vocab.json with merges.txt.", "name a model's folder.");
}

}  // namespace diptych::text
