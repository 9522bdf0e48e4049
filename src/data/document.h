// A document of training as a source gives it: its texts and pictures in order, before tokens and tensors.
#pragma once

#include <vector>

#include "base/image.h"
#include "text/answer_layout.h"
#include "plan/plan.h"

namespace diptych::data {

// A picture of a document; its sides are multiples of the pixels that a token covers.
struct DocumentPicture {
  base::Image image;
  std::vector<plan::Box> subjects{};  // where its subjects are: they weigh more when it is drawn
};

struct Document {
  text::Layout layout;
  std::vector<DocumentPicture> pictures{};  // which the layout names by their numbers
  int copies = 1;                           // noised copies that are trained for each picture drawn
};

}  // namespace diptych::data
