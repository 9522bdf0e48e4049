#include "eval/report_agreement.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace diptych::eval {
namespace {

// Ranks from 1, the mean rank for equals.
std::vector<double> RanksOf(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t end = first;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (size_t i = first; i < end; ++i) ranks[order[i]] = 0.5 * static_cast<double>(first + end + 1);
    first = end;
  }
  return ranks;
}

double MeanOf(std::span<const double> values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// "bus" and "bus: one" are one fact to the benchmark.
bool Says(const coherence::CheckedClaim& claim, const StatedFact& stated) {
  if (claim.facts.size() != 1 || claim.facts[0].denied != stated.denied) return false;
  const plan::Fact &claimed = claim.facts[0].fact, &fact = stated.fact;
  return claimed == fact || (claimed.key == fact.key && claimed.value.empty());
}

}  // namespace

std::optional<double> RankCorrelation(std::span<const std::pair<double, double>> pairs) {
  std::vector<double> a, b;
  for (const auto& [first, second] : pairs) {
    a.push_back(first);
    b.push_back(second);
  }
  if (a.empty()) return {};
  a = RanksOf(a);
  b = RanksOf(b);
  const double mean_a = MeanOf(a), mean_b = MeanOf(b);
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  if (aa == 0 || bb == 0) return {};
  return ab / std::sqrt(aa * bb);
}

void ReportAgreement::Add(const coherence::Report& report, std::span<const StatedFact> asked,
                          const std::set<world::Topic>& left_out, const AnswerReadings& readings,
                          const AnswerScore& score) {
  if (!readings.picture) return;
  const auto share = [](const Share& one) { return static_cast<double>(one.right) / one.of; };
  if (const auto followed = report.followed().share(); followed && score.drawn.all.of > 0)
    followed_.emplace_back(*followed, share(score.drawn.all));
  if (const auto told = report.told().share(); told && score.agreement.all.of > 0)
    told_.emplace_back(*told, share(score.agreement.all));
  for (const StatedFact& one : Without(left_out, asked)) {
    const bool is_shown = Shows(*readings.picture, one);
    const bool named = std::any_of(report.claims.begin(), report.claims.end(), [&](const auto& claim) {
      return claim.verdict == coherence::Verdict::kFails && claim.IsFrom(coherence::ClaimSource::kPrompt) &&
             Says(claim, one);
    });
    ++(is_shown ? shown_ : lost_);
    if (named) ++(is_shown ? accused_ : flagged_);
  }
}

ReportAgreement::Shares ReportAgreement::SharesOf(const Pairs& pairs) {
  Shares shares{.answers = static_cast<int>(pairs.size())};
  if (pairs.empty()) return shares;
  double error = 0;
  for (const auto& [report, readers] : pairs) error += std::abs(report - readers);
  shares.error = error / static_cast<double>(pairs.size());
  shares.correlation = RankCorrelation(pairs);
  return shares;
}

std::string TableOf(const ReportAgreement& agreement) {
  std::string table =
      "| figure of the report | answers | mean absolute error | rank correlation |\n| --- | --- | --- | --- |\n";
  char row[160];
  for (const auto& [name, shares] : {std::pair("followed", agreement.followed()), {"told true", agreement.told()}}) {
    std::snprintf(row, sizeof(row), "| %s | %d | %.1f points | %.2f |\n", name, shares.answers,
                  100 * shares.error.value_or(0), shares.correlation.value_or(0));
    table += row;
  }
  std::snprintf(row, sizeof(row),
                "\nOf %d facts of prompts that the pictures do not show the reports name %d; of %d that they show, %d "
                "are said to fail.\n",
                agreement.lost(), agreement.flagged(), agreement.shown(), agreement.accused());
  return table + row;
}

}  // namespace diptych::eval
