// The files of a run's log as one process leaves them and the next one goes on with them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

namespace diptych::train {

// Opens a log for the lines after `step`, each of which begins with its step ("12,..." or {"step": 12, ...). Lines of
// later steps, which will be trained again, and what breaks off within a line are dropped first, so that each step
// stands there once. `header` is the first line of a table, empty for other files: an empty file gets it, and a table
// with other columns is moved to NAME-until-STEP beside it. Error when it cannot be read or written.
std::ofstream OpenLogAfter(int64_t step, const std::filesystem::path& path, std::string_view header);

}  // namespace diptych::train
