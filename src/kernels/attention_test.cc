#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/elementwise.h"
#include "kernels/numbers_for_test.h"

namespace diptych::kernels {
namespace {

struct Case {
  HeadLayout layout;
  int past = 0, more = 0;    // keys in two runs
  std::vector<int> visible;  // of each query
};

struct Data {
  std::vector<float> queries, keys;  // rows of the layout's width: [queries], [past + more]
};

Data MakeData(const Case& c) {
  const auto width = static_cast<size_t>(c.layout.width());
  return {Normals(c.visible.size() * width, 1), Normals(static_cast<size_t>(c.past + c.more) * width, 2)};
}

Operand AttendAll(const Case& c, const Data& data, NumberFormat format, int threads = 2) {
  const auto width = static_cast<size_t>(c.layout.width());
  LayerKvCache past(c.layout, format), more(c.layout, format);
  for (int i = 0; i < c.past; ++i) {
    past.Reserve(i + 1, i);  // grows again and again
    past.Set(i, std::span(data.keys).subspan(static_cast<size_t>(i) * width, width));
  }
  more.Reserve(c.more, 0);
  for (int i = 0; i < c.more; ++i)
    more.Set(i, std::span(data.keys).subspan(static_cast<size_t>(c.past + i) * width, width));
  AttentionTask task{.first_row = 0, .rows = static_cast<int>(c.visible.size()), .runs = {}, .visible = c.visible};
  if (c.past > 0) task.runs.push_back({&past, c.past});
  if (c.more > 0) task.runs.push_back({&more, c.more});
  std::vector<float> queries = data.queries;
  ThreadPool pool(threads);
  Operand out(format);
  Attend(pool, {c.layout, queries}, std::span(&task, 1), &out);
  return out;
}

// In bfloat16 keys and values are rounded, and so are queries and weights, by at most kBFloatUnit / 2 of their size: a
// score then errs by that share of its terms' sizes, a weight by twice the worst score's error, and once for itself.
Data RoundedKeys(Data data, NumberFormat format) {
  if (format == NumberFormat::kFloat32) return data;
  std::vector<uint16_t> bits(data.keys.size());
  RoundToBFloat16(data.keys, bits.data());
  WidenBFloat16(bits, data.keys.data());
  return data;
}

void ExpectPlain(const Case& c, const Data& exact, const Operand& out) {
  const Data data = RoundedKeys(exact, out.format());
  const double rounding = out.format() == NumberFormat::kFloat32 ? 0 : kBFloatUnit / 2;
  const int head = c.layout.head, width = c.layout.width(), group = c.layout.query_heads / c.layout.key_value_heads;
  for (int row = 0; row < out.rows(); ++row)
    for (int h = 0; h < c.layout.query_heads; ++h) {
      const int keys = c.visible[static_cast<size_t>(row)], g = h / group;
      const float* query = data.queries.data() + row * width + h * head;
      std::vector<double> weight(static_cast<size_t>(keys)), sum(static_cast<size_t>(head));
      double total = 0, worst = 0;
      std::vector<double> sizes(sum.size());
      for (int j = 0; j < keys; ++j) {
        double score = 0, size = 0;
        for (int k = 0; k < head; ++k) {
          const double term =
              double{query[k]} * data.keys[static_cast<size_t>(j * width + (c.layout.query_heads + g) * head + k)];
          score += term;
          size += std::abs(term);
        }
        worst = std::max(worst, rounding * size / std::sqrt(head));
        total += weight[static_cast<size_t>(j)] = std::exp(score / std::sqrt(head));
      }
      for (int j = 0; j < keys; ++j)
        for (int k = 0; k < head; ++k) {
          const double term = weight[static_cast<size_t>(j)] / total *
                              data.keys[static_cast<size_t>(
                                  j * width + (c.layout.query_heads + c.layout.key_value_heads + g) * head + k)];
          sum[static_cast<size_t>(k)] += term;
          sizes[static_cast<size_t>(k)] += std::abs(term);
        }
      // A score of K terms errs by K units of up to K^0.5 times a few; each weight by that; the sum by one for each
      // key.
      for (int k = 0; k < head; ++k)
        ASSERT_NEAR(
            At(out, row, h * head + k), sum[static_cast<size_t>(k)],
            Bound(out.format(), sum[static_cast<size_t>(k)],
                  4 * (head + keys + 16) * kFloatUnit * 4 + sizes[static_cast<size_t>(k)] * (2 * worst + rounding)))
            << "row " << row << " head " << h << " at " << k;
    }
}

std::vector<int> Causal(int rows, int past) {
  std::vector<int> visible;
  for (int i = 0; i < rows; ++i) visible.push_back(past + i + 1);
  return visible;
}

TEST(Attend, IsThePlainLoopForManyShapes) {
  for (int head : {8, 16, 24, 32, 128})
    for (int rows : {1, 2, 7, 8, 9, 19})
      for (int past : {0, 1, 16, 130, 300}) {
        const Case c{{4, 2, head}, past, rows, Causal(rows, past)};
        const Data data = MakeData(c);
        for (NumberFormat format : Formats()) ExpectPlain(c, data, AttendAll(c, data, format));
      }
}

// So many queries that AMX attends where there is one.
TEST(Attend, IsThePlainLoopForManyQueries) {
  for (int head : {32, 40, 64})
    for (int past : {0, 33, 130}) {
      Case c{{4, 2, head}, past, 150, Causal(150, past)};
      const Data data = MakeData(c);
      for (NumberFormat format : Formats()) ExpectPlain(c, data, AttendAll(c, data, format));
      std::fill(c.visible.begin(), c.visible.end(), past + 150);
      ExpectPlain(c, data, AttendAll(c, data, FastestFormat()));
    }
}

TEST(Attend, SeesWholePictures) {
  const Case c{{2, 1, 32}, 40, 20, std::vector<int>(20, 60)};
  const Data data = MakeData(c);
  ExpectPlain(c, data, AttendAll(c, data, FastestFormat()));
}

TEST(Attend, KeysBeyondWhatARowSeesDoNotMatter) {
  const Case c{{2, 1, 32}, 0, 40, {3, 40, 17, 16, 1}};
  for (NumberFormat format : Formats()) {
    Data data = MakeData(c);
    const Operand before = AttendAll(c, data, format);
    ExpectPlain(c, data, before);
    for (size_t i = 17 * static_cast<size_t>(c.layout.width()); i < data.keys.size(); ++i) data.keys[i] = 1e30f;
    const Operand after = AttendAll(c, data, format);
    for (int row : {0, 2, 3, 4})
      for (int i = 0; i < 64; ++i) EXPECT_EQ(At(before, row, i), At(after, row, i));
  }
}

TEST(Attend, AmongManyARowDependsOnWhatItSeesAlone) {
  const Case c{{2, 1, 32}, 20, 150, Causal(150, 20)};
  for (NumberFormat format : Formats()) {
    Data data = MakeData(c);
    const Operand before = AttendAll(c, data, format, 1);
    for (size_t i = 100 * static_cast<size_t>(c.layout.width()); i < data.keys.size(); ++i) data.keys[i] = 1e30f;
    const Operand after = AttendAll(c, data, format, 3);
    for (int row = 0; row < 80; ++row)
      for (int i = 0; i < 64; ++i) ASSERT_EQ(At(before, row, i), At(after, row, i)) << row << ", " << i;
  }
}

TEST(Attend, BearsScoresOfAnySize) {
  const Case c{{1, 1, 8}, 0, 3, {3}};
  Data data = MakeData(c);
  for (float& number : data.queries) number *= 1e4f;
  const Operand out = AttendAll(c, data, NumberFormat::kFloat32);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(std::isfinite(At(out, 0, i)));
}

TEST(Attend, ARowDoesNotDependOnItsCompanyOrTheThreads) {
  const Case c{{4, 2, 32}, 150, 21, Causal(21, 150)};
  const Data data = MakeData(c);
  Case one = c;
  one.visible = {c.visible[0]};
  for (NumberFormat format : Formats()) {
    const Operand all = AttendAll(c, data, format, 1), threads = AttendAll(c, data, format, 3);
    const Operand alone = AttendAll(one, data, format);
    for (int i = 0; i < 128; ++i) {
      EXPECT_EQ(At(all, 0, i), At(alone, 0, i));
      for (int row = 0; row < 21; ++row) EXPECT_EQ(At(all, row, i), At(threads, row, i));
    }
  }
}

}  // namespace
}  // namespace diptych::kernels
