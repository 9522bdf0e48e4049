#include "cli/answer_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace diptych::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

AnswerRecord Example() {
  AnswerRecord record;
  record.request = {.prompt = "a <blue> bus & \"stars\" 星夜",
                    .plan = "bus: blue",
                    .language = text::Language::kChinese,
                    .seed = ~uint64_t{0},
                    .options = {}};
  record.request.options.guidance = 2.1;
  record.request.options.solver = "heun";
  record.plan = "bus: blue";
  record.narrative = "夜里 <一辆> 公交车。";
  record.model = "default";
  return record;
}

std::string TextOf(const std::vector<base::PngText>& texts, std::string_view key) {
  const base::PngFile file{{}, texts};
  const std::string* text = base::FindText(file, key);
  return text == nullptr ? "" : *text;
}

TEST(AnswerMetadata, TheRequestComesBackExactly) {
  const AnswerRecord record = Example();
  const engine::GenerateRequest request = ParseRequest(RecordJson(record));
  EXPECT_EQ(request.prompt, record.request.prompt);
  EXPECT_EQ(request.plan, record.request.plan);
  EXPECT_EQ(request.language, text::Language::kChinese);
  EXPECT_EQ(request.seed, record.request.seed);
  EXPECT_EQ(request.options.guidance, 2.1);
  EXPECT_EQ(request.options.solver, "heun");
}

TEST(AnswerMetadata, APlanThatTheModelWroteIsNotRepeatedAsGiven) {
  AnswerRecord record = Example();
  record.request.plan.reset();
  EXPECT_FALSE(ParseRequest(RecordJson(record)).plan);
}

TEST(AnswerMetadata, AdaptersAreNamedEverywhere) {
  AnswerRecord record = Example();
  EXPECT_THAT(RecordJson(record), Not(HasSubstr("adapter")));
  EXPECT_THAT(ParseAdapters(RecordJson(record)), testing::IsEmpty());
  record.adapters = {"8-step.safetensors", "ink & <paper>.safetensors"};
  EXPECT_EQ(ParseAdapters(RecordJson(record)), record.adapters);
  const std::vector<base::PngText> texts = MetadataTexts(record, MetadataLevel::kFull);
  EXPECT_THAT(TextOf(texts, "parameters"), HasSubstr("Adapter: 8-step.safetensors, Adapter: ink & <paper>"));
  EXPECT_THAT(TextOf(texts, "XML:com.adobe.xmp"), HasSubstr("adapter ink &amp; &lt;paper&gt;.safetensors"));
  EXPECT_THROW(ParseAdapters(R"({"adapters": 3})"), base::Error);
}

TEST(AnswerMetadata, AStoryTellsItsPartsAndEachPictureItsOwnText) {
  AnswerRecord record = Example();
  record.request.options.max_pictures = 3;
  record.request.options.picture_guidance = 1.5;
  record.request.options.candidates = 4;
  record.panels = {"", "morning", "night"};
  const auto json = nlohmann::json::parse(RecordJson(record));
  EXPECT_EQ(json["parts"],
            nlohmann::json::parse(R"([{"picture": 1}, {"text": "morning"}, {"picture": 2}, {"text": "night"}])"));
  const engine::GenerateRequest request = ParseRequest(RecordJson(record));
  EXPECT_EQ(request.options.max_pictures, 3);
  EXPECT_EQ(request.options.picture_guidance, 1.5);
  EXPECT_EQ(request.options.candidates, 4);
  const std::string second = TextOf(MetadataTexts(record, MetadataLevel::kFull, 2), "XML:com.adobe.xmp");
  EXPECT_THAT(second, HasSubstr("night"));
  EXPECT_THAT(second, Not(HasSubstr("morning")));
}

TEST(AnswerMetadata, AnEditSaysSoAndIsNotRepeatedWithoutItsPicture) {
  AnswerRecord record = Example();
  record.request.pictures.resize(2);
  EXPECT_EQ(nlohmann::json::parse(RecordJson(record))["edited_pictures"], 2);
  EXPECT_THROW(ParseRequest(RecordJson(record)), base::Error);
  EXPECT_THAT(TextOf(MetadataTexts(record, MetadataLevel::kLabel), "XML:com.adobe.xmp"),
              HasSubstr("digitalsourcetype/compositeWithTrainedAlgorithmicMedia"));
}

TEST(AnswerMetadata, ForeignJsonIsAnError) {
  for (const char* json : {"", "{", "[]", "{}", "null", R"({"prompt": 3})"})
    EXPECT_THROW(ParseRequest(json), base::Error) << json;
}

TEST(AnswerMetadata, SurvivesInvalidText) {
  AnswerRecord record = Example();
  record.request.prompt = "bus \xff\xfe \x01";
  record.narrative = "\xe4\xb8";
  EXPECT_TRUE(nlohmann::json::accept(RecordJson(record)));
  EXPECT_EQ(MetadataTexts(record, MetadataLevel::kFull).size(), 3u);
}

TEST(AnswerMetadata, LevelsSayAsMuchAsTheyPromise) {
  const std::vector<base::PngText> full = MetadataTexts(Example(), MetadataLevel::kFull),
                                   label = MetadataTexts(Example(), MetadataLevel::kLabel);
  EXPECT_THAT(TextOf(full, "parameters"), HasSubstr("CFG scale: 2.1, Seed: 18446744073709551615, Size: 512x512"));
  EXPECT_THAT(TextOf(full, "XML:com.adobe.xmp"), HasSubstr("a &lt;blue&gt; bus &amp; &quot;stars&quot; 星夜"));
  EXPECT_THAT(TextOf(label, "XML:com.adobe.xmp"), HasSubstr("digitalsourcetype/trainedAlgorithmicMedia"));
  EXPECT_THAT(TextOf(label, "XML:com.adobe.xmp"), Not(HasSubstr("blue")));
  EXPECT_EQ(label.size(), 1u);
  EXPECT_TRUE(MetadataTexts(Example(), MetadataLevel::kNone).empty());
}

TEST(AnswerMetadata, ExiftoolAndPngcheckAgree) {
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
}  // namespace diptych::cli
