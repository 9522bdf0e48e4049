// diptych-train: the world, the vocabulary, the training and the measuring of a model. Reads the command line, runs one
// verb, turns what went wrong into a message and an exit code.
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/standard_files.h"
#include "train_cli/verb.h"

namespace diptych::train_cli {
namespace {

// The signal that came; 0 before.
std::atomic<int> g_stop = 0;

train::TrainingEvents Events() {
  // A line that cannot be printed, since whoever read it has ended, is no reason to stop.
  return {.on_line =
              [](const std::string& line) {
                std::printf("%s\n", line.c_str());
                std::fflush(stdout);
              },
          .stop = [] { return g_stop.load() != 0; }};
}

std::vector<std::unique_ptr<Verb>> AddVerbs(CLI::App& app) {
  std::vector<std::unique_ptr<Verb>> verbs;
  for (auto make : {MakeRun, MakeExport, MakeAnswers, MakeTokenizer, MakeWorld, MakeEval, MakeReading, MakeJudge,
                    MakeCalibrate, MakeLexicon, MakeRepairs})
    verbs.push_back(make(app));
  return verbs;
}

int Run(int argc, char** argv) {
  CLI::App app("Trains Diptych's model on its world: one model, all tasks at once.", "diptych-train");
  app.set_version_flag("--version", "diptych-train " DIPTYCH_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  const std::vector<std::unique_ptr<Verb>> verbs = AddVerbs(app);
  const auto named = [argv](const CLI::App* command) { return command->get_name() == argv[1]; };
  // CLI11 would only say that a subcommand is required.
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommands(named).empty()) {
    std::fprintf(stderr, "There is no verb '%s'.\nRun with --help for more information.\n", argv[1]);
    return kExitUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;  // help and version are "errors" of code 0
  }
  // They end the verb where it can be resumed.
  diptych::base::CatchStopSignals([](int signal) { g_stop = signal; }, SA_RESTART);
  for (const std::unique_ptr<Verb>& verb : verbs)
    if (verb->Given()) verb->Run(Events());
  return kExitOk;
}

int Fail(int code, const char* message) {
  std::fprintf(stderr, "%s\n", message);
  return code;
}

}  // namespace
}  // namespace diptych::train_cli

int main(int argc, char** argv) {
  using namespace diptych::train_cli;
  diptych::base::PrepareStandardFiles();
  diptych::base::ExplainLostPages();
  try {
    return Run(argc, argv);
  } catch (const diptych::base::Cancelled&) {
    return Fail(g_stop == 0 ? kExitInterrupted : 128 + g_stop, "Stopped.");
  } catch (const std::exception& error) {
    return Fail(kExitFailure, error.what());
  }
}
