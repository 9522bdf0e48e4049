// A training document as a source gives it: texts and pictures in their order, not yet tokens or tensors.
#pragma once

#include <vector>

#include "base/image.h"
#include "plan/plan.h"
#include "text/answer_layout.h"

namespace diptych::data {

// A picture of a document. Its sides are multiples of the side of a token, in pixels.
struct DocumentPicture {
  base::Image image;
  std::vector<plan::Box> subjects{};  // boxes of its subjects, which weigh more in the loss when it is drawn
};

struct Document {
  text::Layout layout;
  std::vector<DocumentPicture> pictures{};  // the layout refers to them by index
  int copies = 1;                           // noised copies trained for each picture that is drawn
};

}  // namespace diptych::data
