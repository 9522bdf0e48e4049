#include "train/padded_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "base/round_up.h"
#include "train_kernels/attention_documents.h"

namespace diptych::train {
namespace {

using torch::Tensor;

// Upper bounds of the groups of document lengths: in one single group most of the work would be padding.
constexpr std::array<int64_t, 4> kLengths = {128, 256, 384, std::numeric_limits<int64_t>::max()};

// For each span its prefix, counted from the document's first understanding row, and whether it is causal: [spans, 3]
// of first row, end, 0 or 1.
Tensor SpanTable(std::span<const train_kernels::AttentionSpan> spans, std::span<const int> documents) {
  std::vector<int64_t> table;
  for (size_t i = 0; i + 1 < documents.size(); ++i) {
    const auto own = train_kernels::DocumentSpans(spans, documents, i);
    const int64_t first = train_kernels::RowsOf(own).understanding.first;
    for (const train_kernels::AttentionSpan& span : own) {
      const int64_t begin = span.prefix_count == 0 ? 0 : span.prefix_first - first;
      table.insert(table.end(), {begin, begin + span.prefix_count, int64_t{span.causal}});
    }
  }
  return torch::tensor(table).view({-1, 3});
}

// The mask of documents padded to `length`. span_at [documents * length] is the index of the span that the row in each
// slot belongs to, -1 in padding. A document's understanding rows come first.
Tensor MaskOf(const std::vector<int64_t>& span_at, int64_t length, const Tensor& table,
              const torch::TensorOptions& options) {
  const Tensor at = Send(torch::tensor(span_at), table.device()).view({-1, length});
  const Tensor chosen = table.index_select(0, at.clamp_min(0).view(-1)).view({at.size(0), length, 3});
  const auto of_query = [&](int64_t i) { return chosen.select(2, i).unsqueeze(2); };
  const Tensor slot = torch::arange(length, at.options()), key = slot.view({1, 1, length});
  const Tensor in_prefix = (key >= of_query(0)).logical_and(key < of_query(1));
  const Tensor in_order = (key <= slot.view({1, length, 1})).logical_or(of_query(2) == 0);
  // Padding attends to padding, since a softmax over no keys would be NaN.
  const Tensor own = (at.unsqueeze(1) == at.unsqueeze(2)).logical_and(in_order);
  return torch::full({at.size(0), length, length}, -INFINITY, options)
      .masked_fill_(in_prefix.logical_and(at.unsqueeze(2) >= 0).logical_or(own), 0)
      .unsqueeze(1);
}

}  // namespace

Tensor Send(const Tensor& x, torch::Device device) {
  if (device.is_cpu() || x.numel() == 0) return x.to(device);
  return x.pin_memory().to(device, /*non_blocking=*/true);
}

PaddedRows PadDocuments(std::span<const train_kernels::AttentionSpan> spans, std::span<const int> documents,
                        const RowCounts& rows, const torch::TensorOptions& options) {
  std::array<std::vector<size_t>, kLengths.size()> members;
  std::array<int64_t, kLengths.size()> longest = {};
  for (size_t i = 0; i + 1 < documents.size(); ++i) {
    const train_kernels::DocumentRows own = train_kernels::RowsOf(train_kernels::DocumentSpans(spans, documents, i));
    const int64_t length = own.understanding.count() + own.generation.count();
    const auto group = static_cast<size_t>(std::ranges::lower_bound(kLengths, length) - kLengths.begin());
    members[group].push_back(i);
    longest[group] = std::max(longest[group], length);
  }
  const Tensor table = Send(SpanTable(spans, documents), options.device());
  PaddedRows padded;
  std::vector<int64_t> slots(static_cast<size_t>(rows.understanding + rows.generation));
  for (size_t group = 0; group < members.size(); ++group) {
    if (members[group].empty()) continue;
    const auto count = static_cast<int64_t>(members[group].size());
    const int64_t length = base::RoundUp(longest[group], 8);  // CUDA's attention reads a mask of whole groups of eight
    std::vector<int64_t> span_at(static_cast<size_t>(count * length), -1);
    int64_t base = 0;
    for (size_t document : members[group]) {
      const train_kernels::DocumentRows own =
          train_kernels::RowsOf(train_kernels::DocumentSpans(spans, documents, document));
      for (int at = documents[document]; at < documents[document + 1]; ++at) {
        const train_kernels::AttentionSpan& span = spans[static_cast<size_t>(at)];
        const int64_t slot_in_group =
            base + (span.generation ? own.understanding.count() + span.first - own.generation.first
                                    : span.first - own.understanding.first);
        std::fill_n(span_at.begin() + slot_in_group, span.count, int64_t{at});
        const auto first = slots.begin() + (span.generation ? rows.understanding : 0) + span.first;
        std::iota(first, first + span.count, padded.slot_count + slot_in_group);
      }
      base += length;
    }
    padded.groups.push_back({.count = count, .length = length, .mask = MaskOf(span_at, length, table, options)});
    padded.slot_count += count * length;
  }
  padded.slots = Send(torch::tensor(slots), options.device());
  return padded;
}

}  // namespace diptych::train
