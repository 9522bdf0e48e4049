// A plan as a file that people read and change: the plan's lines, and the prompt that it was written for as a comment.
#pragma once

#include <string>
#include <string_view>

namespace diptych::cli {

struct PlanFile {
  std::string plan;    // in the plan language, without comments
  std::string prompt;  // of the line "# prompt: ..."; empty without one
};

// "# prompt: PROMPT", then the plan's lines. Line ends within the prompt become spaces.
std::string WritePlanFile(const PlanFile& file);
// Reads a file, or standard input for "-". Lines that begin with # are comments; empty ones and what editors add are
// passed over. Error names the line that is wrong, or says that there is no plan.
PlanFile ReadPlanFile(const std::string& name);

// A prompt that says what a plan says, for a plan that was given without one: "two blue large bus, starry night, road".
std::string PromptOfPlan(std::string_view plan);
// The things of the plan, in its order: "bus, panda"; "" when there are none.
std::string SubjectsOfPlan(std::string_view plan);

}  // namespace diptych::cli
