#include "coherence/repair_step.h"

namespace diptych::coherence {

std::string_view NameOf(RepairAction action) {
  constexpr std::array<std::string_view, kAllRepairActions.size()> kNames = {"replan", "draw region", "draw whole",
                                                                             "retell"};
  return kNames[static_cast<size_t>(action)];
}

}  // namespace diptych::coherence
