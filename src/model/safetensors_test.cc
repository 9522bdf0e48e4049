#include "model/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "base/error.h"
#include "base/random.h"
#include "base/temporary_folder.h"

namespace diptych::model {
namespace {

using testing::HasSubstr;

class SafetensorsTest : public testing::Test {
 protected:
  SafetensorsFile Open(const std::string& content) {
    std::ofstream(path_, std::ios::trunc | std::ios::binary) << content;
    return SafetensorsFile(path_);
  }
  // A file of this header and `body` zero bytes.
  SafetensorsFile OpenHeader(const std::string& header, size_t body) {
    const uint64_t length = header.size();
    std::string content(8, '\0');
    std::memcpy(content.data(), &length, 8);
    return Open(content + header + std::string(body, '\0'));
  }
  std::string ErrorOf(const std::string& header, size_t body) {
    try {
      OpenHeader(header, body);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "no error";
  }
  std::string WriteSample() {
    const std::vector<uint8_t> bytes = {1, 2, 3};
    const std::vector<float> floats = {1.5f, -2, 0, 4, 5, 6};
    const std::vector<NamedTensor> tensors = {
        {"bytes", {numbers::DType::kU8, {3}, std::as_bytes(std::span(bytes))}},
        {"floats", {numbers::DType::kF32, {2, 3}, std::as_bytes(std::span(floats))}},
        {"empty", {numbers::DType::kF32, {0, 7}, {}}},
    };
    WriteSafetensors(path_, tensors, {{"format", "pt"}});
    return base::ReadFile(path_);
  }

  const base::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "test.safetensors";
};

TEST_F(SafetensorsTest, ReadsWhatItWrites) {
  WriteSample();
  const SafetensorsFile file(path_);
  EXPECT_EQ(file.tensors().size(), 3u);
  EXPECT_EQ(file.metadata().at("format"), "pt");
  EXPECT_EQ(file.Get("floats").shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(ToFloat(file.Get("floats")), (std::vector<float>{1.5f, -2, 0, 4, 5, 6}));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(file.Get("floats").bytes.data()) % sizeof(float), 0u);
  EXPECT_EQ(file.Get("bytes").bytes[2], std::byte{3});
  EXPECT_EQ(file.Get("empty").elements(), 0);
  EXPECT_THROW(file.Get("absent"), base::Error);
  EXPECT_THROW(ToFloat(file.Get("bytes")), base::Error);
}

TEST_F(SafetensorsTest, EveryTruncationIsAnErrorWithBothSizes) {
  const std::string whole = WriteSample();
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_THROW(Open(whole.substr(0, length)), base::Error) << length;
  try {
    Open(whole.substr(0, whole.size() - 2));
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("truncated"));
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(whole.size() - 2)));
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(whole.size()) + ","));
  }
}

TEST_F(SafetensorsTest, ChangedBytesNeverCrash) {
  const std::string whole = WriteSample();
  base::Random random(11);
  int read = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string changed = whole;
    for (int flips = random.Between(1, 4); flips > 0; --flips)
      changed[static_cast<size_t>(random.Below(static_cast<int>(changed.size())))] =
          static_cast<char>(random.Below(256));
    try {
      const SafetensorsFile file = Open(changed);
      for (const auto& [name, tensor] : file.tensors()) {
        if (tensor.type == numbers::DType::kF32) read += static_cast<int>(ToFloat(tensor).size());
        EXPECT_EQ(tensor.bytes.size(), static_cast<size_t>(tensor.elements()) * numbers::BytesOf(tensor.type));
      }
    } catch (const base::Error&) {
    }
  }
  EXPECT_GT(read, 0);
}

TEST_F(SafetensorsTest, RefusesWhatTheFormatForbids) {
  const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  EXPECT_EQ(ErrorOf(good, 8), "no error");
  EXPECT_EQ(ErrorOf(good + "   ", 8), "no error");
  EXPECT_THAT(ErrorOf(good, 9), HasSubstr("belong to no tensor"));
  EXPECT_THAT(ErrorOf(" " + good, 8), HasSubstr("does not start with {"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,8]}})", 8), HasSubstr("F8_E4M3"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8), HasSubstr("need 12"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8), HasSubstr("dimension"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}})", 4),
              HasSubstr("64 bits"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,4]}})", 4),
              HasSubstr("64 bits"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8), HasSubstr("ends before"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12), HasSubstr("begins at 4"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                      R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
                      6),
              HasSubstr("begins at 2"));
  EXPECT_THAT(ErrorOf(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
                      R"("a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                      0),
              HasSubstr("twice"));
  EXPECT_THAT(ErrorOf(R"({"__metadata__":{"a":1}})", 0), HasSubstr("not a text"));
  EXPECT_THAT(ErrorOf(R"([])", 0), HasSubstr("does not start with {"));
  EXPECT_THAT(ErrorOf(R"({"a":3})", 0), HasSubstr("must have dtype"));
}

TEST_F(SafetensorsTest, RefusesHeadersOverTheLimit) {
  EXPECT_THROW(Open(std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10)), base::Error);
  EXPECT_THROW(Open(std::string("\x01\xe1\xf5\x05\0\0\0\0{}", 10)), base::Error);  // 100,000,001
}

TEST_F(SafetensorsTest, NamesAPickle) {
  for (const std::string& content : {std::string("PK\x03\x04 torch"), std::string("\x80\x02}q\x00....", 10)}) {
    try {
      Open(content);
      ADD_FAILURE();
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("pickle"));
    }
  }
}

TEST_F(SafetensorsTest, DeepNestingIsAnError) {
  EXPECT_THROW(OpenHeader("{\"a\":" + std::string(200000, '[') + std::string(200000, ']') + "}", 0), base::Error);
}

TEST(F16, EveryValueConvertsExactly) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const std::vector<uint16_t> one = {half};
    const float value = ToFloat({numbers::DType::kF16, {1}, std::as_bytes(std::span(one))})[0];
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    if (exponent == 31) {
      EXPECT_EQ(std::isnan(value), fraction != 0);
      continue;
    }
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    EXPECT_EQ(value, static_cast<float>(bits >> 15 ? -magnitude : magnitude)) << bits;
  }
}

}  // namespace
}  // namespace diptych::model
