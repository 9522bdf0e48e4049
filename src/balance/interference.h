// Gradient interference of two losses and the loss weights that balance them, computed from inner products of the
// gradients. Free of libtorch.
#pragma once

#include <string>

namespace diptych::balance {

// Inner products of the gradients of the text loss and of the picture loss over some of the weights.
struct GradientProducts {
  double text_text = 0, text_picture = 0, picture_picture = 0;
};

// cos of the angle between the two gradients; 0 when one of them is zero.
double Cosine(const GradientProducts& products);
// |picture gradient| / |text gradient|; 0 when the text gradient is zero.
double NormRatio(const GradientProducts& products);

enum class BalanceMode { kFixed, kNorm };
// "fixed" or "norm". Error for another word.
BalanceMode ParseBalanceMode(const std::string& word);

struct LossWeights {
  double text = 1, picture = 1;
};

// kFixed keeps the weights it was given. kNorm keeps the picture's weight and moves the text's so that the two weighted
// gradients have equal norms on the shared weights, averaged over the measurements (the fixed point of GradNorm with
// alpha 0, arXiv 1711.02257; the direction of IMTL-G, arXiv 2104.10650).
class Balancer {
 public:
  Balancer(BalanceMode mode, const LossWeights& initial) : mode_(mode), weights_(initial) {}
  const LossWeights& weights() const { return weights_; }
  void set_weights(const LossWeights& weights) { weights_ = weights; }
  // One measurement of the unweighted losses' gradients on the shared weights.
  void Observe(const GradientProducts& products);

 private:
  BalanceMode mode_;
  LossWeights weights_;
};

}  // namespace diptych::balance
