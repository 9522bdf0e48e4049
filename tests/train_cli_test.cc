// The program `diptych-train` end to end: help, flags and their ranges, files that are missing or damaged, a run of a
// few steps, and the benchmark with a tiny model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "engine/tiny_model_for_test.h"
#include "model/safetensors.h"
#include "program_for_test.h"

namespace diptych {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using tests::Outcome;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

const fs::path kRepository = DIPTYCH_SOURCE_DIR;
const std::string kWords = (kRepository / "src/world/words").string();

class TrainCliTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fs::exists(program_.path())) << program_.path();
    engine::WriteTinyModel(folder_ / "model");
  }

  Outcome Run(const Words& arguments, const tests::RunOptions& options = {}) const {
    return program_.Run(arguments, options);
  }

  // A run of the tiny model in the folder "run".
  Outcome Train(const Words& flags, const tests::RunOptions& options = {}) const {
    Words words = {"run", "--run",       "run", "--model",   "model", "--words",   kWords, "--size",
                   "32",  "--batch",     "1",   "--copies",  "1",     "--glances", "0",    "--sample-minutes",
                   "0",   "--log-every", "1",   "--threads", "2"};
    words.insert(words.end(), flags.begin(), flags.end());
    return Run(words, options);
  }

  // Two prompts of one fact and of two.
  Outcome Evaluate(const Words& flags) const {
    Words words = {"eval", "model",   "out", "--words",           kWords, "--rungs", "1,2",  "--prompts-per-rung",
                   "1",    "--seeds", "1",   "--measured-scenes", "2",    "--judge", "none", "--threads",
                   "2"};
    words.insert(words.end(), flags.begin(), flags.end());
    return Run(words);
  }

  const tests::Program program_ = tests::Program("diptych-train");
  const base::TemporaryFolder& folder_ = program_.folder();
};

TEST_F(TrainCliTest, HelpAndVersionArePrinted) {
  const Outcome help = Run({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(Run({"--version"}).out, testing::MatchesRegex("diptych-train [0-9.]+\n"));
  for (const char* verb : {"run", "export", "answers", "tokenizer", "world", "eval", "judge", "calibrate", "lexicon"}) {
    EXPECT_THAT(help.out, HasSubstr(std::string("  ") + verb + " ")) << verb;
    const Outcome own = Run({verb, "--help"});
    EXPECT_EQ(own.code, 0) << verb;
    EXPECT_THAT(own.out, HasSubstr("Usage: diptych-train " + std::string(verb)));
  }
}

struct BadUsage {
  Words arguments;
  std::string message;
};

TEST_F(TrainCliTest, WrongFlagsEndWithTwo) {
  const std::vector<BadUsage> inputs = {
      {{}, "subcommand is required"},
      {{"dance"}, "no verb 'dance'"},
      {{"run", "--nonsense"}, "--nonsense"},
      {{"run", "--steps"}, "--steps"},
      {{"run", "--steps=-4"}, "--steps: \"-4\" is no number from 1 to 1000000000"},
      {{"run", "--seed", "18446744073709551616"}, "--seed"},
      {{"run", "--start", "nowhere"}, "nowhere"},
      {{"run", "--config", "nowhere.toml"}, "nowhere.toml"},
      {{"export"}, "folder"},
      {{"answers", "model", "sheet"}, "--prompts"},
      {{"answers", "nowhere", "sheet", "--prompts", "none.txt"}, "nowhere"},
      {{"world"}, "--preview"},
      {{"eval", "model"}, "folder"},
      {{"eval", "nowhere", "out"}, "nowhere"},
      {{"eval", "model", "out", "--rungs", "9"}, "--rungs"},
      {{"eval", "model", "out", "--prompts", "none.txt"}, "none.txt"},
      {{"judge"}, "file"},
      {{"judge", "j.safetensors", "--steps", "-1"}, "--steps"},
  };
  for (const BadUsage& input : inputs) {
    const std::string shown = testing::PrintToString(input.arguments);
    const Outcome outcome = Run(input.arguments);
    EXPECT_EQ(outcome.code, 2) << shown << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(input.message)) << shown;
  }
  EXPECT_THAT(program_.FilesIn("out"), IsEmpty());
}

TEST_F(TrainCliTest, WhatIsMissingIsNamed) {
  const std::vector<BadUsage> inputs = {
      {{"world", "--preview", "sheet.png", "--words", "none"}, "there is no folder none"},
      {{"run", "--words", "none"}, "--words"},
      {{"tokenizer", "new", "--words", "none"}, "--words"},
      {{"lexicon", "model", "--words", "none"}, "--words"},
      {{"calibrate", "model", "--words", "none"}, "--words"},
      {{"export", "--run", "nowhere", "out"}, "nowhere holds no checkpoint"},
      {{"judge", "absent.safetensors", "--measure", "1"}, "absent.safetensors"},
      {{"judge", "new.safetensors"}, "neither minutes nor steps"},
      {{"eval", "model", "out", "--words", "none"}, "--words"},
      {{"run", "--words", kWords, "--model", "nowhere"}, "nowhere"},
      {{"run", "--words", kWords, "--model", "model", "--device", "toaster"}, "there is no device 'toaster'"},
      {{"run", "--words", kWords, "--model", "model", "--size", "33"}, "size 33"},
  };
  for (const BadUsage& input : inputs) {
    const std::string shown = testing::PrintToString(input.arguments);
    const Outcome outcome = Run(input.arguments);
    EXPECT_EQ(outcome.code, 1) << shown << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(input.message)) << shown;
  }
  EXPECT_THAT(program_.FilesIn("out"), IsEmpty());
  EXPECT_FALSE(fs::exists(folder_ / "new"));
}

// A run's flags may stand in a file; each recipe of the repository is one.
TEST_F(TrainCliTest, RecipesAreTaken) {
  size_t recipes = 0;
  for (const auto& entry : fs::directory_iterator(kRepository / "recipes")) {
    const Outcome outcome = Run({"export", "--config", entry.path().string(), "--run", "nowhere", "out"});
    EXPECT_EQ(outcome.code, 1) << entry.path();
    EXPECT_THAT(outcome.err, HasSubstr("nowhere holds no checkpoint")) << entry.path();
    ++recipes;
  }
  EXPECT_GT(recipes, 3u);
}

TEST_F(TrainCliTest, LinesOfAFileThatAreNoFlagsAreNamed) {
  const auto error = [&](const std::string& content) {
    base::WriteFileAtomically(folder_ / "my.toml", content);
    const Outcome outcome = Train({"--config", "my.toml"});
    EXPECT_EQ(outcome.code, 1) << content;
    return outcome.err;
  };
  EXPECT_THAT(error("stepps = 3\n"), HasSubstr("'stepps' is no flag of run"));
  EXPECT_THAT(error("[run]\nsteps = 3\n"), HasSubstr("the section [run] is not read"));
  EXPECT_THAT(error("steps = -3\n"), HasSubstr("-3"));
  EXPECT_FALSE(fs::exists(folder_ / "run"));
}

TEST_F(TrainCliTest, ARunIsTrainedResumedAndExported) {
  base::WriteFileAtomically(folder_ / "my.toml", "steps = 9\nkeep = 3\n");
  const Outcome first = Train({"--config", "my.toml", "--steps", "2"});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(program_.FilesIn("run/checkpoints"), testing::ElementsAre("000000002.safetensors"));
  EXPECT_THAT(program_.FilesIn("run"), IsSupersetOf({"log.csv", "log.jsonl", "options.toml", "lexicon.tsv"}));
  const std::string options = base::ReadFile(folder_ / "run/options.toml");
  EXPECT_THAT(options, HasSubstr("steps = 2\n"));  // the command line wins
  EXPECT_THAT(options, HasSubstr("keep = 3\n"));
  const Outcome second = Run({"run", "--config", "run/options.toml", "--steps", "3"});
  ASSERT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("resumed run/checkpoints/000000002.safetensors"));
  ASSERT_EQ(Run({"export", "--run", "run", "--model", "model", "exported"}).code, 0);
  EXPECT_THAT(program_.FilesIn("exported"), IsSupersetOf({"README.md", "config.json", "model.safetensors"}));
}

TEST_F(TrainCliTest, ADryRunTouchesNothing) {
  const Outcome outcome = Train({"--dry-run"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("parameters: "));
  EXPECT_FALSE(fs::exists(folder_ / "run"));
}

TEST_F(TrainCliTest, CtrlCSavesAndEnds) {
  const Outcome outcome = Train({"--steps", "100000"}, {.interrupt_at = "step 1"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(program_.FilesIn("run/checkpoints"), testing::SizeIs(1));
}

// `diptych-train run | tee log` after Ctrl-C, which ends tee as well.
TEST_F(TrainCliTest, ALineThatNobodyReadsDoesNotEndTheRun) {
  const Outcome outcome = Train({"--steps", "3"}, {.unread_stdout = true});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(program_.FilesIn("run/checkpoints"), testing::ElementsAre("000000003.safetensors"));
}

TEST_F(TrainCliTest, ALostTerminalSavesAndEndsUnlessItIsIgnored) {
  for (int signal : {SIGHUP, SIGTERM}) {
    fs::remove_all(folder_ / "run");
    const Outcome outcome = Train({"--steps", "100000"}, {.interrupt_at = "step 1", .signal = signal});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(program_.FilesIn("run/checkpoints"), testing::SizeIs(1));
  }
  fs::remove_all(folder_ / "run");
  const Outcome outcome =
      Train({"--steps", "20"}, {.interrupt_at = "step 1", .signal = SIGHUP, .ignores_hangup = true});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(program_.FilesIn("run/checkpoints"), testing::ElementsAre("000000020.safetensors"));
}

TEST_F(TrainCliTest, OptionsAreRecordedOnceTheRunHasBegun) {
  ASSERT_EQ(Train({"--steps", "1", "--seed", "7"}).code, 0);
  const std::string first = base::ReadFile(folder_ / "run/options.toml");
  EXPECT_THAT(first, HasSubstr("seed = 7\n"));
  EXPECT_EQ(Train({"--steps", "2", "--device", "nowhere"}).code, 1);
  EXPECT_EQ(base::ReadFile(folder_ / "run/options.toml"), first);
  const Outcome resumed = Run({"run", "--config", "run/options.toml", "--steps", "2", "--seed", "1", "--batch", "2"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_THAT(resumed.out, HasSubstr("Warning: --seed is 1 and was 7 until step 1;"));
  EXPECT_THAT(resumed.out, HasSubstr("Warning: --batch is 2 and was 1 until step 1;"));
  EXPECT_THAT(resumed.out, testing::Not(HasSubstr("--size")));
  EXPECT_THAT(base::ReadFile(folder_ / "run/options.toml"), HasSubstr("seed = 1\n"));
  EXPECT_EQ(base::ReadFile(folder_ / "run/options-until-000000001.toml"), first);
}

TEST_F(TrainCliTest, AnExportReplacesNothingUnlessItIsTold) {
  ASSERT_EQ(Train({"--steps", "1"}).code, 0);
  fs::create_directory(folder_ / "mine");
  base::WriteFileAtomically(folder_ / "mine/README.md", "mine");
  base::WriteFileAtomically(folder_ / "mine/calibration.json", "{}");
  Words words = {"export", "--run", "run", "--model", "model", "mine"};
  const Outcome refused = Run(words);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("[export] mine exists already"));
  EXPECT_EQ(base::ReadFile(folder_ / "mine/README.md"), "mine");
  EXPECT_THAT(program_.FilesIn("mine"), testing::SizeIs(2));
  words.push_back("--replace");
  EXPECT_EQ(Run(words).code, 0);
  EXPECT_NE(base::ReadFile(folder_ / "mine/README.md"), "mine");
  EXPECT_FALSE(fs::exists(folder_ / "mine/calibration.json"));  // of other weights
  fs::create_directory(folder_ / "empty");
  words = {"export", "--run", "run", "--model", "model", "empty"};
  EXPECT_EQ(Run(words).code, 0);
}

TEST_F(TrainCliTest, ADamagedCheckpointIsNamedAndSoIsAnOlderSoundOne) {
  ASSERT_EQ(Train({"--steps", "2", "--save-minutes", "0"}).code, 0);
  const fs::path newest = folder_ / "run/checkpoints/000000002.safetensors";
  const std::string sound = base::ReadFile(newest);
  const auto error = [&](const std::string& bytes) {
    fs::remove(newest);
    base::WriteFileAtomically(newest, bytes);
    const Outcome outcome = Train({"--steps", "3"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("run/checkpoints/000000002.safetensors"));
    EXPECT_THAT(outcome.err, HasSubstr("resumes from run/checkpoints/000000001.safetensors"));
    return outcome.err;
  };
  std::string step = sound;
  const size_t at = step.find("\"step\":\"2\"");
  ASSERT_NE(at, std::string::npos);
  step[at + 8] = 'x';
  EXPECT_THAT(error(step), HasSubstr("'step' is \"x\""));
  error(sound.substr(0, sound.size() / 2));
  fs::remove(newest);
  EXPECT_EQ(Train({"--steps", "2"}).code, 0);  // as the message says
}

// Neither the repository nor its words are named: the program knows where it was built.
TEST_F(TrainCliTest, WhatComesWithTheProgramIsFoundFromAnyFolder) {
  ASSERT_EQ(Run({"world", "--preview", "sheet.png", "--size", "16"}).code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "sheet.png"));
  EXPECT_THAT(Run({"run", "--help"}).out, HasSubstr((kRepository / "models/default").string()));
  EXPECT_THAT(Run({"eval", "--help"}).out, HasSubstr((kRepository / "models/judge/judge.safetensors").string()));
}

TEST_F(TrainCliTest, TheWorldIsShown) {
  ASSERT_EQ(Run({"world", "--preview", "sheet.png", "--words", kWords, "--size", "16"}).code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "sheet.png"));
  EXPECT_GT(fs::file_size(folder_ / "sheet.txt"), 1000u);
}

TEST_F(TrainCliTest, AJudgeIsTrainedAndMeasured) {
  const Words small = {"judge", "j.safetensors", "--run", "judging", "--width", "2", "--scenes", "2"};
  Words train = small;
  train.insert(train.end(), {"--steps", "1"});
  ASSERT_EQ(Run(train).code, 0);
  EXPECT_THAT(program_.FilesIn("judging"), testing::ElementsAre("checkpoint.safetensors"));
  const Outcome measured = Run({"judge", "j.safetensors", "--measure", "2", "--json"});
  EXPECT_EQ(measured.code, 0) << measured.err;
  EXPECT_THAT(measured.out, testing::StartsWith("{"));
}

TEST_F(TrainCliTest, TheBenchmarkWritesItsFindings) {
  const Outcome outcome = Evaluate({"--compare-steps", "2"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("no judge at none"));
  EXPECT_THAT(program_.FilesIn("out"), IsSupersetOf({"answers", "records", "results.json", "results.md"}));
  EXPECT_THAT(program_.FilesIn("out/records"), testing::ElementsAre("model.jsonl", "steps-2.jsonl", "truth.jsonl"));
  const std::string records = base::ReadFile(folder_ / "out/records/model.jsonl");
  EXPECT_EQ(std::count(records.begin(), records.end(), '\n'), 2);
  EXPECT_THAT(base::ReadFile(folder_ / "out/results.md"), HasSubstr("1 prompts a rung"));
  // What was answered is kept: again, it gives the same.
  const std::string results = base::ReadFile(folder_ / "out/results.json");
  ASSERT_EQ(Evaluate({"--compare-steps", "2"}).code, 0);
  EXPECT_EQ(base::ReadFile(folder_ / "out/results.json"), results);
}

TEST_F(TrainCliTest, TheBenchmarkRefusesWhatItCannotCompare) {
  EXPECT_THAT(Evaluate({"--drawer", "model"}).err, HasSubstr("give both or none"));
  EXPECT_EQ(Evaluate({"--drawer", "model"}).code, 1);
  EXPECT_THAT(Run({"eval", "model", "out", "--words", kWords, "--rungs", "1,1"}).err, HasSubstr("names one twice"));
  EXPECT_THAT(program_.FilesIn("out"), IsEmpty());
  base::WriteFileAtomically(folder_ / "prompts.txt", "a red bus | bus: purple and loud\n");
  const Outcome facts = Run({"eval", "model", "out", "--words", kWords, "--prompts", "prompts.txt"});
  EXPECT_EQ(facts.code, 1);
  EXPECT_THAT(facts.err, HasSubstr("prompts.txt"));
}

}  // namespace
}  // namespace diptych
