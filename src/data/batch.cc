#include "data/batch.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace diptych::data {
namespace {

void AppendRows(const Sequence& sequence, Batch& batch) {
  for (const Row& row : sequence.rows) {
    if (row.target >= 0) {
      batch.target_rows.push_back(batch.rows());
      batch.targets.push_back(row.target);
      batch.target_tasks.push_back(row.task);
    }
    batch.ids.push_back(row.id);
    batch.positions.t.push_back(row.t);
    batch.positions.h.push_back(row.h);
    batch.positions.w.push_back(row.w);
  }
}

void AppendDrawing(const Drawing& drawing, int64_t document_first, int picture, int side_tokens, Batch& batch) {
  for (int copy = 0; copy < drawing.copies; ++copy) {
    const int64_t first = batch.drawn_rows();
    batch.drawings.push_back({.picture = picture, .first_row = first});
    for (int h = 0; h < side_tokens; ++h)
      for (int w = 0; w < side_tokens; ++w) {
        batch.drawn_positions.t.push_back(drawing.t);
        batch.drawn_positions.h.push_back(h);
        batch.drawn_positions.w.push_back(w);
      }
    batch.spans.push_back({.first = first,
                           .count = batch.drawn_rows() - first,
                           .prefix_first = document_first,
                           .prefix_count = drawing.prefix,
                           .generation = true,
                           .causal = false});
  }
}

void AppendSequence(const Sequence& sequence, int picture, const model::ModelConfig& config, Batch& batch) {
  const int64_t first = batch.rows();
  batch.documents.push_back(static_cast<int>(batch.spans.size()));
  AppendRows(sequence, batch);
  for (const RowRun& run : sequence.runs)
    batch.spans.push_back({.first = first + run.first,
                           .count = run.count,
                           .prefix_first = first,
                           .prefix_count = run.prefix,
                           .generation = false,
                           .causal = run.causal});
  for (int reading : sequence.readings) batch.readings.push_back({.picture = picture, .first_row = first + reading});
  for (const Drawing& drawing : sequence.drawings)
    AppendDrawing(drawing, first, picture, sequence.picture.width / config.token_pixels(), batch);
}

// Where the sequence's picture stands in the batch, appended unless it is among those from `first` on; -1 without one.
int IndexOfPicture(const Sequence& sequence, std::ptrdiff_t first, Batch& batch) {
  if (sequence.picture.rgb.empty()) return -1;
  const auto found = std::find(batch.pictures.begin() + first, batch.pictures.end(), sequence.picture);
  const auto index = static_cast<int>(found - batch.pictures.begin());
  if (found == batch.pictures.end()) {
    batch.side = sequence.picture.width;
    batch.pictures.push_back(sequence.picture);
    batch.subjects.push_back(sequence.subjects);
  }
  return index;
}

}  // namespace

Batch Pack(std::vector<std::vector<Sequence>> samples, const model::ModelConfig& config) {
  Batch batch;
  batch.samples = static_cast<int>(samples.size());
  for (const std::vector<Sequence>& documents : samples) {
    const auto first = static_cast<std::ptrdiff_t>(batch.pictures.size());
    for (const Sequence& sequence : documents)
      AppendSequence(sequence, IndexOfPicture(sequence, first, batch), config, batch);
  }
  batch.documents.push_back(static_cast<int>(batch.spans.size()));
  return batch;
}

}  // namespace diptych::data
