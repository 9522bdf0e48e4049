// Ctrl-C, SIGTERM and SIGHUP as a question that the work asks between its steps.
#pragma once

namespace diptych::cli {

// What the first signal writes to stderr.
enum class StopNotice { kNone, kLine, kRewrittenLine };

// From now on the first SIGINT, SIGTERM or SIGHUP only sets a mark and writes "Stopping..."; a second one ends the
// program as usual. A SIGHUP that the program was started to ignore, by nohup say, stays ignored.
void CatchInterrupts(StopNotice notice);
bool Interrupted();
// 128 and the number of the signal that came, as a shell says of a program that the signal ended; kExitInterrupted when
// none came.
int StoppedExitCode();

}  // namespace diptych::cli
