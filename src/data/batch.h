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
  int side = 0;              // pixels of a picture's side
  std::vector<int32_t> ids;  // understanding rows; kPictureRow where a picture is read
  Positions positions;
  std::vector<int64_t> target_rows;  // rows that must predict a token
  std::vector<int32_t> targets;
  std::vector<Task> target_tasks;
  Positions drawn_positions;  // generation rows
  std::vector<train_kernels::AttentionSpan> spans;
  std::vector<int> documents;                    // first span of each document, and spans.size() at the end
  std::vector<base::Image> pictures;             // each once, shared by the documents of a scene
  std::vector<std::vector<plan::Box>> subjects;  // of each picture
  std::vector<PictureAt> readings, drawings;

  int64_t rows() const { return static_cast<int64_t>(ids.size()); }
  int64_t drawn_rows() const { return static_cast<int64_t>(drawn_positions.t.size()); }
};

// `samples`: the documents of each scene. Documents that are text alone have no picture.
Batch Pack(std::vector<std::vector<Sequence>> samples, const model::ModelConfig& config);

}  // namespace diptych::data
