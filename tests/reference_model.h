// A second, plain reading of the model family, for tests: loops over float32 with sums in double precision, written
// after the architecture's description and sharing nothing with the engine but configuration and file readers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/weight_files.h"

namespace diptych::reference {

// Rows of numbers.
struct Rows {
  int rows = 0, columns = 0;
  std::vector<float> values;
  Rows() = default;
  Rows(int r, int c) : rows(r), columns(c), values(static_cast<size_t>(r) * static_cast<size_t>(c)) {}
  float* row(int i) { return values.data() + static_cast<size_t>(i) * static_cast<size_t>(columns); }
  const float* row(int i) const { return values.data() + static_cast<size_t>(i) * static_cast<size_t>(columns); }
};

struct Place {
  int t = 0, h = 0, w = 0;
};

// The KV cache of a sequence: for each layer the keys and values, and the t of every token.
struct Cache {
  std::vector<Rows> keys, values;
  std::vector<int> t;
};

struct Drawing {
  int tokens_high = 0, tokens_wide = 0, steps = 1;
  double shift = 1, guidance = 1, picture_guidance = 1, from = 0, to = 1;
  std::string rescale = "none";
};

class Model {
 public:
  Model(const model::ModelConfig& config, const model::WeightFiles& files);

  // Hidden rows after the layers, the tokens kept in the cache.
  Rows Read(const Rows& embedded, const std::vector<Place>& places, model::Tower tower, Cache* cache, bool keep) const;
  Rows Embed(const std::vector<int>& ids) const;
  // The whole text in one, from t on; its logits [ids, V].
  Rows TextLogits(const std::vector<int>& ids, Cache* cache) const;
  // Tokens of patches [high * M * wide * M, 3 P P] of a picture.
  Rows ReadPatches(const Rows& patches, int patches_high, int patches_wide, model::Tower tower) const;
  // From unit noise [3, height, width] to pixels in the same layout. The contexts are conditional, text dropped,
  // unconditional.
  std::vector<float> Draw(const std::vector<float>& noise, const std::vector<Cache>& contexts,
                          const Drawing& options) const;

 private:
  const std::vector<float>& W(const std::string& name) const;
  Rows Linear(const Rows& x, const std::string& weight, const std::string& bias = {}) const;
  Rows Norm(const Rows& x, const std::string& name) const;
  Rows SwiGlu(const Rows& x, const std::string& prefix) const;
  Rows FeedForward(const Rows& x, int layer, model::Tower tower) const;
  Rows Mixture(const Rows& x, const std::string& prefix, const model::ExpertSizes& sizes) const;
  Rows Heads(Rows x, const std::string& norm, int heads, const std::vector<Place>& places, model::Tower tower) const;
  std::vector<float> EmbedScalar(double value, const std::string& name) const;
  // `pixels_seen` [rows, 3 * Q^2], or no columns where the head sees none.
  Rows Head(const Rows& x, const Rows& pixels_seen, int high, int wide) const;
  std::vector<float> Velocity(const std::vector<float>& z, const Cache& context, double t, double noise_scale,
                              const Drawing& options) const;

  model::ModelConfig c_;
  std::map<std::string, std::vector<float>> weights_;
};

}  // namespace diptych::reference
