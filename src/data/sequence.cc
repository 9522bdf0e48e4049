#include "data/sequence.h"

#include "base/error.h"
#include "text/conversation.h"

namespace diptych {

const char* NameOf(Task task) {
  static constexpr const char* kNames[kTasks] = {"plan",     "narrative", "describe", "question",
                                                "claim",    "where",     "facts",    "seen_plan"};
  return kNames[static_cast<int>(task)];
}

SequenceBuilder::SequenceBuilder(const Tokenizer& tokenizer, const ModelConfig& config)
    : tokenizer_(tokenizer), tokens_wide_pixels_(config.token_pixels()) {}

void SequenceBuilder::SetPicture(Image picture) {
  DIPTYCH_CHECK(picture.width % tokens_wide_pixels_ == 0 && picture.height % tokens_wide_pixels_ == 0,
                "a picture of whole tokens");
  sequence_.picture = std::move(picture);
}

void SequenceBuilder::Append(std::span<const int32_t> ids, const Task* task) {
  for (int32_t id : ids) {
    if (task != nullptr) {
      DIPTYCH_CHECK(!sequence_.rows.empty(), "a target follows something");
      sequence_.rows.back().target = id;
      sequence_.rows.back().task = *task;
    }
    sequence_.rows.push_back({.id = id, .t = t_++});
  }
}

void SequenceBuilder::AppendTarget(std::string_view text, std::string_view end, Task task) {
  Append(tokenizer_.EncodeOrdinary(text), &task);
  Append(tokenizer_.Encode(end), &task);
}

// Rows since the last run become a run. In the trunk a run sees all rows before it.
void SequenceBuilder::CloseRun(bool causal) {
  const int count = static_cast<int>(sequence_.rows.size()) - run_first_;
  if (count > 0)
    sequence_.runs.push_back({.first = run_first_, .count = count, .prefix = prefix_ < 0 ? run_first_ : prefix_, .causal = causal});
  run_first_ = static_cast<int>(sequence_.rows.size());
}

void SequenceBuilder::AppendDrawing(int copies) {
  AppendTemplate(kPictureStart);
  sequence_.drawings.push_back({.prefix = static_cast<int>(sequence_.rows.size()), .t = t_, .copies = copies});
}

void SequenceBuilder::AppendReading() {
  if (sequence_.drawings.empty()) AppendTemplate(kPictureStart);
  CloseRun(true);
  sequence_.readings.push_back(run_first_);
  const int wide = sequence_.picture.width / tokens_wide_pixels_, high = sequence_.picture.height / tokens_wide_pixels_;
  for (int row = 0; row < high; ++row)
    for (int column = 0; column < wide; ++column)
      sequence_.rows.push_back({.id = kPictureRow, .t = t_, .h = row, .w = column});
  CloseRun(false);
  ++t_;
  AppendTemplate(kPictureEnd);
}

void SequenceBuilder::BeginBranch() {
  DIPTYCH_CHECK(prefix_ < 0, "branches do not nest");
  CloseRun(true);
  prefix_ = run_first_;
  branch_t_ = t_;
}

void SequenceBuilder::EndBranch() {
  CloseRun(true);
  prefix_ = -1;
  t_ = branch_t_;
}

Sequence SequenceBuilder::Take() {
  CloseRun(true);
  Sequence result = std::move(sequence_);
  sequence_ = {};
  t_ = 0;
  run_first_ = 0;
  prefix_ = -1;
  return result;
}

}  // namespace diptych
