// Runs one of our programs as a person would, in a folder of its own and without the caller's settings.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/temporary_folder.h"

namespace diptych::tests {

struct Outcome {
  static constexpr int kCrashed = -1;
  int code = kCrashed;  // kCrashed when a signal ended it
  std::string out, err;
};

struct RunOptions {
  std::vector<std::pair<std::string, std::string>> environment{};
  std::string stdout_file{};   // instead of a capture
  rlim_t largest_file = 0;     // bytes; 0: no limit
  bool unread_stdout = false;  // a pipe whose reader has ended, instead of a capture
  std::string interrupt_at{};  // `signal` is sent once stderr, or a captured stdout, holds this
  int signal = SIGINT;
  bool ignores_hangup = false;  // as under nohup
  std::string input{};          // of stdin, through a file; empty: /dev/null
};

// A terminal of so many columns, resized to `later` once the program has written `mark`.
struct TerminalRun {
  int columns = 80;
  std::string mark{};
  int later = 0;
};

class Program {
 public:
  // A name in the build's bin folder.
  explicit Program(const std::string& name);

  const std::filesystem::path& path() const { return path_; }
  // Where it runs.
  const base::TemporaryFolder& folder() const { return folder_; }
  // Waits for its end.
  Outcome Run(const std::vector<std::string>& arguments, const RunOptions& options = {}) const;
  // Both streams as one, as a person sees them on a terminal.
  std::string RunOnTerminal(const std::vector<std::string>& arguments, const TerminalRun& run) const;
  // The names in a folder below folder(), sorted; none where there is no such folder.
  std::vector<std::string> FilesIn(const std::string& name) const;

 private:
  [[noreturn]] void Exec(const std::vector<std::string>& arguments, const RunOptions& options) const;
  [[noreturn]] void ExecHere(const std::vector<std::string>& arguments) const;
  bool Shows(const std::string& mark) const;
  void InterruptAt(pid_t child, const RunOptions& options) const;

  std::filesystem::path path_;
  base::TemporaryFolder folder_;
};

std::string FirstLine(const std::string& text);

}  // namespace diptych::tests
