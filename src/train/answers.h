// A sheet of a model's answers to given prompts, by the engine that will serve it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace diptych::train {

struct AnswersRequest {
  std::filesystem::path model;  // a model folder
  std::string title;
  std::vector<std::string> prompts;
  uint64_t seed = 1;  // of the first answer; the next one has the next seed
};
// The same eight prompts for every model in training.
const std::vector<std::string>& PromptsOfSamples();

// Writes NAME.png, the pictures in rows of four, and NAME.md, which shows it above each prompt with its plan, narrative
// and checked claims. Error as Model::Load's.
void WriteAnswers(const AnswersRequest& request, const std::filesystem::path& name);

}  // namespace diptych::train
