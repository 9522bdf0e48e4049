#include "text/layout_tokens.h"

#include "base/error.h"

namespace diptych::text {
namespace {

bool IsText(const Piece& piece) { return piece.kind == PieceKind::kTemplate || piece.kind == PieceKind::kOrdinary; }

}  // namespace

std::vector<int32_t> TokensOf(const Tokenizer& tokenizer, const Piece& piece) {
  DIPTYCH_CHECK(IsText(piece), "a piece of text");
  return piece.kind == PieceKind::kTemplate ? tokenizer.Encode(piece.text) : tokenizer.EncodeOrdinary(piece.text);
}

std::vector<int32_t> TokensOf(const Tokenizer& tokenizer, std::span<const Piece> pieces) {
  std::vector<int32_t> all;
  for (const Piece& piece : pieces) {
    if (!IsText(piece)) continue;
    const std::vector<int32_t> ids = TokensOf(tokenizer, piece);
    all.insert(all.end(), ids.begin(), ids.end());
  }
  return all;
}

}  // namespace diptych::text
