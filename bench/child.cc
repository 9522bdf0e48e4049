#include "child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>

#include "base/error.h"
#include "clock.h"

extern char** environ;

namespace diptych::bench {
namespace {

// Peak resident memory; 0 when the process has given its memory back.
double PeakOf(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmHWM:")) return 1024 * std::stod(line.substr(6));
  return 0;
}

// Starts the command with both outputs in `write_end`.
pid_t Start(const std::vector<std::string>& command, int write_end) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, write_end, STDERR_FILENO);
  pid_t process = 0;
  const int failure = posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw base::Error("bench", command[0] + " cannot be started: " + std::strerror(failure) + ".");
  return process;
}

}  // namespace

ChildRun RunChild(const std::vector<std::string>& command) {
  constexpr int kPollMs = 2;  // between two reads of the child's memory
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw base::Error("bench", "no pipe can be made.");
  ChildRun run;
  const Stopwatch watch;
  const pid_t process = Start(command, ends[1]);
  close(ends[1]);
  std::array<char, 4096> buffer{};
  while (true) {
    pollfd readable{ends[0], POLLIN, 0};
    const int ready = poll(&readable, 1, kPollMs);
    run.peak_bytes = std::max(run.peak_bytes, PeakOf(process));
    if (ready <= 0) continue;
    const ssize_t bytes = read(ends[0], buffer.data(), buffer.size());
    if (bytes <= 0) break;
    if (run.output.empty()) run.first_output_s = watch.seconds();
    run.output.append(buffer.data(), static_cast<size_t>(bytes));
  }
  int status = 0;
  waitpid(process, &status, 0);
  run.total_s = watch.seconds();
  close(ends[0]);
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

}  // namespace diptych::bench
