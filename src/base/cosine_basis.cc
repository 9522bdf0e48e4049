#include "base/cosine_basis.h"

#include <cmath>
#include <numbers>

namespace diptych::base {

std::vector<float> CosineBasis(int size) {
  std::vector<float> basis;
  for (int k = 0; k < size; ++k)
    for (int i = 0; i < size; ++i) {
      const double weight = std::sqrt((k == 0 ? 1.0 : 2.0) / size);
      basis.push_back(static_cast<float>(weight * std::cos(std::numbers::pi * (i + 0.5) * k / size)));
    }
  return basis;
}

}  // namespace diptych::base
