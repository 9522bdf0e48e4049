#include "data/sequence.h"

#include <utility>

#include "base/error.h"
#include "text/layout_tokens.h"

namespace diptych::data {
namespace {

// Appends a layout's pieces to a sequence, counting rows and positions.
class SequenceBuilder {
 public:
  SequenceBuilder(const text::Tokenizer& tokenizer, int token_pixels, std::vector<DocumentPicture> pictures)
      : tokenizer_(tokenizer), token_pixels_(token_pixels) {
    sequence_.pictures = std::move(pictures);
    for (const DocumentPicture& picture : sequence_.pictures)
      DIPTYCH_CHECK(picture.image.width % token_pixels_ == 0 && picture.image.height % token_pixels_ == 0,
                    "a picture of whole tokens");
  }

  // `copies` of each picture drawn.
  void Append(const text::Piece& piece, int copies) {
    switch (piece.kind) {
      case text::PieceKind::kTemplate:
      case text::PieceKind::kOrdinary:
        return AppendText(piece);
      case text::PieceKind::kPictureRead:
        return AppendInput(piece.picture);
      case text::PieceKind::kPictureDrawn:
        CheckPicture(piece.picture);
        sequence_.drawings.push_back({.picture = piece.picture, .prefix = rows(), .t = t_, .copies = copies});
        return;
      case text::PieceKind::kBranchBegin:
        return BeginBranch();
      case text::PieceKind::kBranchEnd:
        CloseRun(true);
        in_branch_ = false;
        return;
    }
  }

  Sequence Take() {
    CloseRun(true);
    return std::move(sequence_);
  }

 private:
  int rows() const { return static_cast<int>(sequence_.rows.size()); }

  void CheckPlace() const { DIPTYCH_CHECK(trunk_ < 0 || in_branch_, "only branches follow a branch"); }
  void CheckPicture(int picture) const {
    DIPTYCH_CHECK(trunk_ < 0, "pictures stand before the branches");
    DIPTYCH_CHECK(picture >= 0 && static_cast<size_t>(picture) < sequence_.pictures.size(),
                  "a picture of the document");
  }

  void AppendText(const text::Piece& piece) {
    CheckPlace();
    for (int32_t id : text::TokensOf(tokenizer_, piece)) {
      if (piece.target) {
        DIPTYCH_CHECK(!sequence_.rows.empty(), "a target follows something");
        sequence_.rows.back().target = id;
        sequence_.rows.back().task = *piece.target;
      }
      sequence_.rows.push_back({.id = id, .t = t_++});
    }
  }

  void AppendInput(int picture) {
    CheckPicture(picture);
    CloseRun(true);
    sequence_.inputs.push_back({.picture = picture, .first = rows()});
    const base::Image& image = sequence_.pictures[static_cast<size_t>(picture)].image;
    for (int row = 0; row < image.height / token_pixels_; ++row)
      for (int column = 0; column < image.width / token_pixels_; ++column)
        sequence_.rows.push_back({.id = kPictureRow, .t = t_, .h = row, .w = column});
    CloseRun(false);
    ++t_;
  }

  void BeginBranch() {
    DIPTYCH_CHECK(!in_branch_, "branches do not nest");
    CloseRun(true);
    if (trunk_ < 0) {
      trunk_ = run_first_;
      trunk_t_ = t_;
    }
    t_ = trunk_t_;
    in_branch_ = true;
  }

  // Makes a run of the rows since the last one. A run of the trunk attends to all rows before it; a branch is one run
  // and attends to the rows of the trunk.
  void CloseRun(bool causal) {
    const int count = rows() - run_first_;
    if (count > 0)
      sequence_.runs.push_back(
          {.first = run_first_, .count = count, .prefix = in_branch_ ? trunk_ : run_first_, .causal = causal});
    run_first_ = rows();
  }

  const text::Tokenizer& tokenizer_;
  int token_pixels_;
  Sequence sequence_;
  int32_t t_ = 0;
  int run_first_ = 0;
  int trunk_ = -1;  // rows before the first branch; -1 until there is one
  int32_t trunk_t_ = 0;
  bool in_branch_ = false;
};

}  // namespace

Sequence MakeSequence(Document document, const text::Tokenizer& tokenizer, const model::ModelConfig& config) {
  SequenceBuilder builder(tokenizer, config.token_pixels(), std::move(document.pictures));
  for (const text::Piece& piece : document.layout) builder.Append(piece, document.copies);
  return builder.Take();
}

}  // namespace diptych::data
