// What a program that reads `diptych --json` gets: one JSON object a line, each with its "event" first.
//
//   stage    {"stage"}                          a part of the work begins: "loading the model", "plan", ...
//   share    {"stage", "done"}                  how much of the stage is done, from 0 to 1
//   text     {"stage", "text"}                  words of the plan or narrative, as they come
//   step     {"step", "steps"}                  a denoising step is done
//   warning  {"message"}
//   result   the answer: the record with cost, "picture", "pictures", "narrative_file" and "report_file", paths;
//            or what another command found
//   finding  {"name", "good", "text"}           of doctor and model verify
//   model    {"name", "path", "text"}           of model ls
//   error    {"message", "exit_code"}           the last one, when there is one
#pragma once

#include <string>
#include <string_view>

#include "record/json_object.h"

namespace diptych::record {

// {"event": NAME, MEMBERS...}, with the line's end.
std::string EventLine(std::string_view name, const JsonObject& members);

}  // namespace diptych::record
