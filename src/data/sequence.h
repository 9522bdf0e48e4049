// What the model is trained on: token sequences with pictures read in them and pictures drawn beside them, as
// NEO_UNIFY's "Training" lays them out. Sequence layout is decided here and nowhere else.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "model/config.h"
#include "plan/plan.h"
#include "text/tokenizer.h"

namespace diptych::data {

// Which loss a text target counts to in the log.
enum class Task { kPlan, kNarrative, kDescribe, kQuestion, kClaim, kWhere, kFacts, kSeenPlan };
inline constexpr int kTasks = 8;
const char* NameOf(Task task);

// One row of the understanding copy: a text token, or one token of a picture that is read.
struct Row {
  int32_t id = 0;               // kPictureRow for a picture's rows
  int32_t t = 0, h = 0, w = 0;  // position
  int32_t target = -1;          // the token this row must predict; -1: none
  Task task = Task::kPlan;      // of the target
};
inline constexpr int32_t kPictureRow = -1;

// Rows [first, first + count) of the sequence see rows [0, prefix) of it and, causally or whole, their own run.
struct RowRun {
  int first = 0, count = 0;
  int prefix = 0;
  bool causal = true;
};

// A picture drawn after the first `prefix` rows, at position t; the trainer noises `copies` of it.
struct Drawing {
  int prefix = 0;
  int32_t t = 0;
  int copies = 1;
};

// One document: all its pictures are the same picture, read as rows or drawn beside them.
struct Sequence {
  base::Image picture;              // empty when the document is text alone
  std::vector<plan::Box> subjects;  // of the picture: where its subjects are
  std::vector<Row> rows;
  std::vector<RowRun> runs;   // cover the rows in order
  std::vector<int> readings;  // first rows of the picture where it is read
  std::vector<Drawing> drawings;
};

// Appends text and pictures to a sequence, counting positions as NEO_UNIFY says.
class SequenceBuilder {
 public:
  SequenceBuilder(const text::Tokenizer& tokenizer, const model::ModelConfig& config);

  void SetPicture(base::Image picture, std::vector<plan::Box> subjects = {});
  // Text whose special tokens' spellings count; words that come from a user are appended as ordinary text.
  void AppendTemplate(std::string_view text) { Append(tokenizer_.Encode(text), nullptr); }
  void AppendWords(std::string_view text) { Append(tokenizer_.EncodeOrdinary(text), nullptr); }
  // Text that the model must learn to write, up to and including `end` (a template text).
  void AppendTarget(std::string_view text, std::string_view end, Task task);
  // "<img>", nothing else: a drawing or a reading follows.
  void AppendDrawing(int copies);
  void AppendReading();
  // What is appended until EndBranch sees the rows before the first branch and itself; no other branch sees it. Only
  // branches follow a branch.
  void BeginBranch();
  void EndBranch();

  Sequence Take();

 private:
  void Append(std::span<const int32_t> ids, const Task* task);
  void CloseRun(bool causal);

  const text::Tokenizer& tokenizer_;
  int tokens_wide_pixels_;
  Sequence sequence_;
  int32_t t_ = 0;
  int run_first_ = 0;
  int trunk_ = -1;  // rows before the first branch; -1 until there is one
  int32_t trunk_t_ = 0;
  bool in_branch_ = false;
};

}  // namespace diptych::data
