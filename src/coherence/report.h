// The report: every claim of an answer checked against the picture, and how far they agree.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/image.h"
#include "coherence/claims.h"
#include "engine/generate.h"
#include "engine/look.h"

namespace diptych::coherence {

struct Report {
  std::vector<CheckedClaim> claims;

  // How many hold.
  int holding() const {
    return static_cast<int>(
        std::count_if(claims.begin(), claims.end(), [](const CheckedClaim& claim) { return claim.holds; }));
  }
  std::vector<std::string> failed() const {
    std::vector<std::string> names;
    for (const CheckedClaim& claim : claims)
      if (!claim.holds) names.push_back(claim.text);
    return names;
  }
  // The share of claims that hold; nothing when there are none.
  std::optional<double> agreement() const {
    if (claims.empty()) return {};
    return static_cast<double>(holding()) / static_cast<double>(claims.size());
  }
};

struct CheckOptions {
  bool boxes = false;               // also ask where each fact's subject is; slow
  std::function<bool()> cancelled;  // may be empty; polled every few claims, true: Cancelled is thrown
};

// Sets probability, verdict and, when asked for, box of each claim, by the model's look at the picture.
void CheckClaims(engine::PictureLook& look, const CheckOptions& options, std::vector<CheckedClaim>& claims);

// The report of an answer: reads the prompt's facts and checks all that prompt, plan and narrative state; of a story
// over all its pictures, empty when it has none. Of a request without a prompt, which only gave a plan, the plan's facts
// stand alone.
Report CheckAnswer(const engine::Model& model, const engine::GenerateRequest& request, const engine::Answer& answer,
                   const CheckOptions& options);
// The report of any text on any picture, one claim a sentence.
Report CheckText(const engine::Model& model, const base::Image& picture, std::string_view text,
                 const CheckOptions& options);

}  // namespace diptych::coherence
