#include "record/answer_sheet.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/png.h"
#include "base/temporary_folder.h"

namespace diptych::record {
namespace {

TEST(AnswerSheet, ShowsPicturesInRowsAboveTheirTexts) {
  const base::TemporaryFolder folder;
  AnswerSheet sheet;
  for (int i = 0; i < 5; ++i)
    sheet.Add(base::Image{2, 2, std::vector<uint8_t>(12, 90)}, i == 0 ? "a bus" : "more", MarkdownQuote("x\ny") + "\n");
  EXPECT_EQ(sheet.size(), 5u);
  sheet.Write(folder / "one", {.title = "Answers", .note = {}});
  const base::Image picture = base::ReadPng(folder / "one.png").picture;
  EXPECT_GE(picture.width, 4 * 2);
  EXPECT_GE(picture.height, 2 * 2);
  const std::string page = base::ReadFile(folder / "one.md");
  EXPECT_TRUE(
      page.starts_with("# Answers\n\n![the pictures, in rows of four](one.png)\n\n## 1. a bus\n\n> x  \n> y\n\n"
                       "## 2. more\n\n"));
  sheet.Write(folder / "two", {.title = "Answers", .note = "Not chosen.", .picture_text = "them"});
  EXPECT_TRUE(base::ReadFile(folder / "two.md").starts_with("# Answers\n\nNot chosen.\n\n![them](two.png)\n"));
}

}  // namespace
}  // namespace diptych::record
