// A layout's pieces as a passage to be read (text/answer_layout.h).
#pragma once

#include <span>

#include "engine/pixel_tokens.h"
#include "engine/session.h"
#include "text/answer_layout.h"
#include "text/tokenizer.h"

namespace diptych::engine {

// Texts and pictures read, in order; pictures drawn and the edges of branches leave nothing. `pictures` are the
// document's, which the pieces name by their numbers.
Passage PassageOf(const text::Tokenizer& tokenizer, std::span<const text::Piece> pieces,
                  std::span<const PixelTokens> pictures = {});

}  // namespace diptych::engine
