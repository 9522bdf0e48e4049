// What the judge's networks are told when they err.
#pragma once

#include <torch/torch.h>

#include "train/judge_network.h"
#include "train/judge_pictures.h"

namespace diptych::train {

struct JudgeLosses {
  torch::Tensor middles, boxes, scene, things, edges;  // scalars
  torch::Tensor Sum() const;
};

JudgeLosses LossesOf(const JudgeNetwork& network, const JudgeBatch& batch);

}  // namespace diptych::train
