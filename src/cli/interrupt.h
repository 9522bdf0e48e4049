// Ctrl-C, SIGTERM and SIGHUP as a question that the work asks between its steps.
#pragma once

namespace diptych::cli {

// What the first signal writes to stderr.
enum class StopNotice { kNone, kLine, kRewrittenLine };

// From now on the first SIGINT, SIGTERM or SIGHUP only sets a mark and writes "Stopping..."; a second one ends the
// program as usual.
void CatchInterrupts(StopNotice notice);
bool Interrupted();

}  // namespace diptych::cli
