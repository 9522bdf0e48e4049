#include "server/fields.h"

#include <gtest/gtest.h>

#include "server/api_error.h"
#include "server/orders.h"

namespace diptych::server {
namespace {

Fields OfJson(const std::string& json) { return Fields(JsonDocument::Parse(json, {}).top()); }

Fields OfForm(const std::vector<std::pair<std::string, std::string>>& values) {
  std::vector<FormPart> parts;
  for (const auto& [name, value] : values) parts.push_back({.name = name, .bytes = value});
  return Fields(parts);
}

// The field that a refusal names; "" where there is none.
template <typename Call>
std::string RefusedField(const Call& call) {
  try {
    call();
  } catch (const ApiError& error) {
    return error.content().param;
  }
  return "";
}

std::string RefusedOption(const std::string& json) {
  return RefusedField([&] { ReadOptions(OfJson(json), {}); });
}

TEST(Fields, JsonAndFormsGiveTheSame) {
  const std::vector<std::pair<std::string, std::string>> form = {
      {"seed", "18446744073709551615"}, {"n", "3"}, {"check", "false"}, {"guidance", "2.5"}, {"prompt", "a cat"}};
  for (const Fields& fields :
       {OfJson(R"({"seed":18446744073709551615,"n":3,"check":false,"guidance":2.5,"prompt":"a cat"})"), OfForm(form)}) {
    EXPECT_EQ(fields.Seed("seed"), 18446744073709551615U);
    EXPECT_EQ(fields.Integer("n", 1, 10), 3);
    EXPECT_EQ(fields.Switch("check"), false);
    EXPECT_EQ(fields.Text("prompt", 100), "a cat");
    EXPECT_EQ(std::get<double>(ReadOptions(fields, {}).at("guidance")), 2.5);
  }
}

TEST(Fields, WhatIsOfAnotherKindIsRefusedByName) {
  const Fields fields = OfJson(R"({"prompt":3,"n":"3","check":"yes","seed":-2,"language":"fr","long":"aaaa"})");
  EXPECT_EQ(RefusedField([&] { fields.Text("prompt", 10); }), "prompt");
  EXPECT_EQ(RefusedField([&] { fields.Integer("n", 1, 10); }), "n");
  EXPECT_EQ(RefusedField([&] { fields.Switch("check"); }), "check");
  EXPECT_EQ(RefusedField([&] { fields.Seed("seed"); }), "seed");
  EXPECT_EQ(RefusedField([&] { fields.Word("language", {"en", "zh"}); }), "language");
  EXPECT_EQ(RefusedField([&] { fields.Text("long", 3); }), "long");
  EXPECT_EQ(RefusedField([] { OfForm({{"prompt", "\xff"}}).Text("prompt", 10); }), "prompt");
}

TEST(Fields, NullAndMinusOneAreNoSeeds) {
  EXPECT_FALSE(OfJson(R"({"seed":null})").Seed("seed"));
  EXPECT_FALSE(OfJson(R"({"seed":-1})").Seed("seed"));
}

TEST(ReadOptions, TheOneTableDecides) {
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    const std::string name(option.name);
    EXPECT_EQ(RefusedOption("{\"" + name + "\":-1}"), name);
    EXPECT_EQ(RefusedOption("{\"" + name + "\":\"nonsense\"}"), name);
    EXPECT_EQ(RefusedOption("{\"" + name + "\":1e300}"), name);
    EXPECT_EQ(RefusedOption("{\"" + name + "\":true}"), name);
  }
}

TEST(ReadOptions, AServerAllowsLessThanTheTable) {
  EXPECT_EQ(RefusedOption(R"({"steps":200,"candidates":8,"pictures":8,"max_new_tokens":4096})"), "");
  EXPECT_EQ(RefusedOption(R"({"steps":201})"), "steps");
  EXPECT_EQ(RefusedOption(R"({"candidates":9})"), "candidates");
  EXPECT_EQ(RefusedOption(R"({"pictures":9})"), "pictures");
  EXPECT_EQ(RefusedOption(R"({"max_new_tokens":4097})"), "max_new_tokens");
}

TEST(ReadOptions, SizesAreReadAsOpenAisClientsSendThem) {
  const model::OptionValues values = ReadOptions(OfJson(R"({"size":"192x128"})"), {});
  EXPECT_EQ(std::get<int64_t>(values.at("width")), 192);
  EXPECT_EQ(std::get<int64_t>(values.at("height")), 128);
  EXPECT_TRUE(ReadOptions(OfJson(R"({"size":"auto"})"), {}).empty());
  for (const char* size : {"0x1", "x", "12x", "99999", "-1", "1x1x1", "wide"})
    EXPECT_EQ(RefusedOption(std::string(R"({"size":")") + size + "\"}"), "size") << size;
}

TEST(BytesOfPictureUrl, OtherHostsAreNotAsked) {
  for (const char* url : {"http://example.org/a.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "!"})
    EXPECT_EQ(RefusedField([&] { ReadPictureFile(BytesOfPictureUrl(url, "image"), "image", {}); }), "image") << url;
}

}  // namespace
}  // namespace diptych::server
