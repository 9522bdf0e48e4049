#include "cli/output_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::cli {
namespace {

TEST(FileStem, KeepsLettersDigitsAndHan) {
  EXPECT_EQ(FileStem("a blue bus driving under a starry night"), "blue-bus-driving-under-a-starry-night");
  EXPECT_EQ(FileStem("The  Cat's 2 hats!"), "cat-s-2-hats");
  EXPECT_EQ(FileStem("星夜下的蓝色公交车，真好"), "星夜下的蓝色公交车-真好");
}

TEST(FileStem, NeverLeavesTheFolder) {
  EXPECT_EQ(FileStem("../../etc/passwd"), "etc-passwd");
  EXPECT_EQ(FileStem("/"), "picture");
  EXPECT_EQ(FileStem(""), "picture");
  EXPECT_EQ(FileStem("🚀\xff\xe4"), "picture");
}

TEST(FileStem, IsShort) {
  EXPECT_EQ(FileStem(std::string(100000, 'a')).size(), 60u);
  EXPECT_LE(FileStem("word " + std::string(50, 'b') + " tail tail").size(), 60u);
  std::string han;
  for (int i = 0; i < 1000; ++i) han += "夜";
  EXPECT_EQ(FileStem(han).size(), 60u);
}

class OutputFilesTest : public testing::Test {
 protected:
  void SetUp() override { PrepareFolder(folder_); }
  int CountFiles() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  const base::TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_ / "outer/inner";
};

TEST_F(OutputFilesTest, NamesAfterPromptAndSeedAndNeverOverwritesAnotherPicture) {
  const OutputFiles first = WriteOutput(folder_, "bus", 7, {.pngs = {"P"}, .narrative = "N", .json = "{}"});
  EXPECT_EQ(first.pictures[0].filename(), "bus-7.png");
  EXPECT_EQ(base::ReadFile(first.narrative), "N");
  EXPECT_EQ(WriteOutput(folder_, "bus", 7, {.pngs = {"P"}, .narrative = "N", .json = "{}"}).pictures, first.pictures);
  const OutputFiles second = WriteOutput(folder_, "bus", 7, {.pngs = {"Q"}, .narrative = "M", .json = "{}"});
  EXPECT_EQ(second.pictures[0].filename(), "bus-7-2.png");
  EXPECT_EQ(base::ReadFile(first.pictures[0]), "P");
  EXPECT_EQ(CountFiles(), 6);
}

TEST_F(OutputFilesTest, AStoryHasNumberedPicturesAndTakesNobodysName) {
  const OutputContent story{.pngs = {"P", "Q"}, .narrative = "N", .json = "{}"};
  const OutputFiles files = WriteOutput(folder_, "bus", 7, story);
  EXPECT_EQ(files.pictures[0].filename(), "bus-7-1.png");
  EXPECT_EQ(files.pictures[1].filename(), "bus-7-2.png");
  EXPECT_EQ(WriteOutput(folder_, "bus", 7, story).pictures, files.pictures);
  // Another answer of the same prompt and seed: neither the story's text nor its second picture is lost.
  const OutputFiles single = WriteOutput(folder_, "bus", 7, {.pngs = {"R"}, .narrative = "M", .json = "{}"});
  EXPECT_EQ(single.pictures[0].filename(), "bus-7-3.png");
  EXPECT_EQ(base::ReadFile(files.narrative), "N");
  EXPECT_EQ(base::ReadFile(files.pictures[1]), "Q");
  EXPECT_EQ(WriteOutput(folder_, "bus", 7, {.pngs = {"P", "S"}, .narrative = "N", .json = "{}"}).narrative.filename(),
            "bus-7-2.txt");
  // A story without a picture.
  EXPECT_EQ(WriteOutput(folder_, "cat", 1, {.pngs = {}, .narrative = "N", .json = "{}"}).narrative.filename(),
            "cat-1.txt");
}

TEST_F(OutputFilesTest, AFailureLeavesNoPart) {
  // A folder in the report's place makes the second of the three writes fail.
  std::filesystem::create_directories(folder_ / "bus-7.json/x");
  EXPECT_THROW(WriteOutput(folder_, "bus", 7, {.pngs = {"P"}, .narrative = "N", .json = "{}"}), base::Error);
  EXPECT_EQ(CountFiles(), 0);
}

TEST_F(OutputFilesTest, AFolderThatIsAFileIsAnError) {
  base::WriteFileAtomically(folder_ / "file", "x");
  EXPECT_THROW(PrepareFolder(folder_ / "file"), base::Error);
  EXPECT_THROW(PrepareFolder(folder_ / "file/inner"), base::Error);
}

}  // namespace
}  // namespace diptych::cli
