#include "kernels/team.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace diptych::kernels {
namespace {

TEST(Team, RunsEveryPieceOnce) {
  for (int threads : {1, 2, 3, 8}) {
    Team team(threads);
    EXPECT_EQ(team.threads(), threads);
    for (int round = 0; round < 2000; ++round) {
      const int pieces = round % 19;
      std::vector<int> counts(static_cast<size_t>(pieces));
      team.For(pieces, [&](int piece, int thread) {
        EXPECT_LT(thread, threads);
        ++counts.at(static_cast<size_t>(piece));
      });
      EXPECT_EQ(counts, std::vector<int>(static_cast<size_t>(pieces), 1));
    }
  }
}

TEST(Team, ThrowsWhatAPieceThrew) {
  Team team(3);
  EXPECT_THROW(team.For(10,
                        [](int piece, int) {
                          if (piece == 7) throw std::runtime_error("seven");
                        }),
               std::runtime_error);
}

TEST(Team, ForRowsRunsEveryRowOnce) {
  Team team(2);
  for (int rows : {0, 1, 15, 16, 17, 100}) {
    std::vector<std::atomic<int>> runs(static_cast<size_t>(rows));
    team.ForRows(rows, [&](int row, int) { ++runs[static_cast<size_t>(row)]; });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
  }
}

TEST(Team, ForPartsCoversEveryNumberOnce) {
  Team team(2);
  for (size_t size : {size_t{0}, size_t{1}, size_t{4096}, size_t{4097}, size_t{20000}}) {
    std::vector<std::atomic<int>> runs(size);
    team.ForParts(size, [&](size_t first, size_t end) {
      for (size_t i = first; i < end; ++i) ++runs[i];
    });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
  }
}

}  // namespace
}  // namespace diptych::kernels
