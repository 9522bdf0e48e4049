#include "workload.h"

#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "base/random.h"
#include "model/safetensors.h"
#include "model/tensors.h"
#include "numbers/bfloat16.h"
#include "text/layout_tokens.h"

namespace diptych::bench {
namespace {

constexpr int kTextTokens = 256;

void Append(const std::vector<int32_t>& more, std::vector<int32_t>* ids) {
  ids->insert(ids->end(), more.begin(), more.end());
}

// One tensor of a random model: norms are ones, rows of matrices have unit length.
std::vector<float> RandomTensor(const model::TensorSpec& spec, uint64_t stream) {
  model::TensorView view{numbers::DType::kF32, spec.shape, {}};
  std::vector<float> values(static_cast<size_t>(view.elements()), 1.0f);
  if (spec.shape.size() == 1) return values;
  base::FillNormal(5, stream, 0, values);
  const float scale = 1 / std::sqrt(static_cast<float>(view.elements()) / static_cast<float>(spec.shape[0]));
  for (float& value : values) value *= scale;
  return values;
}

void SilenceSpecialTokens(const text::Tokenizer& tokenizer, const model::ModelConfig& config,
                          std::vector<float>* output) {
  const auto width = static_cast<size_t>(config.hidden);
  for (int32_t id = 0; id < tokenizer.vocabulary_size(); ++id)
    if (tokenizer.IsSpecial(id))
      std::fill_n(output->begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(id) * width), width, 0.0f);
}

std::vector<std::byte> AsBFloat16(const std::vector<float>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(uint16_t));
  for (size_t i = 0; i < values.size(); ++i) {
    const uint16_t bits = numbers::ToBF16(values[i]);
    std::copy_n(reinterpret_cast<const std::byte*>(&bits), sizeof(bits), bytes.begin() + static_cast<long>(i * 2));
  }
  return bytes;
}

// What the answer's defaults will be while the model has none: a picture of 128 x 128 after 25 steps, and a plan and a
// narrative as long as the world's usual ones.
model::GenerationConfig RandomModelOptions() {
  model::GenerationConfig options;
  options.steps = 25;
  options.guidance = 2;
  options.shift = 1;
  options.width = options.height = 128;
  options.max_new_tokens = 96;
  options.plan = true;
  return options;
}

}  // namespace

Workload MakeWorkload(const text::Tokenizer& tokenizer, const model::GenerationConfig& options,
                      const std::string& prompt) {
  const text::Layout answer = text::AnswerLayout({.prompt = prompt});
  Workload load{.prompt = prompt, .options = options};
  load.options.solver = "euler";
  load.options.guidance_rescale = "none";
  load.options.plan = true;
  load.options.candidates = 1;  // the eager side chooses between none
  const std::span<const text::Piece> turn = text::BeforeWritten(answer), drawn = text::UpToDrawing(answer);
  load.turn = text::TokensOf(tokenizer, turn);
  load.after_plan = text::TokensOf(tokenizer, drawn.subspan(turn.size() + 1));  // behind the plan, which is written
  load.nothing = text::TokensOf(tokenizer, text::UnconditionalLayout({}));
  load.picture_end = text::TokensOf(tokenizer, text::BeforeWritten(std::span(answer).subspan(drawn.size())));
  std::string text;
  while (load.text.size() < kTextTokens) {
    text += prompt + ". ";
    load.text = tokenizer.EncodeOrdinary(text);
  }
  load.text.resize(kTextTokens);
  const int width = load.options.width, height = load.options.height;
  load.noise.resize(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  base::FillNormal(/*seed=*/1, /*stream=*/0, 0, load.noise);
  return load;
}

std::vector<int32_t> Workload::Conditioned() const {
  std::vector<int32_t> ids = turn;
  for (int i = 0; i < plan_tokens; ++i) ids.push_back(text[static_cast<size_t>(i) % text.size()]);
  Append(after_plan, &ids);
  return ids;
}

void WriteRandomModel(const std::filesystem::path& folder, const std::filesystem::path& to) {
  std::filesystem::create_directories(to);
  for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "lexicon.tsv", "vocabulary.txt"})
    if (std::filesystem::exists(folder / name))
      std::filesystem::copy_file(folder / name, to / name, std::filesystem::copy_options::overwrite_existing);
  const bool has_options = std::filesystem::exists(folder / "generation_config.json");
  model::GenerationConfig options = has_options ? model::LoadGenerationConfig(folder) : RandomModelOptions();
  options.max_new_tokens = RandomModelOptions().max_new_tokens;
  base::WriteFileAtomically(to / "generation_config.json", model::WriteGenerationConfig(options));
  const model::ModelConfig config = model::LoadConfig(folder);
  const text::Tokenizer tokenizer = text::Tokenizer::Load(folder);
  const std::vector<model::TensorSpec> table = model::TensorTable(config);
  const std::string output = config.tie_embeddings ? "language_model.model.embed_tokens" : "language_model.lm_head";
  std::vector<std::vector<std::byte>> numbers;
  for (size_t i = 0; i < table.size(); ++i) {
    std::vector<float> values = RandomTensor(table[i], i);
    if (table[i].name.starts_with(output)) SilenceSpecialTokens(tokenizer, config, &values);
    numbers.push_back(AsBFloat16(values));
  }
  std::vector<model::NamedTensor> tensors;
  for (size_t i = 0; i < table.size(); ++i)
    tensors.push_back({table[i].name, {numbers::DType::kBF16, table[i].shape, numbers[i]}});
  model::WriteSafetensors(to / "model.safetensors", tensors, {{"format", "pt"}});
}

double ParameterCount(const model::ModelConfig& config) {
  double count = 0;
  for (const model::TensorSpec& spec : model::TensorTable(config)) {
    double elements = 1;
    for (int64_t extent : spec.shape) elements *= static_cast<double>(extent);
    count += elements;
  }
  return count;
}

double StepOperations(const Workload& load, const model::ModelConfig& c) {
  const double tokens = static_cast<double>(load.noise.size()) / c.picture_values();
  const std::vector<size_t> prefixes = {load.Conditioned().size(), load.nothing.size()};
  const double rows = tokens * static_cast<double>(prefixes.size());
  const double query = static_cast<double>(c.query_heads) * c.head,
               key = static_cast<double>(c.key_value_heads) * c.head;
  const double layer = c.hidden * (2 * query + 2 * key) + 3.0 * c.hidden * c.feed_forward;
  double pairs = 0;
  for (size_t prefix : prefixes) pairs += tokens * (static_cast<double>(prefix) + tokens);
  const double patches = tokens * c.merge * c.merge;
  const double reader = patches * c.vision_hidden * (3.0 * c.patch * c.patch + c.hidden);
  const double head = rows * c.head_hidden * (c.head_inputs() + c.picture_values());
  return 2 * (rows * layer * c.layers + 2 * pairs * query * c.layers + reader + head);
}

}  // namespace diptych::bench
