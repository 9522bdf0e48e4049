// Documents of different lengths as padded batches for libtorch's attention, with masks of which row attends to which.
#pragma once

#include <torch/types.h>

#include <span>
#include <vector>

#include "train_kernels/attention_span.h"

namespace diptych::train {

// `x` on the device. The copy to a GPU is asynchronous: waiting for it would mean waiting for all work queued before
// it.
torch::Tensor Send(const torch::Tensor& x, torch::Device device);

// Documents of about one length as a batch for libtorch's attention, each padded to `length`.
struct PaddedDocuments {
  int64_t count = 0, length = 0;
  torch::Tensor mask;  // [count, 1, length, length]: 0; minus infinity where row i must not attend to j
};
// All documents, with the rows of both buffers.
struct PaddedRows {
  std::vector<PaddedDocuments> groups;
  int64_t slot_count = 0;  // of all groups, one after another: the sum of count * length
  torch::Tensor slots;     // [rows] int64: the slot of each understanding row, then of each generation row
};

// `spans` and `documents` as in Visibility (train/ops.h), of buffers with so many rows; masks are made with `options`.
struct RowCounts {
  int64_t understanding = 0, generation = 0;
};
PaddedRows PadDocuments(std::span<const train_kernels::AttentionSpan> spans, std::span<const int> documents,
                        const RowCounts& rows, const torch::TensorOptions& options);

}  // namespace diptych::train
