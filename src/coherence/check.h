// The check: claims judged by a model's look at the picture.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "coherence/check_data.h"
#include "coherence/claims.h"
#include "coherence/report.h"
#include "engine/generate.h"
#include "engine/look.h"
#include "text/conversation.h"

namespace diptych::coherence {

struct CheckOptions {
  bool boxes = false;                 // also ask where each fact's subject is; slow
  std::function<bool()> cancelled{};  // may be empty; polled every few claims, true: Cancelled is thrown
  // May be empty; hears each claim as soon as it has its verdict, before the boxes are looked for. Of a story once for
  // each picture that the claim is put to; of a sentence that is read a second time, once more.
  std::function<void(const CheckedClaim&)> on_claim{};
};

// What a look at a picture says of statements of one language: P(true) of each, uncorrected.
using Opinions = std::function<std::vector<double>(const std::vector<std::string>& statements, text::Language)>;
// Sets probability and verdict of each claim. A fact of a kind that is not there fails with it.
void CheckClaims(const Opinions& opinions, const CheckData& data, const CheckOptions& options,
                 std::vector<CheckedClaim>& claims);
// The same by the model's look at the picture, and the claims' boxes when they are asked for.
void CheckClaims(engine::PictureLook& look, const CheckData& data, const CheckOptions& options,
                 std::vector<CheckedClaim>& claims);

// Facts that a text states, as lines of the plan language, by a second reader: the model.
using FactReader = std::function<std::string(const std::string& sentence)>;
// Takes from each sentence that fails the facts that the second reader does not find in it: the words of the lexicon
// are judged one by one, and "the house has seen the sun rise, little one" states neither an hour nor a size. Returns
// the indices of the claims that it changed, which are to be judged again. Claims that state nothing any more have no
// verdict.
std::vector<size_t> DropMisread(const FactReader& reader, const CheckData& data, std::vector<CheckedClaim>& claims);

// Where each claim's subject is; the whole scene's facts have no place.
void FindBoxes(engine::PictureLook& look, const CheckData& data, const CheckOptions& options,
               std::vector<CheckedClaim>& claims);

// What the request's prompt asks for, by the model's reading and the lexicon's. Nothing without a prompt: what was
// given is the plan.
Asked ReadAsked(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request);

// The report of an answer: reads what the prompt asks for and checks all that prompt, plan and narrative state; of a
// story over all its pictures, empty when it has none. Without a prompt nothing was asked for but the given plan.
Report CheckAnswer(const engine::Model& model, const CheckData& data, const engine::GenerateRequest& request,
                   const engine::Answer& answer, const CheckOptions& options);
// The same where it is known what the prompt asks for.
Report CheckAnswer(const engine::Model& model, const CheckData& data, const Asked& asked, std::string_view prompt,
                   const engine::Answer& answer, const CheckOptions& options);
// The report of any text on any picture, one claim a sentence.
Report CheckText(const engine::Model& model, const CheckData& data, const base::Image& picture, std::string_view text,
                 const CheckOptions& options);

}  // namespace diptych::coherence
