#include "train_kernels/attention_tiles.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "numbers/bfloat16.h"
#include "train_kernels/attention_documents.h"

namespace diptych::train_kernels {
namespace {

std::vector<BF16> Numbers(int64_t count, uint32_t seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<BF16> numbers(static_cast<size_t>(count));
  for (BF16& number : numbers) {
    const float value = normal(generator);
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    number = static_cast<BF16>(bits >> 16);
  }
  return numbers;
}

// Everything one attention reads and writes in one buffer.
struct Buffer {
  Buffer(const HeadShape& shape, int64_t count, uint32_t seed)
      : rows(Numbers(count * shape.width(), seed)),
        d_out(Numbers(count * shape.query_heads * shape.head, seed + 1)),
        out(d_out.size()),
        d_rows(rows.size()),
        log_sum(static_cast<size_t>(count * shape.query_heads)) {}
  AttentionRows Forward() { return {rows.data(), out.data(), log_sum.data()}; }
  AttentionGradientRows Backward() { return {rows.data(), out.data(), log_sum.data(), d_out.data(), d_rows.data()}; }

  std::vector<BF16> rows, d_out, out, d_rows;
  std::vector<float> log_sum;
};

struct Buffers {
  Buffer understanding, generation;
};

// Sums in double, loop by loop.
struct Sums {
  std::vector<double> out, d_rows, log_sum;
};
struct Expected {
  Sums understanding, generation;
};

// One query's softmax over the keys it sees, and what flows back from it.
class Reference {
 public:
  Reference(const HeadShape& shape, const Buffers& buffers) : shape_(shape), buffers_(buffers) {
    const auto size = [](Sums& sums, const Buffer& buffer) {
      sums.out.resize(buffer.out.size());
      sums.d_rows.resize(buffer.rows.size());
      sums.log_sum.resize(buffer.log_sum.size());
    };
    size(expected_.understanding, buffers.understanding);
    size(expected_.generation, buffers.generation);
  }

  void Query(const AttentionSpan& span, int64_t i, int head) {
    struct Key {
      const BF16 *key, *value;
      double *d_key, *d_value;
      double weight;
    };
    const HeadOffsets at = OffsetsOf(shape_, head);
    const Buffer& own = span.generation ? buffers_.generation : buffers_.understanding;
    Sums& sums = span.generation ? expected_.generation : expected_.understanding;
    std::vector<Key> keys;
    const auto see = [&](const Buffer& buffer, Sums& d, int64_t row) {
      const int64_t first = row * shape_.width();
      keys.push_back(
          {&buffer.rows[static_cast<size_t>(first + at.key)], &buffer.rows[static_cast<size_t>(first + at.value)],
           &d.d_rows[static_cast<size_t>(first + at.key)], &d.d_rows[static_cast<size_t>(first + at.value)], 0});
    };
    for (int64_t j = 0; j < span.prefix_count; ++j)
      see(buffers_.understanding, expected_.understanding, span.prefix_first + j);
    for (int64_t j = 0; j < (span.causal ? i + 1 : span.count); ++j) see(own, sums, span.first + j);

    const int64_t row = span.first + i, k = shape_.head;
    const BF16* query = &own.rows[static_cast<size_t>(row * shape_.width() + at.query)];
    double* d_query = &sums.d_rows[static_cast<size_t>(row * shape_.width() + at.query)];
    const size_t out = static_cast<size_t>((row * shape_.query_heads + head) * k);
    const double scale = 1 / std::sqrt(static_cast<double>(k));
    double sum = 0, dot = 0;
    for (Key& key : keys) {
      for (int64_t c = 0; c < k; ++c) key.weight += numbers::FromBF16(query[c]) * numbers::FromBF16(key.key[c]) * scale;
      sum += key.weight = std::exp(key.weight);
    }
    sums.log_sum[static_cast<size_t>(row * shape_.query_heads + head)] = std::log(sum);
    for (Key& key : keys) {
      key.weight /= sum;
      for (int64_t c = 0; c < k; ++c)
        sums.out[out + static_cast<size_t>(c)] += key.weight * numbers::FromBF16(key.value[c]);
    }
    const BF16* d_out = &own.d_out[out];
    for (int64_t c = 0; c < k; ++c) dot += sums.out[out + static_cast<size_t>(c)] * numbers::FromBF16(d_out[c]);
    for (Key& key : keys) {
      double change = -dot;
      for (int64_t c = 0; c < k; ++c) change += numbers::FromBF16(d_out[c]) * numbers::FromBF16(key.value[c]);
      for (int64_t c = 0; c < k; ++c) {
        key.d_value[c] += key.weight * numbers::FromBF16(d_out[c]);
        key.d_key[c] += key.weight * change * scale * numbers::FromBF16(query[c]);
        d_query[c] += key.weight * change * scale * numbers::FromBF16(key.key[c]);
      }
    }
  }

  const Expected& expected() const { return expected_; }

 private:
  HeadShape shape_;
  const Buffers& buffers_;
  Expected expected_;
};

// Relative error in the Frobenius norm.
template <typename T, typename Widen>
double Error(const std::vector<T>& found, const std::vector<double>& expected, const Widen& widen) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    difference += std::pow(static_cast<double>(widen(found[i])) - expected[i], 2);
    size += expected[i] * expected[i];
  }
  return std::sqrt(difference / (size + 1e-30));
}

struct Layout {
  std::vector<AttentionSpan> spans;
  std::vector<int> documents;
  int64_t understanding = 0, generation = 0;  // rows
};

// Text, a picture that is read, a branch of each kind after it, two drawings; a text alone; a row alone. With lengths
// below, at and above whole tiles.
Layout TestLayout() {
  return {.spans = {{.first = 0, .count = 37, .causal = true},
                    {.first = 37, .count = 64, .prefix_first = 0, .prefix_count = 37},
                    {.first = 101, .count = 5, .prefix_first = 0, .prefix_count = 101, .causal = true},
                    {.first = 106, .count = 33, .prefix_first = 0, .prefix_count = 101, .causal = true},
                    {.first = 0, .count = 64, .prefix_first = 0, .prefix_count = 37, .generation = true},
                    {.first = 64, .count = 16, .prefix_first = 0, .prefix_count = 32, .generation = true},
                    {.first = 139, .count = 98, .prefix_first = 139, .prefix_count = 0, .causal = true},
                    {.first = 237, .count = 1, .prefix_first = 237, .prefix_count = 0, .causal = true}},
          .documents = {0, 6, 7, 8},
          .understanding = 238,
          .generation = 80};
}

using Forward = decltype(&AttentionForward);
using Backward = decltype(&AttentionBackward);

// An element of a result is rounded once, to 2^-9 of it at most; of the tiles' factors each is too.
void ExpectIsReference(const HeadShape& shape, Forward forward, Backward backward) {
  const Layout layout = TestLayout();
  Buffers buffers{Buffer(shape, layout.understanding, 1), Buffer(shape, layout.generation, 3)};
  forward(shape, layout.spans, layout.documents, buffers.understanding.Forward(), buffers.generation.Forward());
  backward(shape, layout.spans, layout.documents, buffers.understanding.Backward(), buffers.generation.Backward());
  Reference reference(shape, buffers);
  for (const AttentionSpan& span : layout.spans)
    for (int64_t i = 0; i < span.count; ++i)
      for (int head = 0; head < shape.query_heads; ++head) reference.Query(span, i, head);
  const auto compare = [](const Buffer& found, const Sums& expected) {
    EXPECT_LT(Error(found.out, expected.out, numbers::FromBF16), 4.0 / 512);
    EXPECT_LT(Error(found.d_rows, expected.d_rows, numbers::FromBF16), 4.0 / 512);
    EXPECT_LT(Error(found.log_sum, expected.log_sum, [](float x) { return x; }), 1e-5);
  };
  compare(buffers.understanding, reference.expected().understanding);
  compare(buffers.generation, reference.expected().generation);
}

TEST(TrainingAttention, VectorsAreTheReference) {
  ExpectIsReference({.query_heads = 2, .key_value_heads = 2, .head = 64}, VectorAttentionForward,
                    VectorAttentionBackward);
  ExpectIsReference({.query_heads = 4, .key_value_heads = 2, .head = 32}, VectorAttentionForward,
                    VectorAttentionBackward);
  ExpectIsReference({.query_heads = 2, .key_value_heads = 1, .head = 16}, VectorAttentionForward,
                    VectorAttentionBackward);
}

TEST(TrainingAttention, TilesAreTheReference) {
  if (!TilesUsable()) GTEST_SKIP() << "no AMX here";
  ExpectIsReference({.query_heads = 2, .key_value_heads = 2, .head = 64}, TileAttentionForward, TileAttentionBackward);
  ExpectIsReference({.query_heads = 4, .key_value_heads = 2, .head = 32}, TileAttentionForward, TileAttentionBackward);
  ExpectIsReference({.query_heads = 3, .key_value_heads = 1, .head = 96}, TileAttentionForward, TileAttentionBackward);
}

// Where the understanding rows want no gradients, the drawings' are what they are with them.
void ExpectDrawingsAlone(const HeadShape& shape, Forward forward, Backward backward) {
  const Layout layout = TestLayout();
  Buffers both{Buffer(shape, layout.understanding, 1), Buffer(shape, layout.generation, 3)};
  forward(shape, layout.spans, layout.documents, both.understanding.Forward(), both.generation.Forward());
  Buffers alone = both;
  backward(shape, layout.spans, layout.documents, both.understanding.Backward(), both.generation.Backward());
  AttentionGradientRows frozen = alone.understanding.Backward();
  frozen.d_rows = nullptr;
  backward(shape, layout.spans, layout.documents, frozen, alone.generation.Backward());
  EXPECT_EQ(alone.generation.d_rows, both.generation.d_rows);
}

TEST(TrainingAttention, GradientsOfDrawingsAlone) {
  const HeadShape shape{.query_heads = 4, .key_value_heads = 2, .head = 32};
  ExpectDrawingsAlone(shape, VectorAttentionForward, VectorAttentionBackward);
  if (TilesUsable()) ExpectDrawingsAlone(shape, TileAttentionForward, TileAttentionBackward);
}

TEST(TrainingAttention, IsTheSameForAnyNumberOfThreads) {
  const HeadShape shape{.query_heads = 4, .key_value_heads = 2, .head = 32};
  const Layout layout = TestLayout();
  const int threads = omp_get_max_threads();
  std::vector<Buffers> results;
  for (int count : {1, 3}) {
    omp_set_num_threads(count);
    Buffers& b =
        results.emplace_back(Buffers{Buffer(shape, layout.understanding, 1), Buffer(shape, layout.generation, 3)});
    AttentionForward(shape, layout.spans, layout.documents, b.understanding.Forward(), b.generation.Forward());
    AttentionBackward(shape, layout.spans, layout.documents, b.understanding.Backward(), b.generation.Backward());
  }
  omp_set_num_threads(threads);
  EXPECT_EQ(results[0].understanding.d_rows, results[1].understanding.d_rows);
  EXPECT_EQ(results[0].generation.d_rows, results[1].generation.d_rows);
  EXPECT_EQ(results[0].generation.out, results[1].generation.out);
}

}  // namespace
}  // namespace diptych::train_kernels
