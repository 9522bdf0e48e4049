#include "cli/text_input.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace diptych::cli {
namespace {

TEST(CleanText, DropsWhatEditorsAdd) {
  EXPECT_EQ(CleanText("\xEF\xBB\xBF"
                      "a cat \r\n on a mat\r\n\r\n\n",
                      "x"),
            "a cat\n on a mat");
  EXPECT_EQ(CleanText("a\n\nb", "x"), "a\n\nb");
  EXPECT_EQ(CleanText(" \r\n\n", "x"), "");
  EXPECT_EQ(CleanText("", "x"), "");
  EXPECT_THROW(CleanText("\xFF\xFE"
                         "a",
                         "x"),
               base::Error);
}

}  // namespace
}  // namespace diptych::cli
