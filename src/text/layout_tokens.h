// The tokens of a layout's texts, for the trainer, the engine and the benches alike.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "text/answer_layout.h"
#include "text/tokenizer.h"

namespace diptych::text {

// Token ids of a piece of text, kTemplate or kOrdinary.
std::vector<int32_t> TokensOf(const Tokenizer& tokenizer, const Piece& piece);
// Of all texts among the pieces, one after the other; pictures and branches leave nothing.
std::vector<int32_t> TokensOf(const Tokenizer& tokenizer, std::span<const Piece> pieces);

}  // namespace diptych::text
