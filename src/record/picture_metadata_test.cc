#include "record/picture_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/temporary_folder.h"
#include "record/answer_for_test.h"

namespace diptych::record {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string TextOf(const std::vector<base::PngText>& texts, std::string_view key) {
  const base::PngFile file{{}, texts};
  const std::string* text = base::FindText(file, key);
  return text == nullptr ? "" : *text;
}

TEST(PictureMetadata, AdaptersAreNamedEverywhere) {
  AnswerRecord record = Example();
  record.adapters = {"8-step.safetensors", "ink & <paper>.safetensors"};
  const std::vector<base::PngText> texts = MetadataTexts(record, MetadataLevel::kFull);
  EXPECT_THAT(TextOf(texts, "parameters"), HasSubstr("Adapter: 8-step.safetensors, Adapter: ink & <paper>"));
  EXPECT_THAT(TextOf(texts, "XML:com.adobe.xmp"), HasSubstr("adapter ink &amp; &lt;paper&gt;.safetensors"));
}

TEST(PictureMetadata, EveryFormatKeepsTheRecord) {
  const base::Image picture{2, 1, {0, 50, 100, 150, 200, 250}};
  const AnswerRecord record = Example();
  for (const auto format : {base::PictureFormat::kPng, base::PictureFormat::kJpeg, base::PictureFormat::kWebp}) {
    const std::string full = EncodeWithMetadata(picture, MetadataTexts(record, MetadataLevel::kFull), format);
    EXPECT_EQ(StoredRecord(base::DecodePicture(full, "x")), RecordJson(record).Line());
    const std::string label = EncodeWithMetadata(picture, MetadataTexts(record, MetadataLevel::kLabel), format);
    EXPECT_EQ(StoredRecord(base::DecodePicture(label, "x")), std::nullopt);
    EXPECT_THAT(label, HasSubstr("trainedAlgorithmicMedia"));
    EXPECT_EQ(EncodeWithMetadata(picture, MetadataTexts(record, MetadataLevel::kNone), format),
              base::EncodePicture(picture, {}, format));
  }
}

TEST(PictureMetadata, AJpegWithoutRoomForTheRecordKeepsTheRest) {
  AnswerRecord record = Example();
  record.report = coherence::Report{{{.text = std::string(70'000, 'x'), .sources = {coherence::ClaimSource::kPlan}}}};
  const std::vector<base::PngText> texts = MetadataTexts(record, MetadataLevel::kFull);
  EXPECT_TRUE(KeepsRecord(texts, base::PictureFormat::kPng));
  EXPECT_TRUE(KeepsRecord(texts, base::PictureFormat::kWebp));
  EXPECT_FALSE(KeepsRecord(texts, base::PictureFormat::kJpeg));
  const base::PictureFile file =
      base::DecodePicture(EncodeWithMetadata(base::Image{1, 1, {1, 2, 3}}, texts, base::PictureFormat::kJpeg), "x");
  EXPECT_EQ(StoredRecord(file), std::nullopt);
  EXPECT_THAT(TextOf(file.texts, "XML:com.adobe.xmp"), HasSubstr("trainedAlgorithmicMedia"));
}

TEST(PictureMetadata, AnXmpPacketThatIsCutHoldsNoRecord) {
  for (const std::string packet : {"<diptych:Record", "<diptych:Record>", "<diptych:Record>{}", "", "x"})
    EXPECT_EQ(StoredRecord({{}, {{"XML:com.adobe.xmp", packet}}}), std::nullopt) << packet;
}

TEST(PictureMetadata, EachPictureOfAStoryHasItsOwnText) {
  AnswerRecord record = Example();
  record.request.options.max_pictures = 3;
  record.panels = {"", "morning", "night"};
  const std::string second = TextOf(MetadataTexts(record, MetadataLevel::kFull, 2), "XML:com.adobe.xmp");
  EXPECT_THAT(second, HasSubstr("night"));
  EXPECT_THAT(second, Not(HasSubstr("morning")));
}

TEST(PictureMetadata, AnEditSaysSo) {
  AnswerRecord record = Example();
  record.edited_pictures = 2;
  EXPECT_THAT(TextOf(MetadataTexts(record, MetadataLevel::kLabel), "XML:com.adobe.xmp"),
              HasSubstr("digitalsourcetype/compositeWithTrainedAlgorithmicMedia"));
}

TEST(PictureMetadata, HoldsTheRecordWithoutCost) {
  AnswerRecord record = Example();
  record.cost = AnswerCost{.timings = {}, .total_s = 3};
  EXPECT_EQ(TextOf(MetadataTexts(record, MetadataLevel::kFull), "diptych"), RecordJson(Example()).Line());
}

TEST(PictureMetadata, SurvivesInvalidText) {
  AnswerRecord record = Example();
  record.request.prompt = std::string("bus \xff\xfe \x01\0", 9);
  record.narrative = "\xe4\xb8";
  const std::vector<base::PngText> texts = MetadataTexts(record, MetadataLevel::kFull);
  EXPECT_EQ(texts.size(), 3u);
  for (const base::PngText& text : texts) EXPECT_EQ(text.text.find('\0'), std::string::npos) << text.keyword;
}

// XML 1.0 section 2.2; what it forbids has no spelling in XML at all.
TEST(PictureMetadata, WhatXmlForbidsIsDropped) {
  AnswerRecord record = Example();
  record.request.prompt =
      "a\x01"
      "b\x1f"
      "c\uFFFEd\uFFFFe\uFFFDf\U0010FFFFg\uFF5Eh\ti\r";
  EXPECT_THAT(TextOf(MetadataTexts(record, MetadataLevel::kFull), "XML:com.adobe.xmp"),
              HasSubstr(">abcde\uFFFDf\U0010FFFFg\uFF5Eh\ti<"));
}

TEST(PictureMetadata, ValuesThatWouldBreakTheListAreQuoted) {
  AnswerRecord record = Example();
  record.model = "a, Seed: 99";
  record.adapters = {"plain.safetensors", "two\nlines", "say \"so\""};
  EXPECT_THAT(TextOf(MetadataTexts(record, MetadataLevel::kFull), "parameters"),
              EndsWith(R"(, Model: "a, Seed: 99", Version: diptych 0.1.0, Adapter: plain.safetensors, )"
                       R"(Adapter: "two\nlines", Adapter: "say \"so\"")"));
}

TEST(PictureMetadata, LevelsSayAsMuchAsTheyPromise) {
  const std::vector<base::PngText> full = MetadataTexts(Example(), MetadataLevel::kFull),
                                   label = MetadataTexts(Example(), MetadataLevel::kLabel);
  EXPECT_THAT(TextOf(full, "parameters"), HasSubstr("CFG scale: 2.1, Seed: 18446744073709551615, Size: 512x512"));
  EXPECT_THAT(TextOf(full, "XML:com.adobe.xmp"), HasSubstr("a &lt;blue&gt; bus &amp; &quot;stars&quot; 星夜"));
  EXPECT_THAT(TextOf(label, "XML:com.adobe.xmp"), HasSubstr("digitalsourcetype/trainedAlgorithmicMedia"));
  EXPECT_THAT(TextOf(label, "XML:com.adobe.xmp"), Not(HasSubstr("blue")));
  EXPECT_EQ(label.size(), 1u);
  EXPECT_TRUE(MetadataTexts(Example(), MetadataLevel::kNone).empty());
}

TEST(PictureMetadata, ExiftoolAndPngcheckAgree) {
  if (std::system("command -v exiftool >/dev/null && command -v pngcheck >/dev/null") != 0)
    GTEST_SKIP() << "exiftool or pngcheck is not installed";
  const base::TemporaryFolder folder;
  const std::filesystem::path path = folder / "answer.png";
  base::WritePng(path, base::Image{2, 2, std::vector<uint8_t>(12, 90)}, MetadataTexts(Example(), MetadataLevel::kFull));
  EXPECT_EQ(std::system(("pngcheck -q " + path.string()).c_str()), 0);
  FILE* pipe = popen(("exiftool -j -warning -error -DigitalSourceType -AltTextAccessibility -Parameters -Diptych "
                      "-AIPromptInformation " +
                      path.string())
                         .c_str(),
                     "r");
  ASSERT_NE(pipe, nullptr);
  std::string output;
  char buffer[4096];
  for (size_t n; (n = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) output.append(buffer, n);
  EXPECT_EQ(pclose(pipe), 0);
  const auto tags = nlohmann::json::parse(output).at(0);
  EXPECT_EQ(tags.value("DigitalSourceType", ""),
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia");
  EXPECT_EQ(tags.value("AltTextAccessibility", ""), Example().narrative);
  EXPECT_THAT(tags.value("Parameters", ""), HasSubstr("星夜"));
  EXPECT_FALSE(tags.contains("Warning")) << output;
  EXPECT_FALSE(tags.contains("Error")) << output;
}

}  // namespace
}  // namespace diptych::record
