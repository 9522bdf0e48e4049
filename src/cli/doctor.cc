#include "cli/doctor.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/events.h"
#include "cli/model_folder.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include "engine/model.h"
#include "kernels/processor.h"
#include "text/tokenizer.h"

namespace diptych::cli {
namespace {

// One line of the report. A finding that is not good says what to do.
struct Finding {
  std::string name;
  std::string text;
  bool good = true;
};

// The first value of a key in /proc/cpuinfo.
std::string CpuInfo(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(':');
    if (colon != std::string::npos && line.starts_with(key)) return line.substr(std::min(line.size(), colon + 2));
  }
  return "";
}

Finding CpuFinding() {
  std::istringstream flags(CpuInfo("flags"));
  std::string found;
  bool has_avx2 = false, has_bf16 = false;
  for (std::string flag; flags >> flag;) {
    has_avx2 |= flag == "avx2";
    has_bf16 |= flag == "avx512_bf16" || flag == "amx_bf16";
    if (flag == "avx2" || flag == "fma" || flag == "avx512f" || flag == "avx512_bf16" || flag == "amx_bf16" ||
        flag == "amx_int8")
      found += " " + flag;
  }
  if (CpuInfo("flags").empty()) return {"cpu", "unknown, as /proc/cpuinfo does not tell; " + kernels::ProcessorName()};
  std::string text = CpuInfo("model name") + ":" + (found.empty() ? " none of the fast instruction sets" : found);
  text += has_bf16 ? "; matrix products in bfloat16" : has_avx2 ? "; matrix products in float32" : "; it will be slow";
  return {"cpu", text};
}

Finding ThreadsFinding(const Flags& flags) {
  const int used = base::UseThreads(flags.threads), available = base::AvailableThreads();
  const std::string text = std::to_string(used) + " used, " + std::to_string(available) + " available";
  return {"threads", used > available ? text + "; more threads than cores are slower, lower --threads" : text,
          used <= available};
}

Finding MemoryFinding() {
  const uint64_t available = base::AvailableMemory();
  return {"memory", available == 0 ? "unknown" : std::to_string(available >> 20) + " MB available"};
}

// What `probe` says, or the error it throws.
Finding Try(const std::string& name, const std::function<std::string()>& probe) {
  try {
    return {name, probe()};
  } catch (const base::Error& error) {
    return {name, error.what(), false};
  }
}

Finding ModelFinding(const Flags& flags) {
  return Try("model", [&] {
    const std::filesystem::path folder = FindModelFolder(flags.model);
    const engine::Model model = engine::Model::Load(folder, flags.precision);
    return folder.string() + ": loads, " + std::to_string(model.config().layers) + " layers of " +
           std::to_string(model.config().hidden) + ", " + std::to_string(model.tokenizer().vocabulary_size()) +
           " tokens";
  });
}

// What environment and settings file give to flags, of whatever verb.
Finding SettingsFinding(const Flags& flags) {
  std::string complaints;
  for (const std::string& complaint : ComplaintsOfSurroundings(flags.settings_file))
    complaints += (complaints.empty() ? "" : "\n  ") + complaint;
  if (!complaints.empty()) return {"settings", complaints, false};
  const std::filesystem::path file = flags.settings_file.empty() ? DefaultSettingsFile().string() : flags.settings_file;
  std::error_code failed;
  if (file.empty() || !std::filesystem::exists(file, failed)) return {"settings", "none at " + file.string()};
  return {"settings", file.string() + ": " + std::to_string(LoadSettings(file).size()) + " keys"};
}

Finding TerminalFinding() {
  const Terminal terminal = DescribeTerminal(stderr);
  if (!terminal.is_terminal) return {"terminal", "none: plain lines, no preview"};
  const bool previews = terminal.colours == Colours::kTrue || terminal.colours == Colours::k256;
  return {"terminal", std::to_string(terminal.columns) + " columns, " +
                          (previews ? "with preview" : "no preview (fewer than 256 colours)")};
}

Finding FolderFinding() {
  const bool writable = access(".", W_OK) == 0;
  return {"folder", writable ? "pictures can be stored here" : "pictures cannot be stored here; use -o FOLDER",
          writable};
}

}  // namespace

int RunDoctor(const Flags& flags) {
  const std::vector<Finding> findings = {{"version", "diptych " + Version()},
                                         CpuFinding(),
                                         ThreadsFinding(flags),
                                         MemoryFinding(),
                                         ModelFinding(flags),
                                         SettingsFinding(flags),
                                         TerminalFinding(),
                                         FolderFinding()};
  bool all_good = true;
  for (const Finding& finding : findings) {
    all_good &= finding.good;
    if (flags.json) {
      PrintEvent("finding", {{"name", finding.name}, {"good", finding.good}, {"text", finding.text}});
    } else {
      const std::string name = finding.name + std::string(finding.name.size() < 9 ? 9 - finding.name.size() : 0, ' ');
      PrintResult((finding.good ? "ok " : "!! ") + name + " " + finding.text + "\n");
    }
  }
  return all_good ? kExitOk : kExitFailure;
}

}  // namespace diptych::cli
