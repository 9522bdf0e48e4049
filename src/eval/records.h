// What is kept of a run beside its figures: a line for each answer, and contact sheets.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "eval/benchmark.h"
#include "record/answer_sheet.h"

namespace diptych::eval {

// An answer with all that was read in it, as a line of JSON.
std::string RecordOf(const ReadAnswer& answer);

// The pictures of each rung's first answers, in the prompts' order, with prompts, narratives and what is wrong.
class ContactSheets {
 public:
  explicit ContactSheets(int answers_a_rung) : answers_a_rung_(answers_a_rung) {}
  // Passes over answers that lie beyond the first ones or have no picture.
  void Add(const ReadAnswer& answer);
  // FOLDER/rung-K.png in rows of four, and FOLDER/rung-K.md, which shows it.
  void Write(const std::filesystem::path& folder) const;

 private:
  int answers_a_rung_;
  std::map<int, record::AnswerSheet> sheets_;
};

}  // namespace diptych::eval
