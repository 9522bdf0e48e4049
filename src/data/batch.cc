#include "data/batch.h"

#include <algorithm>
#include <utility>

namespace diptych::data {
namespace {

struct PictureInBatch {
  int index = 0;
  TokenGrid grid;
};

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

void AppendDrawing(const Drawing& drawing, int64_t document_first, const PictureInBatch& picture, Batch& batch) {
  for (int copy = 0; copy < drawing.copies; ++copy) {
    const int64_t first = batch.drawn_rows();
    batch.drawings.push_back({.picture = picture.index, .first_row = first});
    for (int h = 0; h < picture.grid.high; ++h)
      for (int w = 0; w < picture.grid.wide; ++w) {
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

void AppendSequence(const Sequence& sequence, const std::vector<PictureInBatch>& pictures, Batch& batch) {
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
  const auto at = [&](int picture) { return pictures[static_cast<size_t>(picture)]; };
  for (const PictureInput& input : sequence.inputs)
    batch.inputs.push_back({.picture = at(input.picture).index, .first_row = first + input.first});
  for (const Drawing& drawing : sequence.drawings) AppendDrawing(drawing, first, at(drawing.picture), batch);
}

// The index of the picture in the batch; it is appended unless one of the pictures from `first` on equals it.
int IndexOf(DocumentPicture picture, std::ptrdiff_t first, Batch& batch) {
  const auto found = std::find(batch.pictures.begin() + first, batch.pictures.end(), picture.image);
  const auto index = found - batch.pictures.begin();
  if (found == batch.pictures.end()) {
    batch.pictures.push_back(std::move(picture.image));
    batch.subjects.push_back(std::move(picture.subjects));
  } else if (batch.subjects[static_cast<size_t>(index)].empty()) {
    batch.subjects[static_cast<size_t>(index)] = std::move(picture.subjects);  // known where it is drawn
  }
  return static_cast<int>(index);
}

}  // namespace

TokenGrid GridOf(const base::Image& picture, const model::ModelConfig& config) {
  return {picture.height / config.token_pixels(), picture.width / config.token_pixels()};
}

std::vector<SizeGroup> GroupBySize(const Batch& batch, const model::ModelConfig& config) {
  std::vector<SizeGroup> groups;
  std::vector<size_t> group_of;
  for (size_t i = 0; i < batch.pictures.size(); ++i) {
    const TokenGrid grid = GridOf(batch.pictures[i], config);
    const auto found = std::ranges::find(groups, grid, &SizeGroup::grid);
    group_of.push_back(static_cast<size_t>(found - groups.begin()));
    if (found == groups.end()) groups.push_back({.grid = grid, .pictures = {}, .inputs = {}, .drawings = {}});
    groups[group_of.back()].pictures.push_back(static_cast<int>(i));
  }
  const auto group = [&](const PictureAt& at) -> SizeGroup& {
    return groups[group_of[static_cast<size_t>(at.picture)]];
  };
  for (size_t i = 0; i < batch.inputs.size(); ++i) group(batch.inputs[i]).inputs.push_back(static_cast<int>(i));
  for (size_t i = 0; i < batch.drawings.size(); ++i) group(batch.drawings[i]).drawings.push_back(static_cast<int>(i));
  return groups;
}

Batch Pack(std::vector<std::vector<Sequence>> samples, const model::ModelConfig& config) {
  Batch batch;
  batch.samples = static_cast<int>(samples.size());
  for (std::vector<Sequence>& documents : samples) {
    const auto first = static_cast<std::ptrdiff_t>(batch.pictures.size());
    for (Sequence& sequence : documents) {
      std::vector<PictureInBatch> pictures;
      for (DocumentPicture& picture : sequence.pictures) {
        const TokenGrid grid = GridOf(picture.image, config);
        pictures.push_back({IndexOf(std::move(picture), first, batch), grid});
      }
      AppendSequence(sequence, pictures, batch);
    }
  }
  batch.documents.push_back(static_cast<int>(batch.spans.size()));
  return batch;
}

}  // namespace diptych::data
