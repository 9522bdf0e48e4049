// A whole answer: planned, drawn, told, checked and repaired. What the program, the library and the server make.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "coherence/check_data.h"
#include "coherence/repair.h"
#include "coherence/report.h"
#include "coherence/understood.h"
#include "engine/generate.h"

namespace diptych::coherence {

struct AnswerWish {
  const engine::GenerateRequest& request;
  bool prompt_given = true;  // false: only a plan was given, and the prompt was made of it
  bool check = true;         // report what the check finds; without it the repairs that the options ask for are made
  bool boxes = false;        // also find where the claims' subjects are
  // All may be empty. Of the first check:
  std::function<void(const CheckedClaim&)> on_claim{};  // see CheckOptions
  std::function<void(const Report&)> on_report{};       // when it has ended, before repairs and boxes
  RepairListener on_repair{};
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

// Asks for one claim of an answer to be made again: for a fact the picture, for a sentence of the narrative that
// sentence.
struct RepairWish {
  const AnswerWish& made_by;      // what the answer was made by; its `check` is passed over
  std::string claim;              // its text, as in the report
  int attempts = 2;               // at most
  uint64_t earlier_attempts = 0;  // see RepairOptions
};
// There is nothing to make again.
class NothingToRepair : public base::Error {
 public:
  using base::Error::Error;
};
// The answer with its report, better where an attempt was kept. It is checked first; NothingToRepair where the claim
// does not fail then, or where the answer is a story, an edit, or has no plan. The picture must have the size of the
// request's options. Deterministic.
CheckedAnswer RepairClaim(const engine::Model& model, const CheckData& data, const RepairWish& wish,
                          engine::Answer answer, const std::function<bool()>& cancelled);

}  // namespace diptych::coherence
