#include "cli/interrupt.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "base/standard_files.h"
#include "cli/flags.h"

namespace diptych::cli {
namespace {

// What a signal handler may read and write. `interrupted` is the signal's number, 0 before one came.
volatile std::sig_atomic_t interrupted = 0, notice_kind = 0;

// write is one of the few calls that a signal handler may make.
void OnSignal(int signal) {
  interrupted = signal;
  if (notice_kind == static_cast<int>(StopNotice::kNone)) return;
  constexpr std::string_view kLine = "Stopping...\n", kRewritten = "\r\x1b[KStopping...";
  const std::string_view text = notice_kind == static_cast<int>(StopNotice::kLine) ? kLine : kRewritten;
  const int error = errno;
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
  errno = error;
}

}  // namespace

void CatchInterrupts(StopNotice notice) {
  notice_kind = static_cast<int>(notice);
  base::CatchStopSignals(OnSignal, static_cast<int>(SA_RESETHAND));
}

bool Interrupted() { return interrupted != 0; }

int StoppedExitCode() { return interrupted == 0 ? kExitInterrupted : 128 + interrupted; }

}  // namespace diptych::cli
