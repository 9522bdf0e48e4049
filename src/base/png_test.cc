#include "base/png.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/temporary_folder.h"

namespace diptych::base {
namespace {

Image Noise(int width, int height) {
  Image picture{width, height, {}};
  Random random(7);
  for (int i = 0; i < width * height * 3; ++i) picture.rgb.push_back(static_cast<uint8_t>(random.Below(256)));
  return picture;
}

const std::vector<PngText> kTexts = {{"parameters", "a blue bus\n星夜"}, {"diptych", "{\"seed\":7}"}, {"empty", ""}};

std::string PngMessageOf(std::string_view bytes) {
  try {
    DecodePng(bytes, "x.png");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Png, GivesBackPictureAndTexts) {
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 5}, {64, 33}}) {
    const Image picture = Noise(width, height);
    const PngFile file = DecodePng(EncodePng(picture, kTexts), "x.png");
    EXPECT_EQ(file.picture, picture);
    EXPECT_EQ(file.texts, kTexts);
  }
}

TEST(Png, FindsATextByKeyword) {
  const PngFile file{{}, kTexts};
  ASSERT_NE(FindText(file, "diptych"), nullptr);
  EXPECT_EQ(*FindText(file, "diptych"), "{\"seed\":7}");
  EXPECT_EQ(FindText(file, "nothing"), nullptr);
}

TEST(Png, SaysWhatAnotherFileIs) {
  EXPECT_THAT(PngMessageOf("hello, this is text"), testing::HasSubstr("x.png is not a PNG"));
  EXPECT_THAT(PngMessageOf("\xff\xd8\xff\xe0 and so on"), testing::HasSubstr("it is a JPEG"));
  EXPECT_THAT(PngMessageOf(""), testing::HasSubstr("it is empty"));
  EXPECT_THAT(PngMessageOf("RIFF\1\2\3\4WEBP and so on"), testing::HasSubstr("it is a WebP"));
  EXPECT_THAT(PngMessageOf("RIFF "), testing::HasSubstr("x.png is not a PNG"));
}

TEST(Png, EveryTruncationIsAnError) {
  const std::string bytes = EncodePng(Noise(9, 7), kTexts);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(PngMessageOf(std::string_view(bytes).substr(0, size)), "") << size;
}

// Whatever a chunk claims to hold: no memory is taken for bytes that are not there.
TEST(Png, AChunkThatReachesBeyondTheFileIsNamed) {
  std::string bytes = EncodePng(Noise(5, 4), {{"parameters", "short"}});
  bytes[bytes.find("IDAT") - 4] = '\x7D';
  EXPECT_THAT(PngMessageOf(bytes), testing::HasSubstr("the file ends too early"));
}

// A flipped bit breaks a chunk's sum or length, so it must be named; never a crash.
TEST(Png, EveryFlippedBitIsAnError) {
  const std::string bytes = EncodePng(Noise(5, 4), {{"parameters", "short"}});
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(PngMessageOf(damaged), "") << "bit " << bit;
  }
}

TEST(Png, RandomBytesAfterTheSignatureAreAnError) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = "\x89PNG\r\n\x1a\n";
    for (int n = random.Below(200); n > 0; --n) bytes.push_back(static_cast<char>(random.Below(256)));
    EXPECT_NE(PngMessageOf(bytes), "");
  }
}

TEST(Png, RefusesTooManyPixelsBeforeMakingRoomForThem) {
  std::string bytes = EncodePng(Image{16000, 2001, std::vector<uint8_t>(size_t{3} * 16000 * 2001)}, {});
  EXPECT_THAT(PngMessageOf(bytes), testing::HasSubstr("16000 x 2001 pixels, the limit is 32000000"));
}

// A chunk as it stands in a file: length, name, data and the sum over name and data (section 5.3).
std::string Chunk(const std::string& name, const std::string& data) {
  const auto number = [](uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  };
  uint32_t sum = ~0u;
  for (const char c : name + data) {
    sum ^= static_cast<uint8_t>(c);
    for (int i = 0; i < 8; ++i) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xEDB88320u : 0);
  }
  return number(static_cast<uint32_t>(data.size())) + name + data + number(~sum);
}

std::string WithChunk(std::string png, const std::string& chunk) { return png.insert(33, chunk); }  // behind the header

TEST(Png, Latin1TextsBecomeUtf8AndUtf8Stays) {
  const std::string png = EncodePng(Noise(2, 2), {});
  const auto text = [&](const std::string& data) { return DecodePng(WithChunk(png, Chunk("tEXt", data)), "x").texts; };
  EXPECT_EQ(text(std::string("Title\0caf\xe9", 10)), (std::vector<PngText>{{"Title", "caf\xc3\xa9"}}));
  EXPECT_EQ(text(std::string("Title\0caf\xc3\xa9", 11)), (std::vector<PngText>{{"Title", "caf\xc3\xa9"}}));
}

TEST(Png, TextsThatAreLeftOutAreToldOf) {
  std::string png = EncodePng(Noise(2, 2), {});
  EXPECT_FALSE(DecodePng(png, "x").texts_left_out);
  for (int i = 0; i < 300; ++i) png = WithChunk(png, Chunk("tEXt", std::string("Title\0x", 7)));
  const PngFile file = DecodePng(png, "x");
  EXPECT_TRUE(file.texts_left_out);
  EXPECT_LT(file.texts.size(), 300u);
}

TEST(Png, AFailedWriteLeavesNothing) {
  const TemporaryFolder temporary;
  const std::filesystem::path folder = temporary / "absent";
  EXPECT_THROW(WritePng(folder / "x.png", Noise(2, 2), {}), Error);
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Png, PngcheckFindsNoFault) {
  if (std::system("command -v pngcheck >/dev/null") != 0) GTEST_SKIP() << "pngcheck is not installed";
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "noise.png";
  WritePng(path, Noise(33, 20), kTexts);
  EXPECT_EQ(std::system(("pngcheck -q " + path.string()).c_str()), 0);
}

}  // namespace
}  // namespace diptych::base
