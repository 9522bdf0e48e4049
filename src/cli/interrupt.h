// Ctrl-C, SIGTERM and SIGHUP as a question that the work asks between its steps.
#pragma once

namespace diptych::cli {

// From now on the first SIGINT, SIGTERM or SIGHUP only sets a mark; a second one ends the program as usual.
void CatchInterrupts();
bool Interrupted();

}  // namespace diptych::cli
