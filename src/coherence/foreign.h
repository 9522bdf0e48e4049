// Pictures that are none of a model's world: photographs, other people's drawings, noise. Its answers about them are no
// better than chance.
#pragma once

#include <functional>
#include <string_view>

#include "base/image.h"
#include "coherence/check_data.h"
#include "engine/look.h"
#include "engine/model.h"

namespace diptych::coherence {

// In calibration.json: from Familiarity to the probability that the picture is of the kind that the model knows.
inline constexpr std::string_view kPictureCurve = "picture";

// How sure the model is of the plan that it reads in the picture, 0..1: the geometric mean of its tokens'
// probabilities.
double Familiarity(const engine::Model& model, engine::PictureLook& look, const base::Image& picture,
                   const std::function<bool()>& cancelled);

// Whether the picture does not look like one that the model knows; false where that was never measured.
bool IsForeign(const CheckData& data, double familiarity);
// The same of a picture that is looked at, which is only read where the measure exists. `cancelled` may be empty.
bool IsForeign(const engine::Model& model, const CheckData& data, engine::PictureLook& look, const base::Image& picture,
               const std::function<bool()>& cancelled);

// What users are told of such a picture.
inline constexpr std::string_view kForeignWarning =
    "this does not look like a picture that this model knows; what it says of it may be nonsense.";

}  // namespace diptych::coherence
