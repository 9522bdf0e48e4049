// A plan that keeps what the prompt asks: where the model's own plan lacks facts that the prompt's words state, they
// are put into it, or it plans again from the same facts said in the world's everyday English.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/asked.h"
#include "coherence/check_data.h"
#include "engine/generate.h"

namespace diptych::coherence {

// The facts that are asked for and that the plan does not state; denied ones that it does.
std::vector<AskedFact> MissingIn(std::string_view plan, const Asked& asked);

// What is asked for as a plain English prompt: "a sad panda playing the ukulele, at sunset, in impressionist style".
// Denials are left out. Empty where nothing is known to be asked for.
std::string PlainPrompt(const Asked& asked, const CheckData& data);

// The request as it is to be drawn: its prompt as the model reads it best (CheckData::ForModel), and a reviewer for the
// plan that the model writes, which puts another in its place where it lacks what the prompt's words ask for, or has
// things that they do not (UnaskedIn): the same plan with these facts put in and those things taken out, or, where the
// model finds no places for them, of up to kPlansTried plans of the plain prompt the one with the fewest such faults.
// Without a lexicon the request is left as it is; without a reviewer where it gives a plan, wants none, or speaks of
// pictures. The same request gives the same result. `model` and `data` must outlive the request. `cancelled` may be
// empty; it is polled at each token, and true throws Cancelled.
inline constexpr int kPlansTried = 4;
engine::GenerateRequest AsDrawn(const engine::Model& model, const CheckData& data,
                                const engine::GenerateRequest& request, const std::function<bool()>& cancelled);

}  // namespace diptych::coherence
