#include "record/events.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace diptych::record {
namespace {

TEST(JsonObject, KeepsOrderAndKindOfItsMembers) {
  JsonObject inner = {{"yes", true}, {"none", nullptr}};
  JsonObject json = {{"text", "a \"b\"\n"}, {"less", -1}, {"most", ~uint64_t{0}}, {"half", 0.5}, {"whole", 2.0}};
  json.Add("inner", inner).Add("texts", std::vector<std::string>{"x", ""}).Add("numbers", std::vector<int64_t>{1, 2});
  EXPECT_EQ(json.Line(), R"({"text":"a \"b\"\n","less":-1,"most":18446744073709551615,"half":0.5,"whole":2.0,)"
                         R"("inner":{"yes":true,"none":null},"texts":["x",""],"numbers":[1,2]})");
  json.Add("less", "new").Remove("text");
  EXPECT_EQ(json.Line().substr(0, 28), R"({"less":"new","most":1844674)");
  EXPECT_EQ(JsonObject().Line(), "{}");
  EXPECT_EQ(inner.Lines(), "{\n  \"yes\": true,\n  \"none\": null\n}");
}

TEST(JsonObject, ShowsItsMembersAsTexts) {
  const JsonObject json = {{"name", "a b"}, {"size", 64}, {"plan", true}};
  const std::vector<std::pair<std::string, std::string>> texts = {{"name", "a b"}, {"size", "64"}, {"plan", "true"}};
  EXPECT_EQ(json.Texts(), texts);
}

TEST(JsonObject, RefusesForeignTextsThatAreNoSoundObject) {
  EXPECT_EQ(JsonObject::Parse(R"({"b": [1, {"a": null}], "a": 2})", "it").Line(), R"({"b":[1,{"a":null}],"a":2})");
  for (const char* text : {"", "{", "[]", "null", "\"a\"", R"({"a": 1, "a": 2})", R"({"a": {"b": 1, "b": 2}})"})
    EXPECT_THROW(JsonObject::Parse(text, "it"), base::Error) << text;
}

TEST(JsonObject, RefusesLevelsThatWritingWouldNotEndIn) {
  const auto nested = [](size_t levels) {
    return R"({"a":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(JsonObject::Parse(nested(90), "it").Line(), nested(90));
  EXPECT_THROW(JsonObject::Parse(nested(200), "it"), base::Error);
  EXPECT_THROW(JsonObject::Parse(nested(1'000'000), "it"), base::Error);
}

TEST(EventLine, IsOneLineWithTheNameFirst) {
  EXPECT_EQ(EventLine("step", {{"step", 1}, {"steps", 8}}), "{\"event\":\"step\",\"step\":1,\"steps\":8}\n");
  EXPECT_EQ(EventLine("end", {}), "{\"event\":\"end\"}\n");
  EXPECT_EQ(EventLine("text", {{"text", "a\nb\xff"}}), "{\"event\":\"text\",\"text\":\"a\\nb\xef\xbf\xbd\"}\n");
}

}  // namespace
}  // namespace diptych::record
