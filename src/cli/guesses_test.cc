#include "cli/guesses.h"

#include <gtest/gtest.h>

namespace diptych::cli {
namespace {

TEST(EditDistance, CountsEdits) {
  EXPECT_EQ(EditDistance("describe", "describe"), 0);
  EXPECT_EQ(EditDistance("decribe", "describe"), 1);
  EXPECT_EQ(EditDistance("plna", "plan"), 1);  // two letters exchanged
  EXPECT_EQ(EditDistance("", "ask"), 3);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
  EXPECT_EQ(EditDistance("ca", "abc"), 3);
}

TEST(Nearest, IsWithinReach) {
  const std::vector<std::string> verbs = {"describe", "ask", "plan"};
  EXPECT_EQ(Nearest("Descrbe", verbs), "describe");
  EXPECT_EQ(Nearest("dscrbe", verbs), "describe");
  EXPECT_EQ(Nearest("dscrb", verbs), std::nullopt);
  EXPECT_EQ(Nearest("asl", verbs), "ask");
  EXPECT_EQ(Nearest("a", verbs), std::nullopt);
  EXPECT_EQ(Nearest("cat", verbs), std::nullopt);
  EXPECT_EQ(Nearest(std::string(100000, 'a'), verbs), std::nullopt);
}

}  // namespace
}  // namespace diptych::cli
