#include "train_kernels/attention.h"

#include "train_kernels/attention_documents.h"
#include "train_kernels/attention_tiles.h"

namespace diptych::train_kernels {

void AttentionForward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                      const AttentionRows& understanding, const AttentionRows& generation) {
  const bool tiles = shape.head % 32 == 0 && TilesUsable();
  (tiles ? TileAttentionForward : VectorAttentionForward)(shape, spans, documents, understanding, generation);
}

void AttentionBackward(const HeadShape& shape, std::span<const AttentionSpan> spans, std::span<const int> documents,
                       const AttentionGradientRows& understanding, const AttentionGradientRows& generation) {
  const bool tiles = shape.head % 32 == 0 && TilesUsable();
  (tiles ? TileAttentionBackward : VectorAttentionBackward)(shape, spans, documents, understanding, generation);
}

}  // namespace diptych::train_kernels
