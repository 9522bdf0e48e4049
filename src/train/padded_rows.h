// Documents of different lengths as batches for libtorch's attention: padded, with masks for who sees whom.
#pragma once

#include <torch/torch.h>

#include <span>
#include <vector>

#include "train_kernels/attention_span.h"

namespace diptych::train {

// `x` on the device. A GPU's copy is on its way when this returns: waiting for it would mean waiting for all that was
// begun before.
torch::Tensor Send(const torch::Tensor& x, torch::Device device);

// Documents of about one length as a batch for libtorch's attention, each padded to `length`.
struct PaddedDocuments {
  int64_t count = 0, length = 0;
  torch::Tensor mask;  // [count, 1, length, length]: 0, or minus infinity where a row does not see another
};
// All documents, with the rows of both buffers.
struct PaddedRows {
  std::vector<PaddedDocuments> groups;
  int64_t places = 0;   // of all groups: count * length, one group after another
  torch::Tensor slots;  // [rows], the place of each understanding row, then of each generation row
};

// `spans` and `documents` as in Visibility (train/ops.h), of buffers with so many rows; masks are made with `options`.
struct RowCounts {
  int64_t understanding = 0, generation = 0;
};
PaddedRows PadDocuments(std::span<const train_kernels::AttentionSpan> spans, std::span<const int> documents,
                        const RowCounts& rows, const torch::TensorOptions& options);

}  // namespace diptych::train
