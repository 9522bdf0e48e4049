// Answers on disk, so that a long run that was stopped goes on where it was.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "engine/generate.h"
#include "eval/benchmark_prompts.h"

namespace diptych::eval {

// Gives an answer to a prompt: a model, several of them, or the world itself. Deterministic in prompt and seed.
using Answerer = std::function<engine::Answer(const BenchmarkPrompt& prompt, uint64_t seed)>;

// The same answerer, which writes each answer below `folder` and gives back what stands there, as long as it was
// written under the same `origin` (all that decides an answer but prompt and seed) and to the same prompt.
Answerer Stored(Answerer answerer, const std::filesystem::path& folder, const std::string& origin);

}  // namespace diptych::eval
