#include "train/log_files.h"

#include <gtest/gtest.h>

#include <string>

#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::train {
namespace {

class LogFilesTest : public testing::Test {
 protected:
  // What a table holds after it was found as `content`, opened after `step` and given one more line.
  std::string Table(const std::string& content, int64_t step) { return Opened("log.csv", content, step, "step,loss"); }
  std::string Lines(const std::string& content, int64_t step) { return Opened("log.jsonl", content, step, ""); }

  const base::TemporaryFolder folder_;

 private:
  std::string Opened(const char* name, const std::string& content, int64_t step, std::string_view header) {
    base::WriteFileAtomically(folder_ / name, content);
    OpenLogAfter(step, folder_ / name, header) << "new\n";
    return base::ReadFile(folder_ / name);
  }
};

TEST_F(LogFilesTest, ANewOrEmptyTableGetsItsHeader) {
  OpenLogAfter(0, folder_ / "new.csv", "step,loss");
  EXPECT_EQ(base::ReadFile(folder_ / "new.csv"), "step,loss\n");
  EXPECT_EQ(Table("", 0), "step,loss\nnew\n");
  EXPECT_EQ(Table("step,lo", 0), "step,loss\nnew\n");
  EXPECT_EQ(Lines("", 0), "new\n");
}

TEST_F(LogFilesTest, ALineThatBreaksOffIsDropped) {
  EXPECT_EQ(Table("step,loss\n1,2\n2,1.", 2), "step,loss\n1,2\nnew\n");
  EXPECT_EQ(Lines("{\"step\": 1, \"loss\": 2}\n{\"step\": 2, \"lo", 2), "{\"step\": 1, \"loss\": 2}\nnew\n");
  // Two lines in one, as a program before this one left them.
  EXPECT_EQ(Table("step,loss\n1,2\n2,13,1\n4,1\n", 9), "step,loss\n1,2\n4,1\nnew\n");
}

TEST_F(LogFilesTest, LinesOfLaterStepsAreDropped) {
  EXPECT_EQ(Table("step,loss\n20,2\n40,1\n60,0.5\n", 40), "step,loss\n20,2\n40,1\nnew\n");
  EXPECT_EQ(Table("step,loss\n20,2\n40,1\n", 0), "step,loss\nnew\n");
  EXPECT_EQ(Lines("{\"step\": 20, \"loss\": 2}\n{\"step\": 40, \"loss\": 1}\n", 39),
            "{\"step\": 20, \"loss\": 2}\nnew\n");
}

TEST_F(LogFilesTest, ATableOfOtherColumnsIsKeptBeside) {
  const std::string other = "step,loss,rate\n20,2,1\n";
  EXPECT_EQ(Table(other, 40), "step,loss\nnew\n");
  EXPECT_EQ(base::ReadFile(folder_ / "log-until-000000040.csv"), other);
  EXPECT_EQ(Table("rows\nwithout\n", 40), "step,loss\nnew\n");
  EXPECT_EQ(base::ReadFile(folder_ / "log-until-000000040-2.csv"), "rows\nwithout\n");
}

}  // namespace
}  // namespace diptych::train
