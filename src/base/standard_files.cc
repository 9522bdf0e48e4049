#include "base/standard_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <string_view>

namespace diptych::base {
namespace {

// write and _exit are among the few calls that a signal handler may make.
void OnLostPage(int) {
  constexpr std::string_view kMessage =
      "[file] a file that is in use cannot be read any more: it was cut short, or its disk failed.\n"
      "Hint: replace a model's files by new ones beside them, not in place, while a program uses them.\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kMessage.data(), kMessage.size());
  _exit(1);
}

}  // namespace

void PrepareStandardFiles() {
  int file = 0;
  do {
    file = open("/dev/null", O_RDWR);  // the lowest number that is free
  } while (file >= 0 && file <= STDERR_FILENO);
  if (file > STDERR_FILENO) close(file);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void PrepareSignalStack() {
  static std::array<std::byte, 1 << 16> bytes;  // a frame with the registers of AMX takes 11 KiB
  const stack_t stack{.ss_sp = bytes.data(), .ss_flags = 0, .ss_size = bytes.size()};
  sigaltstack(&stack, nullptr);
}

void CatchStopSignals(void (*handler)(int), int flags) {
  PrepareSignalStack();
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags | SA_ONSTACK;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction former {};
  if (sigaction(SIGHUP, nullptr, &former) == 0 && former.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

void ExplainLostPages() { std::signal(SIGBUS, OnLostPage); }

}  // namespace diptych::base
