#include "program_for_test.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/files.h"

namespace diptych::tests {
namespace {

namespace fs = std::filesystem;

// Leaves an ended child to be waited for.
bool IsRunning(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

void SetEnvironment(const fs::path& folder, const RunOptions& options) {
  for (const char* name : {"DIPTYCH_MODEL", "DIPTYCH_SEED", "DIPTYCH_CONFIG", "DIPTYCH_THREADS", "NO_COLOR"})
    unsetenv(name);
  setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
  for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
}

void LimitFiles(rlim_t bytes) {
  if (bytes == 0) return;
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, SIG_IGN);  // then write() fails as on a full disk
}

}  // namespace

Program::Program(const std::string& name) : path_(fs::path(DIPTYCH_BINARY_DIR) / "bin" / name) {}

Outcome Program::Run(const std::vector<std::string>& arguments, const RunOptions& options) const {
  fs::remove(folder_ / "stdout");
  fs::remove(folder_ / "stderr");
  if (!options.input.empty()) base::WriteFileAtomically(folder_ / "stdin", options.input);
  const pid_t child = fork();
  if (child == 0) Exec(arguments, options);
  if (!options.interrupt_at.empty()) InterruptAt(child, options);
  int status = 0;
  waitpid(child, &status, 0);
  Outcome outcome;
  if (WIFEXITED(status)) outcome.code = WEXITSTATUS(status);
  if (options.stdout_file.empty() && !options.unread_stdout) outcome.out = base::ReadFile(folder_ / "stdout");
  outcome.err = base::ReadFile(folder_ / "stderr");
  return outcome;
}

std::string Program::RunOnTerminal(const std::vector<std::string>& arguments, const TerminalRun& run) const {
  int terminal = -1;
  winsize size{};
  size.ws_row = 40;
  size.ws_col = static_cast<unsigned short>(run.columns);
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    if (chdir(folder_.path().c_str()) != 0) _exit(99);
    SetEnvironment(folder_.path(), {.environment = {{"TERM", "xterm-256color"}}});
    ExecHere(arguments);
  }
  std::string seen;
  char buffer[4096];
  for (ssize_t n; (n = read(terminal, buffer, sizeof(buffer))) > 0;) {
    seen.append(buffer, static_cast<size_t>(n));
    if (run.later == 0 || seen.find(run.mark) == std::string::npos || size.ws_col == run.later) continue;
    size.ws_col = static_cast<unsigned short>(run.later);
    ioctl(terminal, TIOCSWINSZ, &size);
    seen += "<resized>";
  }
  close(terminal);
  waitpid(child, nullptr, 0);
  return seen;
}

std::vector<std::string> Program::FilesIn(const std::string& name) const {
  std::vector<std::string> files;
  if (!fs::exists(folder_ / name)) return files;
  for (const auto& entry : fs::directory_iterator(folder_ / name)) files.push_back(entry.path().filename().string());
  std::sort(files.begin(), files.end());
  return files;
}

void Program::Exec(const std::vector<std::string>& arguments, const RunOptions& options) const {
  if (chdir(folder_.path().c_str()) != 0) _exit(99);
  SetEnvironment(folder_.path(), options);
  const std::string out = options.stdout_file.empty() ? "stdout" : options.stdout_file;
  int unread[2] = {-1, -1};
  if (options.unread_stdout && pipe(unread) == 0) close(unread[0]);
  dup2(options.unread_stdout ? unread[1] : open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
  dup2(open("stderr", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
  dup2(open(options.input.empty() ? "/dev/null" : "stdin", O_RDONLY), STDIN_FILENO);
  LimitFiles(options.largest_file);
  if (options.ignores_hangup) std::signal(SIGHUP, SIG_IGN);
  ExecHere(arguments);
}

void Program::ExecHere(const std::vector<std::string>& arguments) const {
  // execv takes changeable strings.
  std::vector<std::string> words = {path_.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(path_.c_str(), argv.data());
  _exit(98);
}

bool Program::Shows(const std::string& mark) const {
  return std::ranges::any_of(std::vector<std::string>{"stdout", "stderr"}, [&](const std::string& name) {
    return fs::exists(folder_ / name) && base::ReadFile(folder_ / name).find(mark) != std::string::npos;
  });
}

void Program::InterruptAt(pid_t child, const RunOptions& options) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (std::chrono::steady_clock::now() < end && IsRunning(child) && !Shows(options.interrupt_at))
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  kill(child, options.signal);
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace diptych::tests
