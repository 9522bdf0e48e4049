// Makes of the pieces of a layout (text/answer_layout.h) the passage of tokens and pictures that a session reads.
#pragma once

#include <span>

#include "engine/pixel_tokens.h"
#include "engine/session.h"
#include "text/answer_layout.h"
#include "text/tokenizer.h"

namespace diptych::engine {

// The texts and the pictures to be read, in order. Pieces for a picture to be drawn and for the edges of branches add
// nothing. `pictures[i]` is the picture that a piece names by the number i.
Passage PassageOf(const text::Tokenizer& tokenizer, std::span<const text::Piece> pieces,
                  std::span<const PixelTokens> pictures = {});

}  // namespace diptych::engine
