#include "cli/plan_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::cli {
namespace {

PlanFile Read(const std::string& content) {
  const base::TemporaryFolder folder;
  base::WriteFileAtomically(folder / "plan.txt", content);
  return ReadPlanFile(folder / "plan.txt");
}

std::string ErrorOf(const std::string& content) {
  try {
    Read(content);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(PlanFile, KeepsThePrompt) {
  const PlanFile file = Read(WritePlanFile({.plan = "hour: noon\nbus: blue", .prompt = "a blue\nbus 星夜"}));
  EXPECT_EQ(file.plan, "hour: noon\nbus: blue");
  EXPECT_EQ(file.prompt, "a blue bus 星夜");
  EXPECT_EQ(Read("hour: noon\n").prompt, "");
  EXPECT_EQ(Read("# prompt:\nhour: noon\n").prompt, "");
}

TEST(PlanFile, EditorsMayHaveTouchedIt) {
  for (const std::string content : {"hour: noon\r\nbus: blue\r\n", "\xEF\xBB\xBFhour: noon\nbus: blue",
                                    "hour: noon\nbus: blue\n\n\n", "hour: noon  \n\n# the bus\nbus: blue\t\n"})
    EXPECT_EQ(Read(content).plan, "hour: noon\nbus: blue") << content;
}

TEST(PlanFile, ErrorsNameTheLineOfTheFile) {
  EXPECT_THAT(ErrorOf("# prompt: x\n\nhour: noon\n::\n"), testing::HasSubstr("plan.txt, line 4"));
  EXPECT_THAT(ErrorOf("# prompt: x\n"), testing::HasSubstr("holds no plan"));
  EXPECT_THAT(ErrorOf(std::string("\xFF\xFEh\0", 4)), testing::HasSubstr("UTF-16"));
}

TEST(PlanFile, ThingsOfAPlanNameIt) {
  EXPECT_EQ(SubjectsOfPlan("hour: noon\nsun: at 1 2\nlighthouse: three\nboat: red, box 1 2 3 4"), "lighthouse, boat");
  EXPECT_EQ(SubjectsOfPlan("hour: noon"), "");
}

}  // namespace
}  // namespace diptych::cli
