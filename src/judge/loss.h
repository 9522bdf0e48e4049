// The losses of the judge's detector and classifier.
#pragma once

#include <torch/types.h>

#include "judge/network.h"
#include "judge/pictures.h"

namespace diptych::judge {

struct JudgeLosses {
  torch::Tensor centres, boxes, scene, things, edges;  // scalars
  torch::Tensor Sum() const;
};

JudgeLosses LossesOf(const JudgeNetwork& network, const JudgeBatch& batch);

}  // namespace diptych::judge
