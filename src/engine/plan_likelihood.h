// How well a picture shows a plan, as the model itself sees it.
#pragma once

#include <string_view>

#include "base/image.h"
#include "engine/model.h"
#include "engine/session.h"

namespace diptych::engine {

// The mean log-probability of the plan's tokens, in nats, when the model is asked for the plan of the picture and is
// given nothing else. Of several drawings of one plan, the one with the highest value shows it best. Tokens beyond the
// model's last position are left out. 0 for an empty plan.
double PlanLikelihood(const Model& model, Session& session, const base::Image& picture, std::string_view plan);

}  // namespace diptych::engine
