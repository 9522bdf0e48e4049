#include "eval/answerers.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "eval/fingerprint.h"
#include "world/draw.h"

namespace diptych::eval {

Answerer AnswererOf(const engine::Model& model, const AnsweringOptions& options) {
  return [&model, options](const BenchmarkPrompt& prompt, uint64_t seed) {
    const engine::GenerateRequest request{.prompt = prompt.text,
                                          .plan = std::nullopt,
                                          .language = prompt.language,
                                          .seed = seed,
                                          .options = options.generation,
                                          .scope = options.scope};
    engine::Listener listener;
    listener.cancelled = options.cancelled;
    return engine::Generate(model, request, listener);
  };
}

Answerer Beside(Answerer drawer, Answerer writer) {
  return [drawer = std::move(drawer), writer = std::move(writer)](const BenchmarkPrompt& prompt, uint64_t seed) {
    engine::Answer answer = drawer(prompt, seed);
    answer.narrative = writer(prompt, seed).narrative;
    return answer;
  };
}

Answerer TruthOf(const world::Words& words, int picture_size) {
  return [&words, picture_size](const BenchmarkPrompt& prompt, uint64_t seed) {
    base::Random random(seed, prompt.scene.seed);
    engine::Answer answer;
    answer.plan = plan::WritePlan(words.PlanOf(prompt.scene));
    answer.picture = world::Draw(prompt.scene, picture_size, picture_size);
    answer.narrative = words.MakeNarrative(prompt.scene, prompt.language, random);
    return answer;
  };
}

std::string OriginOf(const std::filesystem::path& model, const AnsweringOptions& options) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(model)) {
    if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  Fingerprint fingerprint;
  for (const auto& file : files) {
    fingerprint.Add(file.filename().string());
    const base::MappedFile content(file);
    fingerprint.Add({reinterpret_cast<const char*>(content.bytes().data()), content.bytes().size()});
  }
  char line[64];
  std::snprintf(line, sizeof(line), "model %016llx, scope %d, ", static_cast<unsigned long long>(fingerprint.value()),
                static_cast<int>(options.scope));
  return line + model::WriteGenerationConfig(options.generation);
}

}  // namespace diptych::eval
