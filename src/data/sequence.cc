#include "data/sequence.h"

#include "base/error.h"
#include "text/conversation.h"

namespace diptych::data {

const char* NameOf(Task task) {
  static constexpr const char* kNames[kTasks] = {"plan",  "narrative", "describe", "question",
                                                 "claim", "where",     "facts",    "seen_plan"};
  return kNames[static_cast<int>(task)];
}

SequenceBuilder::SequenceBuilder(const text::Tokenizer& tokenizer, const model::ModelConfig& config)
    : tokenizer_(tokenizer), tokens_wide_pixels_(config.token_pixels()) {}

void SequenceBuilder::SetPicture(base::Image picture, std::vector<plan::Box> subjects) {
  DIPTYCH_CHECK(picture.width % tokens_wide_pixels_ == 0 && picture.height % tokens_wide_pixels_ == 0,
                "a picture of whole tokens");
  sequence_.picture = std::move(picture);
  sequence_.subjects = std::move(subjects);
}

void SequenceBuilder::Append(std::span<const int32_t> ids, const Task* task) {
  DIPTYCH_CHECK(trunk_ < 0 || in_branch_, "only branches follow a branch");
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
    sequence_.runs.push_back(
        {.first = run_first_, .count = count, .prefix = in_branch_ ? trunk_ : run_first_, .causal = causal});
  run_first_ = static_cast<int>(sequence_.rows.size());
}

void SequenceBuilder::AppendDrawing(int copies) {
  AppendTemplate(text::kPictureStart);
  sequence_.drawings.push_back({.prefix = static_cast<int>(sequence_.rows.size()), .t = t_, .copies = copies});
}

void SequenceBuilder::AppendReading() {
  if (sequence_.drawings.empty()) AppendTemplate(text::kPictureStart);
  CloseRun(true);
  sequence_.readings.push_back(run_first_);
  const int wide = sequence_.picture.width / tokens_wide_pixels_, high = sequence_.picture.height / tokens_wide_pixels_;
  for (int row = 0; row < high; ++row)
    for (int column = 0; column < wide; ++column)
      sequence_.rows.push_back({.id = kPictureRow, .t = t_, .h = row, .w = column});
  CloseRun(false);
  ++t_;
  AppendTemplate(text::kPictureEnd);
}

void SequenceBuilder::BeginBranch() {
  DIPTYCH_CHECK(!in_branch_, "branches do not nest");
  CloseRun(true);
  if (trunk_ < 0) {
    trunk_ = run_first_;
    trunk_t_ = t_;
  }
  t_ = trunk_t_;
  in_branch_ = true;
}

void SequenceBuilder::EndBranch() {
  CloseRun(true);
  in_branch_ = false;
}

Sequence SequenceBuilder::Take() {
  CloseRun(true);
  Sequence result = std::move(sequence_);
  sequence_ = {};
  t_ = 0;
  run_first_ = 0;
  trunk_ = -1;
  in_branch_ = false;
  return result;
}

}  // namespace diptych::data
