// The basis of the cosine transform.
#pragma once

#include <vector>

namespace diptych::base {

// [size, size]: number i of row k is w cos(pi (i + 1/2) k / size), with w making each row's length 1 (DCT-II). The rows
// are orthogonal, so the transposed matrix is the transform back.
std::vector<float> CosineBasis(int size);

}  // namespace diptych::base
