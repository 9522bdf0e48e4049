#include "cli/implicit_verb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "cli/flags.h"

namespace diptych::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string RefusalOf(const std::vector<std::string>& words) {
  try {
    RefuseUnmeantPrompt(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(ImplicitVerb, PromptsAreDrawn) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{},
                                                                                     {""},
                                                                                     {"a cat"},
                                                                                     {"cat"},
                                                                                     {"a", "blue", "bus"},
                                                                                     {"help! a fire in the city"},
                                                                                     {"two buses describe a circle"},
                                                                                     {"两只黑色的猫"},
                                                                                     {"-"},
                                                                                     {"a picture named cat.png"},
                                                                                     {"elephants"}}) {
    EXPECT_EQ(RefusalOf(words), "") << testing::PrintToString(words);
  }
}

TEST(ImplicitVerb, AMistypedVerbIsAskedBack) {
  EXPECT_THAT(RefusalOf({"decribe", "x.png"}),
              AllOf(HasSubstr("diptych describe x.png"), HasSubstr("diptych generate \"decribe x.png\"")));
  EXPECT_THAT(RefusalOf({"Describe", "x.png"}), HasSubstr("diptych describe x.png"));
  EXPECT_THAT(RefusalOf({"plna", "a blue bus"}), HasSubstr("diptych plan \"a blue bus\""));
  EXPECT_THAT(RefusalOf({"docter"}), HasSubstr("`diptych doctor`"));
  EXPECT_THAT(RefusalOf({"convrt", "a", "b"}), HasSubstr("diptych convert a b"));
}

TEST(ImplicitVerb, UsualVerbsAreAskedBack) {
  EXPECT_THAT(RefusalOf({"help"}), HasSubstr("`diptych --help`"));
  EXPECT_THAT(RefusalOf({"help", "ask"}), HasSubstr("`diptych ask --help`"));
  EXPECT_THAT(RefusalOf({"version"}), HasSubstr("`diptych --version`"));
  EXPECT_THAT(RefusalOf({"list"}), HasSubstr("`diptych model ls`"));
  EXPECT_THAT(RefusalOf({"models", "ls"}), HasSubstr("`diptych model ls`"));
  EXPECT_NE(RefusalOf({"serve"}), "");
}

TEST(ImplicitVerb, FilesAreAskedBack) {
  const base::TemporaryFolder folder;
  const std::string notes = folder / "notes";
  base::WriteFileAtomically(notes, "hour: noon\n");
  EXPECT_THAT(RefusalOf({notes}), HasSubstr("generate --plan " + notes));
  EXPECT_THAT(RefusalOf({"cat.png"}), HasSubstr("diptych describe cat.png"));
  EXPECT_THAT(RefusalOf({"cat.JPG", "what is this?"}), HasSubstr("diptych ask cat.JPG \"what is this?\""));
}

TEST(ImplicitVerb, AVerbBehindFlagsMustComeFirst) {
  EXPECT_THAT(RefusalOf({"ask", "x"}), HasSubstr("must come first"));
}

}  // namespace
}  // namespace diptych::cli
