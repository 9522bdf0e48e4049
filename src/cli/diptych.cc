// The inference program: reads the command line, runs one command, turns what went wrong into a message and exit code.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/standard_files.h"
#include "cli/doctor.h"
#include "cli/events.h"
#include "cli/flags.h"
#include "cli/info.h"
#include "cli/interrupt.h"
#include "cli/run_generate.h"
#include "cli/run_look.h"
#include "cli/run_model.h"
#include "cli/run_serve.h"
#include "cli/run_words.h"
#include "cli/terminal.h"
#include "coherence/answer.h"
#include "record/events.h"

namespace diptych::cli {
namespace {

int RunVerb(const Flags& flags) {
  switch (flags.verb) {
    case Verb::kGenerate:
      return RunGenerate(flags);
    case Verb::kEdit:
      return RunEdit(flags);
    case Verb::kDescribe:
      return RunDescribe(flags);
    case Verb::kAsk:
      return RunAsk(flags);
    case Verb::kCheck:
      return RunCheck(flags);
    case Verb::kPlan:
      return RunPlan(flags);
    case Verb::kInfo:
      return RunInfo(flags);
    case Verb::kWords:
      return RunWords(flags);
    case Verb::kDoctor:
      return RunDoctor(flags);
    case Verb::kConvert:
      return RunConvert(flags);
    case Verb::kModel:
      return RunModel(flags);
    case Verb::kServe:
      return RunServe(flags);
  }
  return kExitUsage;
}

int Run(const std::vector<std::string>& arguments) {
  const ParsedCommand command = ParseCommandLine(arguments);
  if (command.print) {
    PrintResult(*command.print);
    return kExitOk;
  }
  const Flags& flags = command.flags;
  for (const std::string& warning : command.warnings) {
    if (flags.json)
      PrintEvent("warning", {{"message", warning}});
    else if (!flags.quiet && flags.verb != Verb::kDoctor)
      PrintMessage("Warning: " + warning);
  }
  CatchInterrupts(flags.json || flags.quiet              ? StopNotice::kNone
                  : DescribeTerminal(stderr).is_terminal ? StopNotice::kRewrittenLine
                                                         : StopNotice::kLine);
  return RunVerb(flags);
}

int Fail(bool json, int code, const std::string& message) {
  PrintMessage(message);
  if (json) {
    // Not PrintEvent, which throws: stdout may be what failed.
    std::fputs(record::EventLine("error", {{"message", message}, {"exit_code", code}}).c_str(), stdout);
  }
  return code;
}

}  // namespace
}  // namespace diptych::cli

int main(int argc, char** argv) {
  using namespace diptych::cli;
  namespace base = diptych::base;
  base::PrepareStandardFiles();
  base::ExplainLostPages();
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const bool json = WantsJson(arguments);
  try {
    return Run(arguments);
  } catch (const UsageError& error) {
    return Fail(json, kExitUsage, std::string(error.what()) + "\n`diptych --help` shows how.");
  } catch (const base::Cancelled&) {
    return Fail(json, StoppedExitCode(), "Stopped.");
  } catch (const diptych::coherence::NotUnderstood& error) {
    return Fail(json, kExitNotUnderstood, error.what());
  } catch (const base::Error& error) {
    return Fail(json, kExitFailure, error.what());
  } catch (const std::bad_alloc&) {
    return Fail(json, kExitFailure, "[memory] there is not enough memory.\nHint: ask for a smaller --size.");
  } catch (const std::exception& error) {
    return Fail(json, kExitFailure, std::string("[internal] this is a mistake of diptych: ") + error.what());
  }
}
