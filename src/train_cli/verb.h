// The verbs of diptych-train, each with its flags and what it does. A new verb is a file with a subclass and its Make
// function, which stands in diptych_train.cc's list.
#pragma once

#include <functional>
#include <memory>

#include "train/loop.h"

namespace CLI {
class App;
}

namespace diptych::train_cli {

inline constexpr int kExitOk = 0, kExitFailure = 1, kExitUsage = 2, kExitInterrupted = 130;

class Verb {
 public:
  // `command` is the verb's part of the command line; its owner outlives the verb.
  explicit Verb(CLI::App& command) : command_(command) {}
  Verb(const Verb&) = delete;
  Verb& operator=(const Verb&) = delete;
  virtual ~Verb() = default;

  // After the command line was parsed: whether it names this verb.
  bool Given() const;
  // Progress goes to events.on_line or stdout. Stops when events.stop() says so. Error: bad input.
  virtual void Run(const train::TrainingEvents& events) = 0;

 protected:
  CLI::App& command() const { return command_; }

 private:
  CLI::App& command_;
};

std::unique_ptr<Verb> MakeRun(CLI::App& app);
std::unique_ptr<Verb> MakeExport(CLI::App& app);
std::unique_ptr<Verb> MakeAnswers(CLI::App& app);
std::unique_ptr<Verb> MakeTokenizer(CLI::App& app);
std::unique_ptr<Verb> MakeWorld(CLI::App& app);
std::unique_ptr<Verb> MakeEval(CLI::App& app);
std::unique_ptr<Verb> MakeReading(CLI::App& app);
std::unique_ptr<Verb> MakeJudge(CLI::App& app);
std::unique_ptr<Verb> MakeCalibrate(CLI::App& app);
std::unique_ptr<Verb> MakeLexicon(CLI::App& app);
std::unique_ptr<Verb> MakeRepairs(CLI::App& app);

}  // namespace diptych::train_cli
