#include "kernels/processor.h"

#include <hwy/targets.h>

#include "kernels/amx.h"
#include "kernels/operand.h"

namespace diptych::kernels {

std::string ProcessorName() {
  const auto targets = static_cast<int64_t>(hwy::SupportedTargets());
  std::string name = hwy::TargetName(targets & -targets);  // the lowest bit is the best set
  if (FastestFormat() == NumberFormat::kBFloat16) name += "+BF16";
  if (AmxUsable()) name += "+AMX";
  return name;
}

}  // namespace diptych::kernels
