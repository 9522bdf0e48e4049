#include "base/picture_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/temporary_folder.h"

namespace diptych::base {
namespace {

using testing::HasSubstr;

constexpr std::array kFormats = {PictureFormat::kPng, PictureFormat::kJpeg, PictureFormat::kWebp};

// Smooth, as what a lossy format keeps well, and with no symmetry.
Image Slopes(int width, int height) {
  Image picture{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (const int value : {255 * x / width, 255 * y / height, 128 * (x + y) / (width + height)})
        picture.rgb.push_back(static_cast<uint8_t>(value));
  return picture;
}

double MeanDifference(const Image& a, const Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(int{a.rgb[i]} - int{b.rgb[i]});
  return sum / static_cast<double>(a.rgb.size());
}

std::string MessageOf(std::string_view bytes) {
  try {
    DecodePicture(bytes, "x");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(PictureFile, GivesBackThePictureAndItsXmp) {
  const std::vector<PngText> texts = {{"parameters", "a blue bus"}, {std::string(kXmpKeyword), "<x:xmpmeta>星夜"}};
  for (const PictureFormat format : kFormats) {
    for (const auto& [width, height] : {std::pair{1, 1}, {3, 5}, {64, 33}}) {
      const Image picture = Slopes(width, height);
      const PictureFile file = DecodePicture(EncodePicture(picture, texts, format), "x");
      ASSERT_EQ(file.picture.width, width);
      ASSERT_EQ(file.picture.height, height);
      if (format == PictureFormat::kJpeg)
        EXPECT_LT(MeanDifference(file.picture, picture), 3);
      else
        EXPECT_EQ(file.picture, picture);
      ASSERT_NE(FindText(file, kXmpKeyword), nullptr);
      EXPECT_EQ(*FindText(file, kXmpKeyword), texts[1].text);
      EXPECT_TRUE(DecodePicture(EncodePicture(picture, {}, format), "x").texts.empty());
      EXPECT_EQ(EncodePicture(picture, texts, format), EncodePicture(picture, texts, format));
    }
  }
}

TEST(PictureFile, JpegGoesWithoutAnXmpPacketThatHasNoRoom) {
  const std::string longest(65502, 'x'), longer(65503, 'x');
  for (const auto& [packet, stored] : {std::pair{longest, true}, {longer, false}}) {
    EXPECT_EQ(HasRoomForXmp(PictureFormat::kJpeg, packet.size()), stored);
    const std::vector<PngText> texts = {{std::string(kXmpKeyword), packet}};
    EXPECT_EQ(DecodePicture(EncodePicture(Slopes(8, 8), texts, PictureFormat::kJpeg), "x").texts.empty(), !stored);
    EXPECT_EQ(DecodePicture(EncodePicture(Slopes(8, 8), texts, PictureFormat::kWebp), "x").texts, texts);
  }
}

TEST(PictureFile, TheNameSaysTheFormat) {
  EXPECT_EQ(FormatOfName("a/b.PNG"), PictureFormat::kPng);
  EXPECT_EQ(FormatOfName("b.jpg"), PictureFormat::kJpeg);
  EXPECT_EQ(FormatOfName("b.Jpeg"), PictureFormat::kJpeg);
  EXPECT_EQ(FormatOfName("b.webp"), PictureFormat::kWebp);
  for (const char* other : {"png", "a.png/", "b.gif", "", "."}) EXPECT_EQ(FormatOfName(other), std::nullopt) << other;
}

TEST(PictureFile, SaysWhatAnotherFileIs) {
  EXPECT_THAT(MessageOf("hello"), HasSubstr("x is not a PNG, JPEG or WebP"));
  EXPECT_THAT(MessageOf("GIF89a..."), HasSubstr("it is a GIF"));
  EXPECT_THAT(MessageOf(""), HasSubstr("it is empty"));
}

TEST(PictureFile, EveryTruncationIsAnError) {
  for (const PictureFormat format : kFormats) {
    const std::string bytes = EncodePicture(Slopes(20, 14), {{std::string(kXmpKeyword), "xmp"}}, format);
    // The last two bytes of a JPEG only mark its end.
    const size_t needed = format == PictureFormat::kJpeg ? bytes.size() - 2 : bytes.size();
    for (size_t size = 0; size < needed; ++size)
      EXPECT_NE(MessageOf(std::string_view(bytes).substr(0, size)), "") << ExtensionOf(format) << " " << size;
  }
}

// Whatever is damaged: an Error or a picture, never anything else.
TEST(PictureFile, FlippedBitsDoNoHarm) {
  for (const PictureFormat format : {PictureFormat::kJpeg, PictureFormat::kWebp}) {
    const std::string bytes = EncodePicture(Slopes(9, 7), {{std::string(kXmpKeyword), "xmp"}}, format);
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string damaged = bytes;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      MessageOf(damaged);
    }
  }
}

TEST(PictureFile, ASizeBeyondTheLimitsIsNamedAsSuch) {
  std::string jpeg = EncodePicture(Slopes(8, 8), {}, PictureFormat::kJpeg);
  const size_t frame = jpeg.find("\xFF\xC0");
  for (size_t i = 0; i < 4; ++i) jpeg[frame + 5 + i] = '\x7F';  // height and width: 32639
  EXPECT_THAT(MessageOf(jpeg), HasSubstr("32639 x 32639 pixels, the limit is 16384 a side"));
  std::string png = EncodePng(Slopes(8, 8), {});
  png[18] = '\x4E';  // width: 20000 and a bit
  png[22] = '\x4E';
  EXPECT_THAT(MessageOf(png), HasSubstr("the limit is 16384 a side"));
}

// A camera that was held upright stores the picture on its side, and a note of it.
TEST(PictureFile, TheCamerasOrientationIsFollowed) {
  const Image picture = Slopes(24, 16);
  const std::string plain = EncodePicture(picture, {}, PictureFormat::kJpeg);
  const Image stored = DecodePicture(plain, "x").picture;
  const auto with_orientation = [&](char orientation) {
    const std::string exif = std::string("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 25) + orientation +
                             std::string("\0\0\0\0\0\0", 6);
    const std::string segment = std::string("\xFF\xE1\0", 3) + static_cast<char>(exif.size() + 2) + exif;
    return DecodePicture(plain.substr(0, 2) + segment + plain.substr(2), "x").picture;
  };
  const auto pixel = [](const Image& from, int x, int y) {
    const size_t at = (static_cast<size_t>(y) * static_cast<size_t>(from.width) + static_cast<size_t>(x)) * 3;
    return std::vector<uint8_t>(from.rgb.begin() + static_cast<ptrdiff_t>(at),
                                from.rgb.begin() + static_cast<ptrdiff_t>(at) + 3);
  };
  EXPECT_EQ(with_orientation(1), stored);
  EXPECT_EQ(with_orientation(9), stored);
  EXPECT_EQ(pixel(with_orientation(3), 0, 0), pixel(stored, 23, 15));
  const Image clockwise = with_orientation(6), counter = with_orientation(8);
  ASSERT_EQ(clockwise.width, 16);
  EXPECT_EQ(pixel(clockwise, 15, 0), pixel(stored, 0, 0));  // the stored top left comes to the top right
  EXPECT_EQ(pixel(clockwise, 15, 23), pixel(stored, 23, 0));
  EXPECT_EQ(pixel(counter, 0, 23), pixel(stored, 0, 0));
  EXPECT_EQ(pixel(with_orientation(2), 0, 0), pixel(stored, 23, 0));
  EXPECT_EQ(pixel(with_orientation(4), 0, 0), pixel(stored, 0, 15));
  EXPECT_EQ(pixel(with_orientation(5), 3, 7), pixel(stored, 7, 3));
  EXPECT_EQ(pixel(with_orientation(7), 0, 0), pixel(stored, 23, 15));
}

TEST(PictureFile, ExiftoolReadsTheXmp) {
  if (std::system("command -v exiftool >/dev/null") != 0) GTEST_SKIP() << "exiftool is not installed";
  const TemporaryFolder folder;
  const std::string xmp =
      "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
      "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" "
      "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"><xmp:CreatorTool>Diptych</xmp:CreatorTool></rdf:Description>"
      "</rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>";
  for (const PictureFormat format : kFormats) {
    const auto path = folder / ("x." + std::string(ExtensionOf(format)));
    WriteFileAtomically(path, EncodePicture(Slopes(8, 8), {{std::string(kXmpKeyword), xmp}}, format));
    EXPECT_EQ(
        std::system(("exiftool -warning -validate -CreatorTool " + path.string() + " | grep -q ': Diptych'").c_str()),
        0)
        << ExtensionOf(format);
  }
}

}  // namespace
}  // namespace diptych::base
