#include "gallery/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "base/base64.h"
#include "gallery/answers_for_test.h"
#include "gallery/zip.h"

namespace diptych::gallery {
namespace {

using testing::HasSubstr;
using testing::Not;

Leaf LeafOf(const std::string& prompt, const std::string& narrative) {
  const record::AnswerRecord record = RecordOfTexts(prompt, narrative);
  return {.id = "20260102-030405-006-0a0b0c", .pictures = {PictureOf(record)}, .record = record};
}
Leaf StoryLeaf() {
  Leaf leaf = LeafOf("a fox & a <b>hen</b>", "Once. A fox. It sleeps.");
  leaf.pictures = StoryOf({"Once.", "A fox.", "It sleeps."});
  leaf.record.panels = {"Once.", "A fox.", "It sleeps."};
  return leaf;
}
std::string MarksIn(const std::string& text, const std::string& pattern) {
  const std::regex mark(pattern);
  return std::to_string(std::distance(std::sregex_iterator(text.begin(), text.end(), mark), std::sregex_iterator()));
}

TEST(PanelsOf, AStoryHasOneForEachPicture) {
  const std::vector<Panel> panels = PanelsOf(StoryLeaf());
  ASSERT_EQ(panels.size(), 2u);
  EXPECT_EQ(panels[0].text, "Once.\nA fox.");
  EXPECT_EQ(panels[1].text, "It sleeps.");
  Leaf one = StoryLeaf();
  one.pictures.pop_back();
  EXPECT_EQ(PanelsOf(one)[0].text, "Once. A fox. It sleeps.");
}

TEST(HtmlOf, ItNeedsNothingElseAndTextsStayTexts) {
  Leaf leaf = LeafOf("a <script>car</script> & \"bus\"", "夜里 <一辆> 公交车。");
  leaf.other = "At night.";
  const std::string html = HtmlOf(std::vector{leaf, StoryLeaf()}, text::Language::kEnglish);
  EXPECT_THAT(html, HasSubstr("a &lt;script&gt;car&lt;/script&gt; &amp; &quot;bus&quot;"));
  EXPECT_THAT(html, HasSubstr("<p class=\"story\" lang=\"zh\">夜里 &lt;一辆&gt; 公交车。</p>"));
  EXPECT_THAT(html, HasSubstr("At night."));
  EXPECT_THAT(html, HasSubstr(base::DataUrl("image/png", leaf.pictures[0])));
  EXPECT_EQ(MarksIn(html, "<img"), "3");
  for (const char* refused : {"<script", "http:", "https:", "<b>"}) EXPECT_THAT(html, Not(HasSubstr(refused)));
}

TEST(PdfOf, EachPanelIsAPageAndALongTextGoesOn) {
  if (!PdfProblem().empty()) GTEST_SKIP() << PdfProblem();
  std::string words;
  for (int i = 0; i < 2000; ++i) words += "word ";
  const auto pages = [](const std::vector<Leaf>& leaves) {
    const std::string pdf = PdfOf(leaves, text::Language::kChinese);
    EXPECT_THAT(pdf, testing::StartsWith("%PDF-"));
    EXPECT_THAT(pdf, HasSubstr("%%EOF"));
    return MarksIn(pdf, "/Type /Page\\b");
  };
  EXPECT_EQ(pages({LeafOf("熊猫", "熊猫在弹尤克里里。")}), "1");
  EXPECT_EQ(pages({LeafOf("car", "A car."), StoryLeaf()}), "3");
  EXPECT_GT(std::stoi(pages({LeafOf("car", words)})), 2);
}

TEST(PairsOf, AFolderForTrainers) {
  const std::string zip = PairsOf(std::vector{LeafOf("熊猫", "它在弹琴。"), StoryLeaf()});
  EXPECT_THAT(zip, testing::StartsWith("PK\x03\x04"));
  EXPECT_THAT(zip, HasSubstr("metadata.jsonl{\"file_name\":\"20260102-030405-006-0a0b0c.png\",\"text\":\"熊猫\","
                             "\"narrative\":\"它在弹琴。\",\"plan\":\"\",\"language\":\"zh\",\"seed\":17}\n"));
  EXPECT_THAT(zip, HasSubstr("{\"file_name\":\"20260102-030405-006-0a0b0c-2.png\",\"text\":\"It sleeps.\""));
}

// The format's own example of bytes: one file "a" with the content "b".
TEST(ZipWriter, BytesAreThoseOfTheFormat) {
  ZipWriter zip;
  zip.Add("a", "b");
  const std::string file = zip.Finish();
  EXPECT_EQ(file.size(), 30u + 2 + 46 + 1 + 22);
  EXPECT_EQ(file.substr(14, 4), "\xF9\xEF\xBE\x71");  // CRC-32 of "b" is 71BEEFF9
  EXPECT_EQ(file.substr(32, 4), std::string("PK\x01\x02"));
  EXPECT_EQ(static_cast<unsigned char>(file[file.size() - 6]), 32);  // where the directory begins
}

}  // namespace
}  // namespace diptych::gallery
