#include "coherence/foreign.h"

#include <cmath>

#include "engine/plan_likelihood.h"
#include "engine/session.h"

namespace diptych::coherence {
namespace {

bool WasMeasured(const CheckData& data) { return data.calibration.curves().contains(kPictureCurve); }

}  // namespace

double Familiarity(const engine::Model& model, engine::PictureLook& look, const base::Image& picture,
                   const std::function<bool()>& cancelled) {
  engine::Listener listener;
  listener.cancelled = cancelled;
  const std::string plan = look.SeenPlan(listener);
  if (plan.empty()) return 0;
  engine::Session session(model.weights());
  return std::exp(engine::PlanLikelihood(model, session, picture, plan));
}

bool IsForeign(const CheckData& data, double familiarity) {
  return WasMeasured(data) &&
         data.calibration.VerdictOf(kPictureCurve, data.calibration.Correct(kPictureCurve, familiarity)) ==
             Verdict::kFails;
}

bool IsForeign(const engine::Model& model, const CheckData& data, engine::PictureLook& look, const base::Image& picture,
               const std::function<bool()>& cancelled) {
  return WasMeasured(data) && IsForeign(data, Familiarity(model, look, picture, cancelled));
}

}  // namespace diptych::coherence
