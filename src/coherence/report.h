// The report: every claim of an answer checked against the picture. It says how much of what was asked the picture
// shows, how much of what is told of it is true, and how much of the plan is there; never one figure for all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/claims.h"

namespace diptych::coherence {

// `holding` of `count` claims.
struct Figure {
  int holding = 0, count = 0;
  // holding / count; nothing when `count` is 0.
  std::optional<double> share() const;
  bool operator==(const Figure&) const = default;
};

struct Report {
  std::vector<CheckedClaim> claims;
  std::vector<std::string> not_understood{};  // words of the prompt, or of the text that was checked
  std::vector<NearThing> near{};              // things of the prompt that were drawn as their nearest known kind

  // Of what the prompt asks, how much the picture shows: its claims that got a verdict, and what was not understood,
  // which is not followed; a thing that was drawn as another kind is not either.
  Figure followed() const;
  // Of the sentences that got a verdict, how many hold.
  Figure told() const;
  // Of the plan's facts that got a verdict, how many hold.
  Figure planned() const;

  // The texts of the claims that fail.
  std::vector<std::string> failed() const;
  // What was asked for and is not in the plan.
  std::vector<std::string> not_planned() const;
  // What was asked for and got no verdict.
  std::vector<std::string> uncertain() const;
};

}  // namespace diptych::coherence
