#include "eval/answer_store.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/png.h"

namespace diptych::eval {
namespace {

using Json = nlohmann::ordered_json;

std::filesystem::path NameOf(const std::filesystem::path& folder, const BenchmarkPrompt& prompt, uint64_t seed) {
  char name[64];
  std::snprintf(name, sizeof(name), "%d-%03d-seed-%llu", prompt.rung, prompt.index,
                static_cast<unsigned long long>(seed));
  return folder / name;
}

std::filesystem::path With(std::filesystem::path name, const char* extension) { return name += extension; }

// The heading that a stored answer's text file must have to be used again.
Json LabelOf(const BenchmarkPrompt& prompt, uint64_t seed, const std::string& origin) {
  return {{"origin", origin}, {"prompt", prompt.text}, {"seed", seed}};
}

// The texts are written last: if they exist, the picture is complete.
void Write(const engine::Answer& answer, Json label, const std::filesystem::path& name) {
  const bool drawn = !answer.picture.rgb.empty();
  if (drawn) base::WritePng(With(name, ".png"), answer.picture, {});
  label["plan"] = answer.plan;
  label["narrative"] = answer.narrative;
  label["drawn"] = drawn;
  base::WriteFileAtomically(With(name, ".json"), label.dump(1) + "\n");
}

std::optional<engine::Answer> Read(const Json& label, const std::filesystem::path& name) {
  if (!std::filesystem::exists(With(name, ".json"))) return std::nullopt;
  const Json stored = Json::parse(base::ReadFile(With(name, ".json")), nullptr, /*allow_exceptions=*/false);
  if (stored.is_discarded() || !stored.is_object()) return std::nullopt;
  for (const auto& [key, value] : label.items()) {
    if (stored.value(key, Json()) != value) return std::nullopt;
  }
  const auto text = [&stored](const char* key) { return stored.value(key, Json()); };
  if (!text("plan").is_string() || !text("narrative").is_string()) return std::nullopt;
  engine::Answer answer;
  answer.plan = text("plan").get<std::string>();
  answer.narrative = text("narrative").get<std::string>();
  if (text("drawn") == true) answer.picture = base::ReadPng(With(name, ".png")).picture;
  return answer;
}

}  // namespace

Answerer Stored(Answerer answerer, const std::filesystem::path& folder, const std::string& origin) {
  return [answerer = std::move(answerer), folder, origin](const BenchmarkPrompt& prompt, uint64_t seed) {
    const std::filesystem::path name = NameOf(folder, prompt, seed);
    const Json label = LabelOf(prompt, seed, origin);
    if (auto answer = Read(label, name)) return *std::move(answer);
    engine::Answer answer = answerer(prompt, seed);
    std::filesystem::create_directories(folder);
    Write(answer, label, name);
    return answer;
  };
}

}  // namespace diptych::eval
