// The benchmark's prompts, always the same for one version of the world.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "eval/stated_facts.h"
#include "text/conversation.h"
#include "world/held_out.h"
#include "world/repertoire.h"
#include "world/words.h"

namespace diptych::eval {

inline constexpr int kRungs = 8, kPromptsPerRung = 200;
// A held-out combination takes two facts or more to say; the first rung has none.
inline constexpr int kFirstHeldOutRung = 2;

struct BenchmarkPrompt {
  int rung = 0;   // the number of facts
  int index = 0;  // within the rung
  text::Language language = text::Language::kEnglish;
  bool held_out = false;  // its facts by themselves state a combination that training never shows
  std::string text;
  std::vector<StatedFact> facts;
  world::Scene scene;  // one of the many that it fits; empty where it was read from a file
  std::string id{};    // of a blind prompt
};

struct PromptChoice {
  int per_rung = kPromptsPerRung;
  std::vector<int> rungs = {1, 2, 3, 4, 5, 6, 7, 8};
  const world::Repertoire* known = nullptr;  // they speak of nothing else; null: of everything
};
// Every second prompt of a rung is held out, every second pair of them Chinese, so that the first ones of a rung are a
// fair sample of it; they do not depend on `per_rung` or on other rungs. No text comes twice in a rung, and no prompt
// speaks of two subjects of one kind, whose facts would not say which one they mean. Error: a rung outside 1..kRungs.
std::vector<BenchmarkPrompt> MakeBenchmarkPrompts(const world::Words& words, const world::HeldOut& held_out,
                                                  const PromptChoice& choice);

// A line of a file of prompts: the text, and what stands after a bar.
struct PromptLine {
  std::string text;
  std::optional<std::string> facts;
  int number = 0;  // of the line, from 1
};
// Empty lines and those that begin with '#' are passed over. Error when nothing else is in the file.
std::vector<PromptLine> ReadPromptLines(const std::filesystem::path& file);

// A user's own prompts with the facts that they ask for, in the plan language: "a red car at sunset | car: one; car:
// red; hour: sunset"; or blind prompts (blind_prompts.h), where the file's name ends in .jsonl. They have no scene.
// Error names the line: no facts, more than kRungs, or one that the world does not have.
std::vector<BenchmarkPrompt> ReadBenchmarkPrompts(const std::filesystem::path& file, const world::HeldOut& held_out);

// FNV-1a over texts and facts.
uint64_t HashOf(const std::vector<BenchmarkPrompt>& prompts);

}  // namespace diptych::eval
