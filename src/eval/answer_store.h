// Answers kept on disk, so that a long run can be stopped and continued.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "engine/generate.h"
#include "eval/benchmark_prompts.h"

namespace diptych::eval {

// Gives an answer to a prompt: a model, several of them, or the world itself. Deterministic in prompt and seed.
using Answerer = std::function<engine::Answer(const BenchmarkPrompt& prompt, uint64_t seed)>;

// The same answerer with its answers stored below `folder`. A stored answer is used again when it was written with the
// same prompt and the same `origin` (all that decides an answer but prompt and seed).
Answerer Stored(Answerer answerer, const std::filesystem::path& folder, const std::string& origin);

}  // namespace diptych::eval
