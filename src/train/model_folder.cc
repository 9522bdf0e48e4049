#include "train/model_folder.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"
#include "model/config.h"
#include "model/generation_config.h"
#include "model/hashes.h"
#include "model/safetensors.h"
#include "text/unicode.h"
#include "train/checkpoint.h"
#include "train/growth.h"
#include "world/scene.h"

namespace diptych::train {
namespace {

namespace fs = std::filesystem;

// Names and values of the last line of RUN/log.csv; empty when there is none.
std::pair<std::vector<std::string>, std::vector<std::string>> LastLogLine(const fs::path& run) {
  std::ifstream file(run / "log.csv");
  std::string names, line, last;
  std::getline(file, names);
  while (std::getline(file, line))
    if (!line.empty()) last = line;
  const std::vector<std::string_view> keys = base::Split(names, ','), values = base::Split(last, ',');
  if (last.empty() || keys.size() != values.size()) return {};
  return {{keys.begin(), keys.end()}, {values.begin(), values.end()}};
}

// For each token the ids that encode its text in another tokenizer: one if the other has the same token, several if it
// has not, none if the token is no valid UTF-8.
std::vector<std::vector<int64_t>> PiecesOf(const text::Tokenizer& tokenizer, const text::Tokenizer& other) {
  std::unordered_map<std::string, int64_t> whole;
  for (int32_t id = 0; id < other.vocabulary_size(); ++id) whole.emplace(other.Decode({&id, 1}), id);
  std::vector<std::vector<int64_t>> pieces(static_cast<size_t>(tokenizer.vocabulary_size()));
  for (int32_t id = 0; id < tokenizer.vocabulary_size(); ++id) {
    const std::string text = tokenizer.Decode({&id, 1});
    if (const auto found = whole.find(text); found != whole.end())
      pieces[static_cast<size_t>(id)] = {found->second};
    else if (text::CompleteUtf8(text) == text.size() && text::RepairUtf8(text) == text)
      for (int32_t piece : other.EncodeOrdinary(text)) pieces[static_cast<size_t>(id)].push_back(piece);
  }
  return pieces;
}

// Sets each row of `to` to the mean of the rows of its pieces; rows without pieces are left alone. If both tables have
// one size, the unused rows beyond the vocabulary are copied too.
void CopyRows(const torch::Tensor& from, const std::vector<std::vector<int64_t>>& pieces, torch::Tensor& to) {
  const auto tokens = static_cast<int64_t>(pieces.size());
  if (from.size(0) == to.size(0)) to.slice(0, tokens).copy_(from.slice(0, tokens));
  for (size_t id = 0; id < pieces.size(); ++id)
    if (!pieces[id].empty())
      to[static_cast<int64_t>(id)].copy_(from.index_select(0, torch::tensor(pieces[id], torch::kInt64)).mean(0));
}

bool Fits(const std::vector<int64_t>& small, const std::vector<int64_t>& large) {
  return std::equal(small.begin(), small.end(), large.begin(), large.end(), std::less_equal<>());
}

}  // namespace

model::GenerationConfig GenerationOf(const fs::path& model) {
  if (fs::exists(model / "generation_config.json")) return model::LoadGenerationConfig(model);
  // Shift 1, evenly spaced times: the noise scale already decides how long a picture stays mostly noise.
  return {
      .steps = 20, .guidance = 2, .shift = 1, .max_new_tokens = 256, .repairs = 2, .plan = true, .mid_sentence = true};
}

void WriteModelFolder(const ModelFolderParts& parts, const fs::path& folder) {
  fs::create_directories(folder);
  fs::remove(folder / "calibration.json");
  for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt"})
    if (fs::exists(parts.model / name)) base::WriteFileAtomically(folder / name, base::ReadFile(parts.model / name));
  for (const char* name : {"lexicon.tsv", "vocabulary.txt"})
    if (fs::exists(parts.run / name)) base::WriteFileAtomically(folder / name, base::ReadFile(parts.run / name));
  model::GenerationConfig generation = GenerationOf(parts.model);
  // The tasks of the world; it has no edits and no stories of several pictures.
  generation.skills = {model::Skill::kGenerate, model::Skill::kDescribe, model::Skill::kAsk, model::Skill::kCheck};
  generation.width = generation.height = parts.size;
  const auto side = static_cast<double>(parts.size);
  generation.learned["width"] = generation.learned["height"] = {side, side};
  base::WriteFileAtomically(folder / "generation_config.json", model::WriteGenerationConfig(generation));
  ExportWeights(folder, parts.specs, parts.weights, torch::kBFloat16);
  model::WriteHashes(folder);
}

std::string ModelCard(const fs::path& run, const Network& network, const Progress& progress, int size) {
  const model::ModelConfig& c = network.config();
  double parameters = 0;
  for (const torch::Tensor& parameter : network.parameters()) parameters += static_cast<double>(parameter.numel());
  char facts[1024];
  std::snprintf(facts, sizeof(facts),
                "| parameters | %.2f million |\n"
                "| shape | width %d, %d layers in two towers, %d heads of %d, vocabulary %d |\n"
                "| pictures | %d x %d pixels, tokens of %d x %d |\n"
                "| steps, scenes | %lld, %lld |\n"
                "| time in training | %.1f hours |\n"
                "| world | version %d |\n",
                parameters / 1e6, c.hidden, c.layers, c.query_heads, c.head, c.vocabulary, size, size, c.token_pixels(),
                c.token_pixels(), static_cast<long long>(progress.step), static_cast<long long>(progress.samples),
                progress.seconds / 3600, world::kWorldVersion);
  const auto [names, values] = LastLogLine(run);
  std::string losses;
  for (size_t i = 0; i < names.size(); ++i) losses += "| " + names[i] + " | " + values[i] + " |\n";
  return "---\nlicense: apache-2.0\nlanguage: [en, zh]\n---\n\n# Diptych's default model\n\n"
         "One transformer that plans, draws, writes and looks (NEO-unify family), trained by this repository's "
         "`diptych-train` alone, on pictures and texts that its world makes. No picture or text of anybody went in.\n\n"
         "| | |\n| --- | --- |\n" +
         std::string(facts) +
         "\nThe combinations of `src/world/words/held_out.txt` in that version were never shown; `lexicon.tsv` lists "
         "the words and phrases that it understands, `vocabulary.txt` what it can draw.\n\n"
         "## The last line of the log\n"
         "Losses over the last steps before this export, of the training weights; the shipped weights are their "
         "running "
         "average. Text losses are nats a token, the picture's is the velocity loss.\n\n| | |\n| --- | --- |\n" +
         losses +
         "\n## Limits\nIt knows what the world can show and nothing else. Subjects come out soft where training was "
         "short; "
         "counts, small details and two subjects at once fail first. Its yes or no about a claim is an opinion: "
         "`claim_accuracy` above says how often it was right on claims of the world, half of them true.\n";
}

void ReadWeights(const fs::path& folder, const text::Tokenizer& tokenizer, Network& network) {
  torch::NoGradGuard no_gradient;
  const std::vector<std::vector<int64_t>> pieces = PiecesOf(tokenizer, text::Tokenizer::Load(folder));
  const model::SafetensorsFile file(folder / "model.safetensors");
  const bool doubled = 2 * model::LoadConfig(folder).token_pixels() == network.config().token_pixels();
  for (size_t i = 0; i < network.specs().size(); ++i) {
    const model::TensorSpec& spec = network.specs()[i];
    const model::TensorView& view = file.Get(spec.name);
    torch::Tensor stored = torch::tensor(model::ToFloat(view)).view(view.shape);
    torch::Tensor& weight = network.parameters()[i];
    const bool table = spec.name.ends_with("embed_tokens.weight") || spec.name.ends_with("lm_head.weight");
    if (stored.dim() == 2 && table && stored.size(1) == spec.shape[1]) {
      CopyRows(stored, pieces, weight);
      continue;
    }
    if (doubled) stored = WithDoubledPixels(stored, spec, network.config());
    if (spec.name.starts_with("fm_modules.fm_head.") && Fits(stored.sizes().vec(), spec.shape)) {
      FillCorner(stored, weight);
      continue;
    }
    if (stored.sizes() != weight.sizes())
      throw base::Error("train", folder.string() + ": " + spec.name + " has another shape than --model's.",
                        "start from a model of the same configuration, or one whose tokens are half as wide and high.");
    weight.copy_(stored);
  }
}

}  // namespace diptych::train
