// Turns the pieces of a layout (text/answer_layout.h) into the passage of tokens and pictures that a session reads.
#pragma once

#include <span>

#include "engine/pixel_tokens.h"
#include "engine/session.h"
#include "text/answer_layout.h"
#include "text/tokenizer.h"

namespace diptych::engine {

// The texts, and the pictures that are read, in order. Pieces that draw a picture or that begin or end a branch add
// nothing. `pictures[i]` is the picture that a piece calls number i.
Passage PassageOf(const text::Tokenizer& tokenizer, std::span<const text::Piece> pieces,
                  std::span<const PixelTokens> pictures = {});

}  // namespace diptych::engine
