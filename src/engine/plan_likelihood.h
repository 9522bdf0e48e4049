// How well a picture shows a plan, by the model's own eye.
#pragma once

#include <string_view>

#include "base/image.h"
#include "engine/model.h"
#include "engine/session.h"

namespace diptych::engine {

// The mean logarithm of the probability of the plan's tokens, in nats, if the model looked at the picture alone and
// wrote its plan. Of several drawings of a plan the one with the highest shows it best. What of a plan the model has no
// positions for does not count. 0 for an empty plan.
double PlanLikelihood(const Model& model, Session& session, const base::Image& picture, std::string_view plan);

}  // namespace diptych::engine
