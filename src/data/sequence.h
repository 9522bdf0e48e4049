// Documents as what the model is trained on: token rows with pictures read in them and pictures drawn beside them, as
// docs/model-family.md, "Training", lays them out. In which order texts and pictures stand is the document's
// (text/answer_layout.h).
#pragma once

#include <cstdint>
#include <vector>

#include "data/document.h"
#include "model/config.h"
#include "plan/plan.h"
#include "text/tokenizer.h"

namespace diptych::data {

// One row of the understanding copy: a text token, or one token of a picture that is read.
struct Row {
  int32_t id = 0;                       // kPictureRow for a picture's rows
  int32_t t = 0, h = 0, w = 0;          // position
  int32_t target = -1;                  // the token this row must predict; -1: none
  text::Task task = text::Task::kPlan;  // of the target
};
inline constexpr int32_t kPictureRow = -1;

// Rows [first, first + count) of the sequence see rows [0, prefix) of it and, causally or whole, their own run.
struct RowRun {
  int first = 0, count = 0;
  int prefix = 0;
  bool causal = true;
};

// A picture that is read, token by token and row by row of it, from row `first` on.
struct Reading {
  int picture = 0;  // of the document
  int first = 0;
};

// A picture drawn after the first `prefix` rows, at position t; the trainer noises `copies` of it.
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
  std::vector<RowRun> runs;  // cover the rows in order
  std::vector<Reading> readings;
  std::vector<Drawing> drawings;
};

// The document's rows, positions counted as docs/model-family.md says: a token of text takes one, a picture takes one,
// a branch counts from the trunk's end. Our own mistake: a picture that is not of whole tokens or that the document has
// not, a picture or a branch inside a branch, anything but branches after a branch, a target that follows nothing.
Sequence MakeSequence(Document document, const text::Tokenizer& tokenizer, const model::ModelConfig& config);

}  // namespace diptych::data
