// Sequences packed into one batch without padding: understanding rows one after another, generation rows one after
// another, and who sees whom.
#pragma once

#include <cstdint>
#include <vector>

#include "data/sequence.h"
#include "train_kernels/attention_span.h"

namespace diptych::data {

struct Positions {
  std::vector<int32_t> t, h, w;
};

// A picture whose tokens begin at a row; a drawing also has an identity that its noise and time are drawn from.
struct PictureAt {
  int picture = 0;
  int64_t first_row = 0;
};

struct Batch {
  int samples = 0;           // scenes
  std::vector<int32_t> ids;  // understanding rows; kPictureRow where a picture is read
  Positions positions;
  std::vector<int64_t> target_rows;  // rows that must predict a token
  std::vector<int32_t> targets;
  std::vector<text::Task> target_tasks;
  Positions drawn_positions;  // generation rows
  std::vector<train_kernels::AttentionSpan> spans;
  std::vector<int> documents;                    // first span of each document, and spans.size() at the end
  std::vector<base::Image> pictures;             // of any sizes, each once, shared by a scene's documents
  std::vector<std::vector<plan::Box>> subjects;  // of each picture
  std::vector<PictureAt> readings, drawings;

  int64_t rows() const { return static_cast<int64_t>(ids.size()); }
  int64_t drawn_rows() const { return static_cast<int64_t>(drawn_positions.t.size()); }
};

// The tokens of a picture, along its sides.
struct TokenGrid {
  int high = 0, wide = 0;
  int count() const { return high * wide; }
  bool operator==(const TokenGrid&) const = default;
};
TokenGrid GridOf(const base::Image& picture, const model::ModelConfig& config);

// The pictures of a batch that have one size, and what reads and draws them: places in the batch's lists, in order.
struct SizeGroup {
  TokenGrid grid;
  std::vector<int> pictures, readings, drawings;
};
// In the order in which the sizes first come; each picture, reading and drawing is in one group.
std::vector<SizeGroup> GroupBySize(const Batch& batch, const model::ModelConfig& config);

// `samples`: the documents of each scene. Documents that are text alone have no picture.
Batch Pack(std::vector<std::vector<Sequence>> samples, const model::ModelConfig& config);

}  // namespace diptych::data
