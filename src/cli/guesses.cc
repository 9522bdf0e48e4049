#include "cli/guesses.h"

#include <algorithm>

#include "base/ascii.h"

namespace diptych::cli {

int EditDistance(std::string_view a, std::string_view b) {
  // rows[i][j]: the distance between the first i characters of `a` and the first j of `b`.
  std::vector<std::vector<int>> rows(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) rows[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const int change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({change, rows[i - 1][j] + 1, rows[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
}

std::optional<std::string> Nearest(std::string_view word, const std::vector<std::string>& words) {
  constexpr size_t kShort = 5, kLongest = 40;
  std::optional<std::string> nearest;
  if (word.size() > kLongest) return nearest;
  int least = 0;
  for (const std::string& candidate : words) {
    const int reach = std::min(word.size(), candidate.size()) < kShort ? 1 : 2;
    const int distance = EditDistance(Lowered(word), Lowered(candidate));
    if (distance > reach || (nearest && distance >= least)) continue;
    nearest = candidate;
    least = distance;
  }
  return nearest;
}

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = base::AsciiLower(c);
  return lowered;
}

}  // namespace diptych::cli
