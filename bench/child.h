// Running a program as a user does: how long until it says anything, how long in all, and its peak memory.
#pragma once

#include <string>
#include <vector>

namespace diptych::bench {

struct ChildRun {
  double first_output_s = 0, total_s = 0;
  double peak_bytes = 0;  // VmHWM as last seen before the end
  int exit_code = 0;      // -1: ended by a signal
  std::string output;     // standard output and standard error together
};
// Error: the program cannot be started.
ChildRun RunChild(const std::vector<std::string>& command);

}  // namespace diptych::bench
