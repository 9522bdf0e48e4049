// The sizes of the small models that tests make.
#pragma once

#include "model/config.h"

namespace diptych::model {

// Two layers of two key heads and four query heads; the vocabulary is the test's own.
inline ModelConfig SmallConfigForTest() {
  ModelConfig c;
  c.hidden = 64;
  c.feed_forward = 96;
  c.layers = 2;
  c.query_heads = 4;
  c.key_value_heads = 2;
  c.head = 16;
  c.max_positions = 512;
  c.patch = 4;
  c.vision_hidden = 32;
  return c;
}

}  // namespace diptych::model
