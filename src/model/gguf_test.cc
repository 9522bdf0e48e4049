#include "model/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <limits>

#include "base/error.h"
#include "base/random.h"
#include "base/temporary_folder.h"

namespace diptych::model {
namespace {

using testing::HasSubstr;

template <typename T>
std::string Bytes(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}
std::string Text(const std::string& text) { return Bytes<uint64_t>(text.size()) + text; }
std::string Padded(std::string text) {
  text.resize((text.size() + 31) / 32 * 32, '\0');
  return text;
}

// A tensor's entry, dimensions as the file has them: the fastest first.
struct Entry {
  std::string name = "w";
  std::vector<uint64_t> dimensions = {32, 2};
  uint32_t type = 8;
  uint64_t offset = 0;
};
std::string Written(const Entry& entry) {
  std::string text = Text(entry.name) + Bytes<uint32_t>(static_cast<uint32_t>(entry.dimensions.size()));
  for (uint64_t extent : entry.dimensions) text += Bytes(extent);
  return text + Bytes(entry.type) + Bytes(entry.offset);
}

// A whole file: version, settings as raw entries, tensors, bytes of tensors.
struct Parts {
  uint32_t version = 3;
  std::vector<std::string> settings = {};
  std::vector<Entry> entries = {{}};
  size_t body = 68;
  std::optional<uint64_t> tensor_count = {}, setting_count = {};
};
std::string File(const Parts& parts) {
  std::string text = "GGUF" + Bytes(parts.version) + Bytes(parts.tensor_count.value_or(parts.entries.size())) +
                     Bytes(parts.setting_count.value_or(parts.settings.size()));
  for (const auto& setting : parts.settings) text += setting;
  for (const auto& entry : parts.entries) text += Written(entry);
  return Padded(text) + std::string(parts.body, '\1');
}

class GgufTest : public testing::Test {
 protected:
  GgufFile Open(const std::string& content) {
    std::ofstream(path_, std::ios::trunc | std::ios::binary) << content;
    return GgufFile(path_);
  }
  std::string ErrorOf(const std::string& content) {
    try {
      Open(content);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "no error";
  }

  const base::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "test.gguf";
};

TEST_F(GgufTest, ReadsAFileWrittenByHand) {
  const GgufFile file = Open(File({.settings = {Text("general.name") + Bytes<uint32_t>(8) + Text("tiny"),
                                                Text("count") + Bytes<uint32_t>(10) + Bytes<uint64_t>(7),
                                                Text("list") + Bytes<uint32_t>(9) + Bytes<uint32_t>(8) +
                                                    Bytes<uint64_t>(2) + Text("a") + Text("bc")}}));
  EXPECT_EQ(file.settings().at("general.name"), "tiny");
  EXPECT_EQ(file.settings().at("count"), "7");
  EXPECT_EQ(file.settings().at("list"), "[2 values]");
  const TensorView& tensor = file.tensors().at("w");
  EXPECT_EQ(tensor.type, numbers::DType::kQ8_0);
  EXPECT_EQ(tensor.shape, (std::vector<int64_t>{2, 32}));
  EXPECT_EQ(tensor.bytes.size(), 68u);
  EXPECT_EQ(tensor.bytes[67], std::byte{1});
}

TEST_F(GgufTest, ReadsWhatItWritesInEveryType) {
  std::vector<TensorPlan> plans;
  std::string body;
  for (numbers::DType type :
       {numbers::DType::kF32, numbers::DType::kF16, numbers::DType::kBF16, numbers::DType::kQ8_0, numbers::DType::kQ4_0,
        numbers::DType::kQ4_K, numbers::DType::kQ5_K, numbers::DType::kQ6_K}) {
    plans.push_back({std::string("tensor.") + numbers::NameOf(type), type, {3, 256}});
    body += Padded(std::string(*SizeOf(type, plans.back().shape), static_cast<char>(plans.size())));
  }
  plans.push_back({"deep", numbers::DType::kF32, {2, 1, 3, 5}});
  body += std::string(120, '\x7f');  // the last one need not be padded
  const std::map<std::string, GgufSetting> settings = {
      {"general.architecture", "neo_chat"}, {"layers", uint32_t{42}}, {"epsilon", 0.5f}};
  const GgufFile file = Open(GgufHeader(plans, settings) + body);
  EXPECT_EQ(file.settings().at("general.architecture"), "neo_chat");
  EXPECT_EQ(file.settings().at("layers"), "42");
  EXPECT_EQ(std::stof(file.settings().at("epsilon")), 0.5f);
  ASSERT_EQ(file.tensors().size(), plans.size());
  for (size_t i = 0; i + 1 < plans.size(); ++i) {
    const TensorView& tensor = file.tensors().at(plans[i].name);
    EXPECT_EQ(tensor.type, plans[i].type);
    EXPECT_EQ(tensor.shape, plans[i].shape);
    for (std::byte byte : tensor.bytes) ASSERT_EQ(byte, static_cast<std::byte>(i + 1)) << plans[i].name;
  }
  EXPECT_EQ(file.tensors().at("deep").shape, plans.back().shape);
}

TEST_F(GgufTest, EveryTruncationIsAnError) {
  const std::string whole = File({.settings = {Text("general.name") + Bytes<uint32_t>(8) + Text("tiny")}});
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_THROW(Open(whole.substr(0, length)), base::Error) << length;
  EXPECT_THAT(ErrorOf(whole.substr(0, whole.size() - 2)), HasSubstr("truncated"));
  EXPECT_NO_THROW(Open(whole));
}

TEST_F(GgufTest, WrongFilesAreNamed) {
  constexpr uint64_t kHuge = std::numeric_limits<uint64_t>::max();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"GGML" + File({}).substr(4), "does not start with GGUF"},
      {File({.version = 2}), "has version 2"},
      {File({.version = 3u << 24}), "big-endian"},
      {File({.tensor_count = kHuge}), "tensors, there is no room"},
      {File({.setting_count = kHuge}), "settings, there is no room"},
      {File({.settings = {Bytes(kHuge)}, .setting_count = 1}), "a text of"},
      {File({.settings = {Text("a") + Bytes<uint32_t>(13) + Bytes<uint64_t>(0)}}), "unknown type 13"},
      {File({.settings = {Text("a") + Bytes<uint32_t>(9) + Bytes<uint32_t>(4) + Bytes(kHuge)}}), "values, there is no"},
      {File({.settings = {Text("a") + Bytes<uint32_t>(0) + "x", Text("a") + Bytes<uint32_t>(0) + "x"}}), "twice"},
      {File({.settings = {Text("general.alignment") + Bytes<uint32_t>(4) + Bytes<uint32_t>(24)}}), "a power of two"},
      {File({.entries = {{.dimensions = {32, 1, 1, 1, 2}}}}), "dimensions, the limit is 4"},
      {File({.entries = {{.dimensions = {31, 2}}}}), "do not go together"},
      {File({.entries = {{.dimensions = {32, kHuge}}}}), "beyond 64 bits"},
      {File({.entries = {{.dimensions = {32, 1ull << 62}}}}), "do not go together"},
      {File({.entries = {{.dimensions = {}}}}), "do not go together"},
      {File({.entries = {{.type = 7}}}), "type number 7"},
      {File({.entries = {{.offset = 32}}}), "it must be at 0"},
      {File({.entries = {{.name = "a"}, {.name = "b", .offset = 68}}, .body = 136}), "it must be at 96"},
      {File({.entries = {{.name = "a"}, {.name = "a", .offset = 96}}, .body = 164}), "a twice"},
      {File({.entries = {{.name = "a"}, {.name = "b", .offset = 0}}, .body = 164}), "it must be at 96"},
      {File({.body = 67}), "truncated"},
      {File({.body = 97}), "97 bytes of tensors"}};
  for (const auto& [content, message] : cases) EXPECT_THAT(ErrorOf(content), HasSubstr(message));
  std::string deep = Text("a") + Bytes<uint32_t>(9);
  for (int i = 0; i < 100; ++i) deep += Bytes<uint32_t>(9) + Bytes<uint64_t>(1);
  EXPECT_THAT(ErrorOf(File({.settings = {deep}})), HasSubstr("lists in lists"));
}

TEST_F(GgufTest, ChangedBytesNeverCrash) {
  const std::string whole = File({.settings = {Text("list") + Bytes<uint32_t>(9) + Bytes<uint32_t>(8) +
                                               Bytes<uint64_t>(2) + Text("a") + Text("bc")},
                                  .entries = {{.name = "a"}, {.name = "b", .offset = 96}},
                                  .body = 164});
  base::Random random(11);
  int read = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string changed = whole;
    for (int flips = random.Between(1, 3); flips > 0; --flips)
      changed[static_cast<size_t>(random.Below(static_cast<int>(changed.size())))] =
          static_cast<char>(random.Below(256));
    try {
      const GgufFile file = Open(changed);
      for (const auto& [name, tensor] : file.tensors())
        if (numbers::IsReal(tensor.type)) ToFloat(tensor);
      ++read;
    } catch (const base::Error&) {
    }
  }
  EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace diptych::model
