#include "server/multipart.h"

#include <gtest/gtest.h>

#include "server/api_error.h"

namespace diptych::server {
namespace {

const std::string kType = "multipart/form-data; boundary=----b";

std::string Part(const std::string& headers, const std::string& content) {
  return "------b\r\n" + headers + "\r\n\r\n" + content + "\r\n";
}

std::string Field(const std::string& name, const std::string& content) {
  return Part("Content-Disposition: form-data; name=\"" + name + "\"", content);
}

bool IsRefused(const std::string& type, const std::string& body) {
  try {
    ParseForm(type, body, {});
  } catch (const ApiError&) {
    return true;
  }
  return false;
}

TEST(ParseForm, FieldsAndFilesAreFound) {
  const std::string body =
      Field("prompt", "make it night") +
      Part("content-disposition: form-data; name=image; filename=\"a;b.png\"\r\nContent-Type: image/png",
           std::string("\x89PNG\r\n\0------c", 15)) +
      Field("empty", "") + "------b--\r\n";
  const std::vector<FormPart> parts = ParseForm(kType, body, {});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].name, "prompt");
  EXPECT_EQ(parts[0].bytes, "make it night");
  EXPECT_FALSE(parts[0].is_file);
  EXPECT_EQ(parts[1].name, "image");
  EXPECT_TRUE(parts[1].is_file);
  EXPECT_EQ(parts[1].bytes.size(), 15U);
  EXPECT_EQ(parts[2].bytes, "");
}

TEST(ParseForm, QuotedBoundariesPreamblesAndEscapesAreUnderstood) {
  const std::string body = "preamble\r\n" + Field("a\\\"b", "1") + "------b--";
  const std::vector<FormPart> parts = ParseForm("multipart/form-data; charset=utf-8; boundary=\"----b\"", body, {});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].name, "a\"b");
}

TEST(ParseForm, DamagedFormsAreRefused) {
  const std::string good = Field("a", "1") + "------b--\r\n";
  EXPECT_FALSE(IsRefused(kType, good));
  // Of its last line two dashes are enough.
  for (size_t cut = 0; cut < good.size() - 2; ++cut) EXPECT_TRUE(IsRefused(kType, good.substr(0, cut))) << cut;
  EXPECT_TRUE(IsRefused("multipart/form-data", good));
  EXPECT_TRUE(IsRefused("multipart/form-data; boundary=", good));
  EXPECT_TRUE(IsRefused("multipart/form-data; boundary=" + std::string(71, 'b'), good));
  EXPECT_TRUE(IsRefused(kType, Part("content-type: text/plain", "1") + "------b--"));
  EXPECT_TRUE(IsRefused(kType, Part("content-disposition: form-data; name=\"\xff\"", "1") + "------b--"));
  EXPECT_TRUE(IsRefused(kType, "------bX" + good));
  EXPECT_TRUE(
      IsRefused(kType, Part("content-disposition: form-data; name=a; x=" + std::string(5000, 'x'), "1") + "------b--"));
}

TEST(ParseForm, ThereMayBeSoManyParts) {
  std::string body;
  for (int i = 0; i < 100; ++i) body += Field("a", "1");
  EXPECT_FALSE(IsRefused(kType, body + "------b--"));
  EXPECT_TRUE(IsRefused(kType, body + Field("a", "1") + "------b--"));
}

}  // namespace
}  // namespace diptych::server
