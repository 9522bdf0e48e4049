#include "base/base64.h"

#include <gtest/gtest.h>

namespace diptych::base {
namespace {

TEST(Base64, IsThatOfTheStandard) {  // RFC 4648, section 10
  EXPECT_EQ(EncodeBase64(""), "");
  EXPECT_EQ(EncodeBase64("f"), "Zg==");
  EXPECT_EQ(EncodeBase64("fo"), "Zm8=");
  EXPECT_EQ(EncodeBase64("foobar"), "Zm9vYmFy");
}

TEST(Base64, WhatWasEncodedIsDecoded) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(Base64, BothAlphabetsAndNoPaddingAreRead) {
  EXPECT_EQ(DecodeBase64("-_8"), "\xfb\xff");
  EXPECT_EQ(DecodeBase64("+/8="), "\xfb\xff");
  EXPECT_EQ(DecodeBase64("Zm9v\r\nYmFy"), "foobar");
}

TEST(Base64, AnythingElseIsRefused) {
  for (const char* text : {"Z", "Zg=", "Zg===", "Z g==", "Zg==Zg==", "=", "Zm9vY", "\xff"})
    EXPECT_FALSE(DecodeBase64(text)) << text;
}

TEST(DataUrl, IsReadWithAndWithoutItsHead) {
  EXPECT_EQ(DataUrl("image/png", "foo"), "data:image/png;base64,Zm9v");
  EXPECT_EQ(BytesOfDataUrl("data:image/png;base64,Zm9v"), "foo");
  EXPECT_EQ(BytesOfDataUrl("Zm9v"), "foo");
  for (const char* url : {"data:image/png,foo", "data:image/png;base64", "http://example.org/a.png", "data:"})
    EXPECT_FALSE(BytesOfDataUrl(url)) << url;
}

}  // namespace
}  // namespace diptych::base
