// THE benchmark: answers to the prompts of all rungs, read by readers that share nothing with the model, and scored.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "eval/answer_store.h"
#include "eval/figures.h"

namespace diptych::eval {

// The readers of pictures and narratives. Without a reader the figures that need it are absent.
struct Readers {
  const PictureObserver* picture = nullptr;
  TextReader narrative;
  std::set<world::Topic> left_out;  // topics that are not counted, because a reader is wrong about them too often
};

struct SeedChoice {
  uint64_t first = 1;       // of a rung's first prompt; each prompt has a seed of its own
  int seeds = 5;            // answers to each of the prompts whose narratives are compared across seeds
  int prompts_of_many = 4;  // the number of these prompts: the first of each rung
};

// One answer as it was read.
struct ReadAnswer {
  const BenchmarkPrompt& prompt;
  uint64_t seed;
  const engine::Answer& answer;
  const AnswerReadings& readings;
  const AnswerScore& score;
};

struct BenchmarkListener {
  std::function<void(size_t done, size_t in_all)> on_progress;
  std::function<void(const ReadAnswer&)> on_answer;  // in the prompts' order
};

// The seed of a prompt's answer.
uint64_t SeedOf(const BenchmarkPrompt& prompt, const SeedChoice& seeds);

// The prompts that each system answers and the readers of its answers.
struct BenchmarkTask {
  const std::vector<BenchmarkPrompt>& prompts;
  const Readers& readers;
  const SeedChoice& seeds;
};

// One result for each prompt. An exception of the answerer ends the run.
std::vector<PromptResult> RunBenchmark(const BenchmarkTask& task, const Answerer& answerer,
                                       const BenchmarkListener& listener);

}  // namespace diptych::eval
