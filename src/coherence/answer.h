// A whole answer: planned, drawn, told, checked and repaired. What the program, the library and the server make.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "coherence/check_data.h"
#include "coherence/repair_step.h"
#include "coherence/report.h"
#include "engine/generate.h"

namespace diptych::coherence {

struct AnswerWish {
  const engine::GenerateRequest& request;
  bool prompt_given = true;  // false: only a plan was given, and the prompt was made of it
  bool check = true;         // report what the check finds; without it the repairs that the options ask for are made
  bool boxes = false;        // also find where the claims' subjects are
  std::function<void(const CheckedClaim&)> on_claim{};  // of the first check, see CheckOptions; may be empty
};

struct CheckedAnswer {
  engine::Answer answer;
  std::optional<Report> report{};
  std::vector<RepairStep> repair{};
  double check_s = 0, repair_s = 0;
};

// `on_stage` may be empty; it hears "checking" and "repairing". Error as engine::Generate's and CompletePlan's.
CheckedAnswer MakeAnswer(const engine::Model& model, const CheckData& data, const AnswerWish& wish,
                         const engine::Listener& listener, const std::function<void(std::string_view)>& on_stage = {});

// A prompt that cannot be followed word by word.
class NotUnderstood : public base::Error {
 public:
  using base::Error::Error;
};
// NotUnderstood names the words of the prompt that nobody understands, and the things that would be drawn as their
// nearest known kind.
void RequireUnderstood(std::string_view prompt, const CheckData& data);

}  // namespace diptych::coherence
