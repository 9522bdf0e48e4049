// The benchmark, from model folders to figures on disk: what the verb `eval` does.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "eval/benchmark.h"
#include "model/generation_config.h"

namespace diptych::train_cli {

struct EvalOptions {
  std::filesystem::path model, folder, words = "src/world/words";
  std::filesystem::path judge = "models/judge/judge.safetensors";  // absent: no pictures are read
  std::filesystem::path drawer, writer;  // model folders of the baseline of two models; empty: without it
  std::filesystem::path prompt_file;     // prompts of one's own; empty: the benchmark's
  eval::PromptChoice prompts;
  eval::SeedChoice seeds;
  model::OptionValues options;  // the others are as the model's generation_config.json says
  std::vector<int> compare_steps, compare_candidates;
  int measured_scenes = 1000;  // of the readers' own errors, in pictures and in texts
  int sheet = 16;              // answers a rung on the contact sheets
  double least_accuracy = 0;   // of the judge, on kinds of fact that are counted
  int threads = 0;             // 0: all available
  bool baselines = false;
};

// Writes results.json, results.md, curve.png and .svg, a contact sheet a rung, records/SYSTEM.jsonl and answers/ below
// the folder. A run that was stopped goes on where it was. Progress goes to stdout.
void Evaluate(const EvalOptions& options, const std::function<bool()>& cancelled);

}  // namespace diptych::train_cli
