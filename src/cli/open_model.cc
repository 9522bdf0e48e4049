#include "cli/open_model.h"

#include "base/threads.h"
#include "cli/model_folder.h"
#include "kernels/operand.h"
#include "kernels/processor.h"

namespace diptych::cli {

namespace {

std::string PrecisionUsed(engine::Precision precision) {
  const bool has_bfloat16 = kernels::FastestFormat() == kernels::NumberFormat::kBFloat16;
  const bool single =
      precision == engine::Precision::kFloat32 || (precision == engine::Precision::kAuto && !has_bfloat16);
  return single ? "float32" : "bfloat16";
}

}  // namespace

OpenedModel OpenModel(const Flags& flags, Progress& progress) {
  progress.Start("loading the model");
  base::UseThreads(flags.threads);
  const std::filesystem::path folder = FindModelFolder(flags.model);
  const std::vector<std::filesystem::path> adapters(flags.adapters.begin(), flags.adapters.end());
  std::vector<std::string> names;
  for (const std::filesystem::path& adapter : adapters) names.push_back(adapter.filename().string());
  OpenedModel opened{ModelName(folder),
                     PrecisionUsed(flags.precision),
                     kernels::ProcessorName(),
                     std::move(names),
                     engine::Model::Load(folder, flags.precision, adapters),
                     coherence::CheckData::Load(folder)};
  progress.Finish();
  return opened;
}

void WarnOfUnknownWords(const OpenedModel& opened, const std::string& text, Progress& progress,
                        std::string_view consequence) {
  WarnOfWords(opened.check_data.UnknownWords(text), progress, consequence);
}

void WarnOfWords(const std::vector<std::string>& unknown, Progress& progress, std::string_view consequence) {
  constexpr size_t kMaxNamed = 10;
  if (unknown.empty()) return;
  std::string names;
  for (size_t i = 0; i < unknown.size() && i < kMaxNamed; ++i)
    names += (i == 0 ? "'" : ", '") + unknown[i].substr(0, 40) + "'";
  if (unknown.size() > kMaxNamed) names += " and " + std::to_string(unknown.size() - kMaxNamed) + " more";
  progress.Warn("not understood: " + names + "; " + std::string(consequence) +
                ". `diptych words` lists what this model can draw.");
}

}  // namespace diptych::cli
