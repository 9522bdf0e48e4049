#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "train_kernels/attention.h"
#include "train_kernels/kernels_for_test.h"

namespace diptych::train_kernels {
namespace {

class TrainingAttentionOnTargets : public OnEveryTarget {};
INSTANTIATE_TEST_SUITE_P(Targets, TrainingAttentionOnTargets, EveryTarget(), NameOfTarget);

// Two documents: text, a picture that is read, two branches that see both, a drawing after the text; then text alone.
// No count is a multiple of a vector's lanes.
const std::vector<AttentionSpan> kSpans = {
    {.first = 0, .count = 5, .causal = true},
    {.first = 5, .count = 9, .prefix_first = 0, .prefix_count = 5},
    {.first = 14, .count = 3, .prefix_first = 0, .prefix_count = 14, .causal = true},
    {.first = 17, .count = 2, .prefix_first = 0, .prefix_count = 14, .causal = true},
    {.first = 0, .count = 9, .prefix_first = 0, .prefix_count = 5, .generation = true},
    {.first = 19, .count = 7, .prefix_first = 19, .prefix_count = 0, .causal = true}};
const std::vector<int> kDocuments = {0, 5, 6};
constexpr int64_t kUnderstandingRows = 26, kGenerationRows = 9;
constexpr HeadShape kAttention{.rows = kUnderstandingRows, .query_heads = 2, .key_value_heads = 1, .head = 16};
constexpr int64_t kRowWidth = 4 * 16, kOutWidth = 2 * 16;

// Calls visit(query row, query offset, key rows and value rows) over both buffers laid one after the other.
struct Query {
  int64_t row = 0;                        // of the buffers laid one after the other
  int64_t query = 0, key = 0, value = 0;  // columns
  int64_t out = 0;                        // column of the result
  std::vector<int64_t> keys;              // rows it sees
};
std::vector<Query> Queries() {
  std::vector<Query> queries;
  for (const AttentionSpan& span : kSpans)
    for (int64_t i = 0; i < span.count; ++i)
      for (int head = 0; head < 2; ++head) {
        const int64_t own = (span.generation ? kUnderstandingRows : 0) + span.first;
        Query q{.row = own + i, .query = head * 16, .key = 32, .value = 48, .out = head * 16, .keys = {}};
        for (int64_t j = 0; j < span.prefix_count; ++j) q.keys.push_back(span.prefix_first + j);
        for (int64_t j = 0; j < (span.causal ? i + 1 : span.count); ++j) q.keys.push_back(own + j);
        queries.push_back(std::move(q));
      }
  return queries;
}

double Dot(const double* a, const double* b) { return std::inner_product(a, a + 16, b, 0.0); }

// softmax(q k^T / sqrt(16)) of one query.
Numbers PlainWeights(const Numbers& rows, const Query& q) {
  Numbers weights;
  double sum = 0;
  for (int64_t key : q.keys) {
    weights.push_back(std::exp(Dot(&rows[static_cast<size_t>(q.row * kRowWidth + q.query)],
                                   &rows[static_cast<size_t>(key * kRowWidth + q.key)]) /
                               4));
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

Numbers PlainAttention(const Numbers& rows) {
  Numbers out(static_cast<size_t>((kUnderstandingRows + kGenerationRows) * kOutWidth));
  for (const Query& q : Queries()) {
    const Numbers weights = PlainWeights(rows, q);
    for (size_t j = 0; j < weights.size(); ++j)
      for (int64_t i = 0; i < 16; ++i)
        out[static_cast<size_t>(q.row * kOutWidth + q.out + i)] +=
            weights[j] * rows[static_cast<size_t>(q.keys[j] * kRowWidth + q.value + i)];
  }
  return out;
}

struct AttentionCase {
  Bits rows = Inputs((kUnderstandingRows + kGenerationRows) * kRowWidth, 21);
  Bits out = Bits((kUnderstandingRows + kGenerationRows) * kOutWidth);
  std::vector<float> log_sum = std::vector<float>((kUnderstandingRows + kGenerationRows) * 2);
  AttentionCase() {
    AttentionForward(kAttention, kSpans, kDocuments, {rows.data(), out.data(), log_sum.data()},
                     {rows.data() + kUnderstandingRows * kRowWidth, out.data() + kUnderstandingRows * kOutWidth,
                      log_sum.data() + kUnderstandingRows * 2});
  }
};

TEST_P(TrainingAttentionOnTargets, AttentionIsThePlainLoop) {
  const AttentionCase at;
  const Numbers exact = PlainAttention(Wide(at.rows));
  ExpectNear(Wide(at.out), exact, RoundingBound(exact, 64, Largest(Wide(at.rows))), "out");
}

// The backward pass takes the dot of d_out with the rounded out, wrong by up to 2^-8 of sum |out * d_out|; a score's
// gradient is wrong by its weight times that over 4, and the gradients of queries and keys follow; they are rounded
// once.
Numbers AttentionGradientBound(const AttentionCase& at, const Numbers& d_out, const Numbers& exact) {
  const Numbers rows = Wide(at.rows), out = Wide(at.out);
  Numbers bound = RoundingBound(exact, 256, Largest(exact));
  for (const Query& q : Queries()) {
    double dot = 0;
    for (size_t i = 0; i < 16; ++i) {
      const size_t o = static_cast<size_t>(q.row * kOutWidth + q.out) + i;
      dot += std::abs(out[o] * d_out[o]);
    }
    const Numbers weights = PlainWeights(rows, q);
    for (size_t j = 0; j < weights.size(); ++j)
      for (size_t i = 0; i < 16; ++i) {
        const size_t query = static_cast<size_t>(q.row * kRowWidth + q.query) + i;
        const size_t key = static_cast<size_t>(q.keys[j] * kRowWidth + q.key) + i;
        const double score = kBFloatUnit * dot * weights[j] / 4;
        bound[query] += score * std::abs(rows[key]);
        bound[key] += score * std::abs(rows[query]);
      }
  }
  return bound;
}

TEST_P(TrainingAttentionOnTargets, AttentionGradientsAreDifferences) {
  const AttentionCase at;
  const Bits d_out = Inputs(at.out.size(), 22);
  Bits d_rows(at.rows.size());
  const int64_t u = kUnderstandingRows;
  AttentionBackward(kAttention, kSpans, kDocuments,
                    {at.rows.data(), at.out.data(), at.log_sum.data(), d_out.data(), d_rows.data()},
                    {at.rows.data() + u * kRowWidth, at.out.data() + u * kOutWidth, at.log_sum.data() + u * 2,
                     d_out.data() + u * kOutWidth, d_rows.data() + u * kRowWidth});
  const Numbers exact = Differences(PlainAttention, Wide(at.rows), Wide(d_out));
  ExpectNear(Wide(d_rows), exact, AttentionGradientBound(at, Wide(d_out), exact), "d_rows");
}

}  // namespace
}  // namespace diptych::train_kernels
