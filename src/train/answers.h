// Answers of a model in training to the same prompts every time, given by the engine that will serve it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace diptych {

struct AnswersRequest {
  std::filesystem::path model;  // a model folder
  int64_t step = 0;             // names the files
  uint64_t seed = 1;
};
// Writes FOLDER/STEP-answers.png, the pictures in rows of four, and FOLDER/STEP-answers.md, which shows it above each
// prompt with its plan and narrative. Error as Model::Load's.
void WriteAnswers(const AnswersRequest& request, const std::filesystem::path& folder);

}  // namespace diptych
