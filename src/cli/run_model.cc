#include "cli/run_model.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <set>

#include "base/error.h"
#include "base/threads.h"
#include "cli/events.h"
#include "cli/info.h"
#include "cli/interrupt.h"
#include "cli/model_folder.h"
#include "cli/progress.h"
#include "model/convert.h"
#include "model/hashes.h"
#include "model/weight_files.h"
#include "text/tokenizer.h"

namespace diptych::cli {
namespace {

// Shows progress and stops at Ctrl-C.
std::function<void(uint64_t, uint64_t)> Reporting(Progress& progress) {
  return [&progress](uint64_t done, uint64_t in_all) {
    if (Interrupted()) throw base::Cancelled();
    if (in_all > 0) progress.Share(static_cast<double>(done) / static_cast<double>(in_all));
  };
}

std::string Mebibytes(uint64_t bytes) { return std::to_string((bytes + (1 << 19)) >> 20) + " MiB"; }

uint64_t BytesOf(const model::WeightFiles& files) {
  uint64_t total = 0;
  for (const auto& path : files.files()) total += std::filesystem::file_size(path);
  return total;
}

// One line of the list: a model, or what is wrong with it.
std::string ListLine(const std::filesystem::path& folder) {
  try {
    const model::ModelConfig config = model::LoadConfig(folder);
    const model::WeightFiles files(folder);
    return std::to_string(ParametersOf(config) / 1'000'000) + " million numbers, " + Mebibytes(BytesOf(files)) + ", " +
           TypesOf(files);
  } catch (const base::Error& error) {
    return std::string("cannot be used: ") + error.what();
  }
}

int List(const Flags& flags) {
  std::set<std::filesystem::path> folders;
  std::error_code failed;
  for (const auto& place : ModelPlaces())
    for (const auto& entry : std::filesystem::directory_iterator(place, failed))
      if (std::filesystem::exists(entry.path() / "config.json", failed)) folders.insert(entry.path());
  for (const auto& folder : folders) {
    const std::string line = ListLine(folder);
    if (flags.json)
      PrintEvent("model", {{"name", ModelName(folder)}, {"path", folder.string()}, {"text", line}});
    else
      PrintResult(ModelName(folder) + ": " + line + "\n  " + folder.string() + "\n");
  }
  if (folders.empty() && !flags.json) PrintResult("No models.\n");
  return kExitOk;
}

// One part of a model that is looked at: what is good of it, or an Error.
struct Part {
  const char* name;
  std::function<std::string()> look;
};

int Verify(const Flags& flags, const std::filesystem::path& folder) {
  Progress progress(flags);
  model::ModelConfig config;
  std::unique_ptr<model::WeightFiles> files;
  const std::vector<Part> parts = {
      {"config",
       [&] {
         config = model::LoadConfig(folder);
         model::LoadGenerationConfig(folder);
         return std::to_string(config.layers) + " layers of " + std::to_string(config.hidden) +
                (config.mixture() ? ", " + std::to_string(config.experts[0].count) + " experts" : "");
       }},
      {"weights",
       [&] {
         files = std::make_unique<model::WeightFiles>(folder);
         model::CheckTensors(*files, config);
         return std::to_string(files->tensors().size()) + " tensors in " + std::to_string(files->files().size()) +
                (files->files().size() == 1 ? " file, " : " files, ") + Mebibytes(BytesOf(*files)) + ", " +
                TypesOf(*files);
       }},
      {"numbers",
       [&]() -> std::string {
         progress.Start("checking numbers");
         model::CheckNumbers(*files, Reporting(progress));
         progress.Finish();
         return "all finite";
       }},
      {"hashes",
       [&]() -> std::string {
         progress.Start("checking hashes");
         const int files_checked = model::CheckHashes(folder, Reporting(progress));
         progress.Finish();
         return files_checked > 0 ? std::to_string(files_checked) + " files as they were written"
                                  : "none are stored (SHA256SUMS), so a flipped bit may be overlooked";
       }},
      {"tokenizer", [&] {
         const text::Tokenizer tokenizer = text::Tokenizer::Load(folder);
         if (tokenizer.vocabulary_size() > config.vocabulary)
           throw base::Error("model", "the tokenizer has " + std::to_string(tokenizer.vocabulary_size()) +
                                          " tokens, the embedding " + std::to_string(config.vocabulary) + ".");
         return std::to_string(tokenizer.vocabulary_size()) + " tokens";
       }}};
  for (const Part& part : parts) {
    std::string text;
    bool good = true;
    try {
      text = part.look();
    } catch (const base::Error& error) {
      text = error.what();
      good = false;
    }
    progress.Finish();
    if (flags.json)
      PrintEvent("finding", {{"name", part.name}, {"good", good}, {"text", text}});
    else
      PrintResult(std::string(good ? "ok " : "!! ") + part.name + ": " + text + "\n");
    // Later parts cannot be checked without the earlier ones.
    if (!good) return kExitFailure;
  }
  return kExitOk;
}

}  // namespace

int RunConvert(const Flags& flags) {
  const bool gguf = flags.format ? *flags.format == "gguf" : numbers::IsQuantised(flags.type);
  if (!gguf && numbers::IsQuantised(flags.type))
    throw UsageError(std::string("safetensors cannot hold ") + numbers::NameOf(flags.type) + "; leave out --format.");
  const std::filesystem::path from = FindModelFolder(flags.source), to = flags.target;
  Progress progress(flags);
  progress.Start(std::string("converting to ") + numbers::NameOf(flags.type));
  model::ConvertModel(from, to,
                      {.type = flags.type,
                       .gguf = gguf,
                       .adapters = {flags.adapters.begin(), flags.adapters.end()},
                       .threads = base::UseThreads(flags.threads),
                       .on_progress = Reporting(progress)});
  progress.Finish();
  const model::WeightFiles before(from), after(to);
  if (flags.json)
    PrintEvent("result", {{"path", to.string()}, {"bytes", BytesOf(after)}});
  else
    PrintResult(to.string() + ": " + Mebibytes(BytesOf(after)) + " of " + TypesOf(after) + ", from " +
                Mebibytes(BytesOf(before)) + " of " + TypesOf(before) + "\n");
  return kExitOk;
}

int RunModel(const Flags& flags) {
  if (flags.action == "ls") return List(flags);
  if (flags.action == "info") return InfoOfModel(flags, FindModelFolder(flags.source));
  if (flags.action == "verify") return Verify(flags, FindModelFolder(flags.source));
  throw UsageError("\"" + flags.action + "\" is none of ls, info and verify.");
}

}  // namespace diptych::cli
