// Sequences packed into one batch without padding: the rows of the understanding tower one after another, those of the
// generation tower one after another, and spans that say which row attends to which.
#pragma once

#include <cstdint>
#include <vector>

#include "data/sequence.h"
#include "train_kernels/attention_span.h"

namespace diptych::data {

struct Positions {
  std::vector<int32_t> t, h, w;
};

// A picture of the batch and the row of its first token: of the understanding tower for a picture that is read, of the
// generation tower for one that is drawn.
struct PictureAt {
  int picture = 0;
  int64_t first_row = 0;
};

struct Batch {
  int samples = 0;           // scenes
  std::vector<int32_t> ids;  // token ids of the understanding tower's rows; kPictureRow in the rows of a picture
  Positions positions;
  std::vector<int64_t> target_rows;  // rows that must predict a token
  std::vector<int32_t> targets;
  std::vector<text::Task> target_tasks;
  Positions drawn_positions;  // of the generation tower's rows
  std::vector<train_kernels::AttentionSpan> spans;
  std::vector<int> documents;                    // index of the first span of each document, then spans.size()
  std::vector<base::Image> pictures;             // of any sizes, each once, shared by a scene's documents
  std::vector<std::vector<plan::Box>> subjects;  // boxes in each picture
  std::vector<PictureAt> inputs, drawings;

  int64_t rows() const { return static_cast<int64_t>(ids.size()); }
  int64_t drawn_rows() const { return static_cast<int64_t>(drawn_positions.t.size()); }
};

// The number of tokens along the sides of a picture.
struct TokenGrid {
  int high = 0, wide = 0;
  int count() const { return high * wide; }
  bool operator==(const TokenGrid&) const = default;
};
TokenGrid GridOf(const base::Image& picture, const model::ModelConfig& config);

// The pictures of a batch that have one size, and the inputs and drawings of them: indices into the batch's lists,
// ascending.
struct SizeGroup {
  TokenGrid grid;
  std::vector<int> pictures, inputs, drawings;
};
// Groups in the order in which their sizes first occur; each picture, input and drawing is in exactly one.
std::vector<SizeGroup> GroupBySize(const Batch& batch, const model::ModelConfig& config);

// `samples`: the documents of each scene.
Batch Pack(std::vector<std::vector<Sequence>> samples, const model::ModelConfig& config);

}  // namespace diptych::data
