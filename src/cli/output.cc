#include "cli/output.h"

#include <unistd.h>

#include <utility>

#include "base/error.h"
#include "cli/events.h"

namespace diptych::cli {
namespace {

constexpr std::string_view kStandardOutput = "-";

void CheckStandardOutput(const Flags& flags) {
  if (flags.json) throw UsageError("--output -: the events of --json go to standard output.");
  if (flags.count > 1)
    throw UsageError("--output -: standard output takes one picture, not " + std::to_string(flags.count) + ".");
  if (isatty(STDOUT_FILENO) != 0) throw UsageError("--output -: standard output is a terminal; lead it into a file.");
}

}  // namespace

Output PrepareOutput(const Flags& flags) {
  Output output;
  output.folder = flags.folder;
  output.style.metadata = flags.metadata;
  output.numbered = flags.count > 1;
  output.to_stdout = flags.file == kStandardOutput;
  if (output.to_stdout) CheckStandardOutput(flags);
  const std::filesystem::path file = output.to_stdout ? std::filesystem::path() : std::filesystem::path(flags.file);
  const std::optional<base::PictureFormat> named = base::FormatOfName(file);
  output.style.format = flags.picture_format.value_or(named.value_or(base::PictureFormat::kPng));
  if (named && output.style.format != *named)
    throw UsageError("--format " + std::string(base::ExtensionOf(output.style.format)) + " contradicts the name " +
                     flags.file + ".");
  if (output.to_stdout) return output;
  output.name = file.stem().string();
  output.extension = file.has_extension() ? file.extension().string().substr(1) : "";
  record::PrepareFolder(output.folder);
  if (!output.name.empty() && !output.numbered) record::RefuseTaken(output.folder / file);
  return output;
}

record::AnswerFiles Store(const Output& output, const std::string& stem, uint64_t seed, record::AnswerContent content) {
  if (output.to_stdout) {
    if (content.pictures.size() != 1)
      throw base::Error(
          "output",
          "the answer has " + std::to_string(content.pictures.size()) + " pictures, and standard output takes one.",
          "choose a folder with -o.");
    PrintRaw(content.pictures[0]);
    return {};
  }
  if (!output.extension.empty()) content.extension = output.extension;
  if (output.name.empty() || output.numbered)
    return record::WriteAnswer(output.folder, output.name.empty() ? stem : output.name, seed, content);
  return record::WriteAnswerAs(output.folder, output.name, content);
}

}  // namespace diptych::cli
