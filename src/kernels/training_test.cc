#include "kernels/training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>
#include <string>

// As in training.cc: what is not compiled there cannot be chosen here.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#include <hwy/targets.h>

#include "kernels/numbers_for_test.h"

namespace diptych::kernels {
namespace {

using Numbers = std::vector<double>;
using Bits = std::vector<BF16>;

// Every test runs on every instruction set that was compiled in and that this machine has.
class Training : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Training, testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& test) { return std::string(hwy::TargetName(test.param)); });

Bits Narrow(const std::vector<float>& values) {
  Bits bits;
  for (float value : values) {
    uint32_t word;
    std::memcpy(&word, &value, sizeof(word));
    bits.push_back(static_cast<BF16>((word + 0x7FFF + ((word >> 16) & 1)) >> 16));
  }
  return bits;
}

std::vector<float> Floats(const Bits& bits) {
  std::vector<float> values(bits.size());
  WidenBFloat16(bits, values.data());
  return values;
}

Numbers Wide(const std::vector<float>& values) { return {values.begin(), values.end()}; }
Numbers Wide(const Bits& bits) { return Wide(Floats(bits)); }

// Numbers that bfloat16 holds exactly, so that a kernel and a plain loop start from the same.
Bits Inputs(size_t count, uint64_t stream) { return Narrow(Normals(count, stream)); }

void ExpectNear(const Numbers& got, const Numbers& exact, const Numbers& bound, const char* what) {
  ASSERT_EQ(got.size(), exact.size()) << what;
  for (size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], exact[i], bound[i]) << what << " " << i;
}

// What rounding a result to bfloat16 once may move it by, beside a float32 error of `floats` roundings of `size`.
Numbers RoundingBound(const Numbers& exact, double floats, double size) {
  Numbers bound;
  for (double value : exact) bound.push_back(Bound(NumberFormat::kBFloat16, value, floats * size * kFloatUnit));
  return bound;
}
Numbers FloatBound(size_t count, double floats, double size) { return Numbers(count, floats * size * kFloatUnit); }

// Largest magnitude, the scale of float32 errors.
double Largest(const Numbers& values) {
  double largest = 0;
  for (double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

using Function = std::function<Numbers(const Numbers&)>;

// d(sum of weights * f(x)) / dx by central differences. With steps of 1e-5 on numbers near 1 in double precision, the
// result is right to about 1e-9.
Numbers Differences(const Function& f, Numbers x, const Numbers& weights) {
  constexpr double kStep = 1e-5;
  const auto value = [&] {
    const Numbers y = f(x);
    return std::inner_product(y.begin(), y.end(), weights.begin(), 0.0);
  };
  Numbers gradient;
  for (double& number : x) {
    const double before = number;
    number = before + kStep;
    const double up = value();
    number = before - kStep;
    gradient.push_back((up - value()) / (2 * kStep));
    number = before;
  }
  return gradient;
}

// --- RMSNorm ---------------------------------------------------------------------------------------------------------

constexpr int64_t kNormRows = 259, kNormWidth = 45;  // more rows than one part of the weight's gradient holds

Numbers PlainRmsNorm(const Numbers& x, const Numbers& weight) {
  const size_t width = weight.size();
  Numbers y(x.size());
  for (size_t row = 0; row < x.size(); row += width) {
    double sum = 0;
    for (size_t i = 0; i < width; ++i) sum += x[row + i] * x[row + i];
    const double scale = 1 / std::sqrt(sum / static_cast<double>(width) + 1e-6);
    for (size_t i = 0; i < width; ++i) y[row + i] = x[row + i] * scale * weight[i];
  }
  return y;
}

TEST_P(Training, RmsNormIsThePlainLoop) {
  const std::vector<float> x = Normals(kNormRows * kNormWidth, 1), weight = Normals(kNormWidth, 2);
  Bits y(x.size());
  std::vector<float> inverse(kNormRows);
  RmsNormForward({kNormRows, kNormWidth, 1e-6f}, x.data(), weight.data(), y.data(), inverse.data());
  const Numbers exact = PlainRmsNorm(Wide(x), Wide(weight));
  ExpectNear(Wide(y), exact, RoundingBound(exact, kNormWidth, Largest(exact)), "y");
}

TEST_P(Training, RmsNormGradientsAreDifferences) {
  const int64_t rows = 5, repeats = 60;  // the same five rows again and again fill two parts of the weight's sum
  const std::vector<float> once = Normals(rows * kNormWidth, 1), weight = Normals(kNormWidth, 2);
  const Bits dy_once = Inputs(once.size(), 3);
  std::vector<float> x;
  Bits dy;
  for (int64_t i = 0; i < repeats; ++i) {
    x.insert(x.end(), once.begin(), once.end());
    dy.insert(dy.end(), dy_once.begin(), dy_once.end());
  }
  const RmsNormShape shape{rows * repeats, kNormWidth, 1e-6f};
  Bits y(x.size());
  std::vector<float> inverse(rows * repeats), dx(x.size(), 9.0f), d_weight(kNormWidth, 9.0f);
  RmsNormForward(shape, x.data(), weight.data(), y.data(), inverse.data());
  RmsNormBackward(shape, x.data(), weight.data(), inverse.data(), dy.data(), dx.data(), d_weight.data());

  const Numbers exact_x =
      Differences([&](const Numbers& v) { return PlainRmsNorm(v, Wide(weight)); }, Wide(once), Wide(dy_once));
  Numbers exact_weight =
      Differences([&](const Numbers& v) { return PlainRmsNorm(Wide(once), v); }, Wide(weight), Wide(dy_once));
  for (double& value : exact_weight) value *= static_cast<double>(repeats);
  const Numbers last(dx.end() - rows * kNormWidth, dx.end());
  ExpectNear(last, exact_x, FloatBound(exact_x.size(), 2 * kNormWidth, Largest(exact_x)), "dx");
  const double terms = static_cast<double>(rows * repeats);
  ExpectNear(Wide(d_weight), exact_weight, FloatBound(kNormWidth, terms, 8 * terms), "d_weight");
}

// --- head norm and rotation ------------------------------------------------------------------------------------------

constexpr HeadShape kHeads{.rows = 7, .query_heads = 4, .key_value_heads = 2, .head = 32};

struct HeadCase {
  Bits x = Inputs(static_cast<size_t>(kHeads.rows * kHeads.width()), 11);
  std::vector<float> weights = Normals(4 * 16, 12);  // query t, query hw, key t, key hw
  std::vector<float> cos, sin;
  HeadCase() {
    for (float angle : Normals(static_cast<size_t>(kHeads.rows) * 16, 13)) {
      cos.push_back(std::cos(3 * angle));
      sin.push_back(std::sin(3 * angle));
    }
  }
  HeadNormWeights Pointers() const {
    return {weights.data(), weights.data() + 16, weights.data() + 32, weights.data() + 48};
  }
};

// One head as NEO_UNIFY says: both halves normed apart, the first turned by t, the quarters after it by h and w.
void PlainHead(const double* x, const double* weights, const float* cos, const float* sin, double* y) {
  double normed[32];
  for (int half = 0; half < 2; ++half) {
    double sum = 0;
    for (int i = 0; i < 16; ++i) sum += x[half * 16 + i] * x[half * 16 + i];
    for (int i = 0; i < 16; ++i)
      normed[half * 16 + i] = x[half * 16 + i] / std::sqrt(sum / 16 + 1e-6) * weights[half * 16 + i];
  }
  const int first[] = {0, 16, 24}, size[] = {16, 8, 8}, angle[] = {0, 8, 12};
  for (int part = 0; part < 3; ++part)
    for (int i = 0; i < size[part] / 2; ++i) {
      const int a = first[part] + i, b = a + size[part] / 2;
      const double c = cos[angle[part] + i], s = sin[angle[part] + i];
      y[a] = normed[a] * c - normed[b] * s;
      y[b] = normed[b] * c + normed[a] * s;
    }
}

Numbers PlainHeads(const HeadCase& at, const Numbers& x, const Numbers& weights) {
  Numbers y = x;
  for (int64_t row = 0; row < kHeads.rows; ++row)
    for (int head = 0; head < kHeads.rotated_heads(); ++head) {
      const int64_t first = row * kHeads.width() + head * 32;
      PlainHead(x.data() + first, weights.data() + (head < kHeads.query_heads ? 0 : 32), at.cos.data() + row * 16,
                at.sin.data() + row * 16, y.data() + first);
    }
  return y;
}

TEST_P(Training, HeadNormRotateIsThePlainLoop) {
  const HeadCase at;
  Bits y(at.x.size());
  std::vector<float> inverse(static_cast<size_t>(kHeads.rows * kHeads.rotated_heads() * 2));
  HeadNormRotateForward(kHeads, at.Pointers(), at.cos.data(), at.sin.data(), at.x.data(), y.data(), inverse.data());
  const Numbers exact = PlainHeads(at, Wide(at.x), Wide(at.weights));
  ExpectNear(Wide(y), exact, RoundingBound(exact, 32, Largest(exact)), "y");
}

TEST_P(Training, HeadNormRotateGradientsAreDifferences) {
  const HeadCase at;
  const Bits dy = Inputs(at.x.size(), 14);
  Bits y(at.x.size()), dx(at.x.size());
  std::vector<float> inverse(static_cast<size_t>(kHeads.rows * kHeads.rotated_heads() * 2)), d(64, 9.0f);
  HeadNormRotateForward(kHeads, at.Pointers(), at.cos.data(), at.sin.data(), at.x.data(), y.data(), inverse.data());
  HeadNormRotateBackward(kHeads, at.Pointers(), at.cos.data(), at.sin.data(), at.x.data(), inverse.data(), dy.data(),
                         dx.data(), {d.data(), d.data() + 16, d.data() + 32, d.data() + 48});
  const Numbers x = Wide(at.x), weights = Wide(at.weights);
  const Numbers exact = Differences([&](const Numbers& v) { return PlainHeads(at, v, weights); }, x, Wide(dy));
  ExpectNear(Wide(dx), exact, RoundingBound(exact, 64, Largest(exact)), "dx");
  const Numbers exact_weights = Differences([&](const Numbers& v) { return PlainHeads(at, x, v); }, weights, Wide(dy));
  ExpectNear(Wide(d), exact_weights, FloatBound(64, 64, 4 * Largest(exact_weights) + 16), "d_weights");
}

// --- attention -------------------------------------------------------------------------------------------------------

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

TEST_P(Training, AttentionIsThePlainLoop) {
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

TEST_P(Training, AttentionGradientsAreDifferences) {
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

// --- pointwise -------------------------------------------------------------------------------------------------------

constexpr int64_t kGateRows = 3, kGateWidth = 37;

Numbers PlainSwiGlu(const Numbers& gate_up) {
  Numbers y;
  for (int64_t row = 0; row < kGateRows; ++row)
    for (int64_t i = 0; i < kGateWidth; ++i) {
      const double gate = gate_up[static_cast<size_t>(row * 2 * kGateWidth + i)];
      const double up = gate_up[static_cast<size_t>((row * 2 + 1) * kGateWidth + i)];
      y.push_back(gate / (1 + std::exp(-gate)) * up);
    }
  return y;
}

TEST_P(Training, SwiGluAndItsGradient) {
  const Bits gate_up = Inputs(kGateRows * 2 * kGateWidth, 31), dy = Inputs(kGateRows * kGateWidth, 32);
  Bits y(dy.size()), d(gate_up.size());
  SwiGluForward(kGateRows, kGateWidth, gate_up.data(), y.data());
  SwiGluBackward(kGateRows, kGateWidth, gate_up.data(), dy.data(), d.data());
  const Numbers exact = PlainSwiGlu(Wide(gate_up));
  ExpectNear(Wide(y), exact, RoundingBound(exact, 16, Largest(exact)), "y");
  const Numbers gradient = Differences(PlainSwiGlu, Wide(gate_up), Wide(dy));
  ExpectNear(Wide(d), gradient, RoundingBound(gradient, 16, Largest(gradient)), "d");
}

TEST_P(Training, SwiGluOfExtremeGates) {
  const Bits gate_up = Narrow({-300, -90, 90, 300, 1, 1, 1, 1});
  const Bits dy = Narrow({1, 1, 1, 1});
  Bits y(4), d(8);
  SwiGluForward(1, 4, gate_up.data(), y.data());
  SwiGluBackward(1, 4, gate_up.data(), dy.data(), d.data());
  const std::vector<float> out = Floats(y), gradient = Floats(d);
  for (float value : gradient) EXPECT_TRUE(std::isfinite(value));
  EXPECT_NEAR(out[0], 0, 1e-30);
  EXPECT_NEAR(out[3], 300, 1);
}

constexpr int64_t kLogitRows = 5, kLogitWidth = 83;
const std::vector<int32_t> kTargets = {0, 82, 17, 40, 41};

Numbers PlainCrossEntropy(const Numbers& logits) {
  Numbers losses;
  for (int64_t row = 0; row < kLogitRows; ++row) {
    const double* first = logits.data() + row * kLogitWidth;
    double sum = 0;
    for (int64_t i = 0; i < kLogitWidth; ++i) sum += std::exp(first[i]);
    losses.push_back(std::log(sum) - first[kTargets[static_cast<size_t>(row)]]);
  }
  return losses;
}

TEST_P(Training, CrossEntropyAndItsGradient) {
  const std::vector<float> scale = {0.5f, 0.25f, 1, 0, 2};
  Bits logits = Inputs(kLogitRows * kLogitWidth, 41);
  const Numbers before = Wide(logits);
  std::vector<float> loss(kLogitRows);
  CrossEntropy(kLogitRows, kLogitWidth, kTargets.data(), scale.data(), logits.data(), loss.data());
  ExpectNear(Wide(loss), PlainCrossEntropy(before), FloatBound(loss.size(), kLogitWidth, 8), "loss");
  const Numbers gradient = Differences(PlainCrossEntropy, before, Wide(scale));
  // Differences are themselves right to about 1e-9, which shows beside a probability's float32 rounding.
  Numbers bound = RoundingBound(gradient, kLogitWidth, 1);
  for (double& b : bound) b += 1e-9;
  ExpectNear(Wide(logits), gradient, bound, "gradient");
}

}  // namespace
}  // namespace diptych::kernels
