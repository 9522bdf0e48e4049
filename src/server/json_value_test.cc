#include "server/json_value.h"

#include <gtest/gtest.h>

#include "server/api_error.h"

namespace diptych::server {
namespace {

std::string Refusal(const std::string& text, const Limits& limits = {}) {
  try {
    JsonDocument::Parse(text, limits);
  } catch (const ApiError& error) {
    EXPECT_EQ(error.content().status, 400);
    return error.what();
  }
  return "";
}

TEST(JsonDocument, ValuesAreReadAsWhatTheyAre) {
  const JsonDocument document = JsonDocument::Parse(
      R"({"text":"a\u00e9","whole":-3,"large":18446744073709551615,"part":2.5,"yes":true,"none":null,"list":[1,[2]]})",
      {});
  const JsonValue top = document.top();
  EXPECT_EQ(*top.Find("text")->AsText(), "aé");
  EXPECT_EQ(top.Find("whole")->AsInteger(), -3);
  EXPECT_FALSE(top.Find("large")->AsInteger());
  EXPECT_EQ(top.Find("large")->AsUnsigned(), 18446744073709551615U);
  EXPECT_FALSE(top.Find("part")->AsInteger());
  EXPECT_EQ(top.Find("part")->AsNumber(), 2.5);
  EXPECT_EQ(top.Find("yes")->AsBool(), true);
  EXPECT_FALSE(top.Find("none"));
  EXPECT_FALSE(top.Find("absent"));
  ASSERT_EQ(top.Find("list")->size(), 2U);
  EXPECT_EQ(top.Find("list")->At(1).At(0).AsInteger(), 2);
  EXPECT_EQ(top.Find("text")->size(), 0U);
}

TEST(JsonDocument, WhatIsNoObjectInUtf8IsRefused) {
  for (const std::string text : {"", "[]", "3", "{", "{\"a\":}", "{\"a\":\"\xff\"}", "{} {}", "{'a':1}", "nan"})
    EXPECT_NE(Refusal(text), "") << text;
}

TEST(JsonDocument, DepthAndNumberOfValuesAreLimitedBeforeParsing) {
  const auto nested = [](size_t levels) {
    return "{\"a\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(Refusal(nested(31)), "");
  EXPECT_EQ(Refusal(nested(32)), "the body has more than 32 levels.");
  EXPECT_EQ(Refusal(nested(10'000'000)), "the body has more than 32 levels.");
  std::string list = "{\"a\":[1";
  for (int i = 0; i < 20'000; ++i) list += ",1";
  EXPECT_EQ(Refusal(list + "]}"), "the body has more than 20000 values.");
}

TEST(JsonDocument, WhatStandsInATextDoesNotCount) {
  EXPECT_EQ(Refusal("{\"a\":\"" + std::string(50'000, '[') + "\\\"" + std::string(50'000, ',') + "\"}"), "");
}

}  // namespace
}  // namespace diptych::server
