// The shipped vocabulary and the world's words, for the tests of this folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/batch.h"
#include "data/world_source.h"

namespace diptych::data {

struct WorldForTest {
  std::filesystem::path root = DIPTYCH_SOURCE_DIR;
  text::Tokenizer tokenizer = text::Tokenizer::Load(root / "models/default");
  model::ModelConfig config = model::LoadConfig(root / "models/default");

  WorldSource Source(const TaskMix& mix, int size = 32) const { return {root / "src/world/words", mix, size}; }
  // Every task in every sample.
  static TaskMix FullMix() {
    return {.copies = 2, .look_percent = 100, .extra_looks = 1, .facts_percent = 100, .unconditional_percent = 100};
  }
  std::vector<Sequence> MakeSample(const data::Source& source, uint64_t seed, uint64_t index,
                                   Split split = Split::kTraining) const {
    std::vector<Sequence> sequences;
    for (Document& document : source.Make(seed, index, split))
      sequences.push_back(MakeSequence(std::move(document), tokenizer, config));
    return sequences;
  }
  Batch MakeBatch(const data::Source& source, uint64_t index) const {
    std::vector<std::vector<Sequence>> samples;
    for (uint64_t i = 0; i < 3; ++i) samples.push_back(MakeSample(source, 1, index * 3 + i));
    return Pack(std::move(samples), config);
  }
};

inline bool Same(const Batch& a, const Batch& b) {
  return a.ids == b.ids && a.targets == b.targets && a.target_rows == b.target_rows &&
         a.target_tasks == b.target_tasks && a.positions.t == b.positions.t && a.positions.h == b.positions.h &&
         a.positions.w == b.positions.w && a.drawn_positions.t == b.drawn_positions.t && a.documents == b.documents &&
         a.pictures == b.pictures;
}

}  // namespace diptych::data
