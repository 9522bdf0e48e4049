// What was done to repair an answer, as its record tells it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::coherence {

enum class RepairAction {
  kReplan,      // another plan was followed than the model's first
  kDrawRegion,  // places of things were drawn again, the rest of the picture was kept
  kDrawWhole,   // the whole picture was drawn again
  kRetell,      // a sentence of the narrative was written again
};
inline constexpr std::array kAllRepairActions = {RepairAction::kReplan, RepairAction::kDrawRegion,
                                                 RepairAction::kDrawWhole, RepairAction::kRetell};
// "replan", "draw region", "draw whole", "retell".
std::string_view NameOf(RepairAction action);

// One attempt.
struct RepairStep {
  RepairAction action = RepairAction::kReplan;
  std::vector<std::string> failed{};  // the claims that it was made for
  bool kept = false;                  // it was better; otherwise it was dropped
  bool requested = false;             // by a user, of an answer that was finished
  bool operator==(const RepairStep&) const = default;
};

}  // namespace diptych::coherence
