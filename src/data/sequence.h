// Documents as the rows that the model is trained on: text tokens and pictures that are read, in the understanding
// tower, and pictures that are drawn, in the generation tower (docs/model-family.md, "Two towers, one attention").
// text/answer_layout.h decides the order of texts and pictures.
#pragma once

#include <cstdint>
#include <vector>

#include "data/document.h"
#include "model/config.h"
#include "plan/plan.h"
#include "text/tokenizer.h"

namespace diptych::data {

// One row of the understanding tower: a text token, or one token of a picture that is read.
struct Row {
  int32_t id = 0;                       // kPictureRow for a picture's rows
  int32_t t = 0, h = 0, w = 0;          // position
  int32_t target = -1;                  // the token this row must predict; -1: none
  text::Task task = text::Task::kPlan;  // of the target
};
inline constexpr int32_t kPictureRow = -1;

// Rows [first, first + count) of the sequence attend to its rows [0, prefix) and to rows of their own run: to all of
// them when `causal` is false, else to themselves and those before.
struct RowRun {
  int first = 0, count = 0;
  int prefix = 0;
  bool causal = true;
};

// A picture that is read: its tokens, row by row of the picture, are the rows from `first` on.
struct PictureInput {
  int picture = 0;  // of the document
  int first = 0;
};

// A picture that is drawn at position t, attending to the first `prefix` rows; the trainer adds noise to `copies`
// copies.
struct Drawing {
  int picture = 0;  // of the document
  int prefix = 0;
  int32_t t = 0;
  int copies = 1;
};

// One document. A picture may be read and drawn several times; pictures may differ in size.
struct Sequence {
  std::vector<DocumentPicture> pictures;
  std::vector<Row> rows;
  std::vector<RowRun> runs;  // one after another they cover all rows
  std::vector<PictureInput> inputs;
  std::vector<Drawing> drawings;
};

// Positions follow docs/model-family.md ("Position: three axes in one head"): a text token takes one t, a picture takes
// one t, and every branch starts at the t where the trunk ended. DIPTYCH_CHECK fails for a picture whose sides are no
// multiple of a token or whose index the document does not have, a picture or branch inside a branch, anything but
// branches after the first branch, a target in the first row.
Sequence MakeSequence(Document document, const text::Tokenizer& tokenizer, const model::ModelConfig& config);

}  // namespace diptych::data
