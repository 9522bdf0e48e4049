// What a program does with its standard files and signals before anything else.
#pragma once

namespace diptych::base {

// Opens /dev/null for each of standard input, output and error that is closed, so that no file gets their numbers and
// messages are never written into it. Writes to a closed pipe or beyond a limit of size fail with a reason instead of
// ending the program.
void PrepareStandardFiles();

// A mapped file that another program cuts short, or whose disk fails, has pages that cannot be read, and reading them
// raises SIGBUS. From now on that ends the program with one message and exit code 1 instead of a crash.
void ExplainLostPages();

// Gives the calling thread, the main one, a stack for handlers of signals that are installed with SA_ONSTACK. On CPUs
// without AVX-512 oneDNN keeps a buffer's address in the stack pointer while it multiplies; a handler on the usual stack
// would then overwrite what lies below that buffer. Signals to a process go to its main thread.
void PrepareSignalStack();

// From now on SIGINT, SIGTERM and SIGHUP call `handler`, on such a stack. A SIGHUP that the program was started to ignore, by
// nohup say, stays ignored. `flags`: further ones of sigaction.
void CatchStopSignals(void (*handler)(int), int flags);

}  // namespace diptych::base
