#include "engine/layout_passage.h"

#include "base/error.h"
#include "text/layout_tokens.h"

namespace diptych::engine {

Passage PassageOf(const text::Tokenizer& tokenizer, std::span<const text::Piece> pieces,
                  std::span<const PixelTokens> pictures) {
  Passage passage;
  for (const text::Piece& piece : pieces) switch (piece.kind) {
      case text::PieceKind::kTemplate:
      case text::PieceKind::kOrdinary:
        passage.Text(text::TokensOf(tokenizer, piece));
        break;
      case text::PieceKind::kPictureRead:
        DIPTYCH_CHECK(static_cast<size_t>(piece.picture) < pictures.size(), "a picture of the document");
        passage.Picture(pictures[static_cast<size_t>(piece.picture)]);
        break;
      case text::PieceKind::kPictureDrawn:
      case text::PieceKind::kBranchBegin:
      case text::PieceKind::kBranchEnd:
        break;
    }
  return passage;
}

}  // namespace diptych::engine
