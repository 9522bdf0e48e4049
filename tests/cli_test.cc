// The program `diptych` end to end, with the model that comes with it: answers, files, exit codes, and bad input of
// every kind, which must give a message and never a crash or a part of a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.h"
#include "base/png.h"
#include "base/temporary_folder.h"
#include "plan/plan.h"
#include "program_for_test.h"
#include "text/tokenizer.h"

namespace diptych {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::FirstLine;
using tests::Outcome;
using tests::Program;
using tests::RunOptions;
namespace fs = std::filesystem;

const fs::path kModel = fs::path(DIPTYCH_SOURCE_DIR) / "models/default";

// Everything runs in a folder of its own, without the caller's settings.
class CliTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fs::exists(program_.path())) << program_.path();
    ASSERT_TRUE(fs::exists(kModel / "config.json")) << "the default model is missing";
  }

  Outcome Run(const std::vector<std::string>& arguments, const RunOptions& options = {}) const {
    return program_.Run(arguments, options);
  }

  // A quick answer: the picture is not looked at.
  Outcome Draw(std::vector<std::string> arguments, const RunOptions& options = {}) const {
    for (const char* flag : {"--steps", "2", "--no-check"}) arguments.emplace_back(flag);
    return Run(arguments, options);
  }

  std::vector<std::string> FilesIn(const std::string& name) const { return program_.FilesIn(name); }

  // The default model with other files in some places; the rest are links.
  fs::path ModelWith(const std::string& file, const std::string& content) const {
    const fs::path model = folder_ / "model";
    fs::remove_all(model);
    fs::create_directories(model);
    for (const auto& entry : fs::directory_iterator(kModel))
      fs::create_symlink(fs::absolute(entry.path()), model / entry.path().filename());
    fs::remove(model / file);
    if (!content.empty()) base::WriteFileAtomically(model / file, content);
    return model;
  }

  // A picture begins wherever one may: training has pushed the output matrix's row of "<img>", which no text holds,
  // away from every hidden state, and here its sign is turned.
  static void BeginPicturesEverywhere(const fs::path& weights) {
    std::string bytes = base::ReadFile(kModel / "model.safetensors");
    uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof(header));
    const auto tensor = nlohmann::json::parse(bytes.substr(8, header)).at("language_model.lm_head.weight");
    ASSERT_EQ(tensor.at("dtype"), "BF16");
    const size_t width = tensor.at("shape").at(1).get<size_t>() * sizeof(uint16_t),
                 first = 8 + header + tensor.at("data_offsets").at(0).get<size_t>();
    const auto id = static_cast<size_t>(*text::Tokenizer::Load(kModel).Find("<img>"));
    for (size_t i = 1; i < width; i += sizeof(uint16_t)) bytes[first + id * width + i] ^= '\x80';  // little endian
    fs::remove(weights);
    base::WriteFileAtomically(weights, bytes);
  }

  const Program program_ = Program("diptych");
  const base::TemporaryFolder& folder_ = program_.folder();
};

TEST_F(CliTest, APromptGivesPictureNarrativeAndReport) {
  const Outcome outcome = Run({"a blue bus driving under a starry night", "--seed", "42"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const std::string stem = "diptych-out/blue-bus-driving-under-a-starry-night-42";
  EXPECT_EQ(FirstLine(outcome.out), stem + ".png");
  EXPECT_THAT(FilesIn("diptych-out"), testing::SizeIs(3));
  const base::PngFile file = base::ReadPng(folder_ / (stem + ".png"));
  EXPECT_EQ(file.picture.width, file.picture.height);
  const std::string narrative = base::ReadFile(folder_ / (stem + ".txt"));
  EXPECT_GT(narrative.size(), 20u);
  EXPECT_THAT(outcome.out, HasSubstr(narrative));
  const auto json = nlohmann::json::parse(base::ReadFile(folder_ / (stem + ".json")));
  EXPECT_EQ(json["seed"], 42);
  EXPECT_GT(json["report"]["count"], 0);
  EXPECT_EQ(json["report"]["claims"].size(), json["report"]["count"]);
  EXPECT_EQ(json["narrative"].get<std::string>() + "\n", narrative);
  for (const char* part : {"Agreement: ", "Seed: 42", "Peak memory: "}) EXPECT_THAT(outcome.out, HasSubstr(part));
}

TEST_F(CliTest, TheSameSeedGivesTheSameBytesForAnyNumberOfThreads) {
  for (const std::string name : {"one", "two", "again"}) {
    ASSERT_EQ(Run({"两只黑色的猫在雪地上", "--seed", "7", "-o", name, "--threads", name == "two" ? "2" : "1"}).code, 0);
  }
  for (const std::string file : {"两只黑色的猫在雪地上-7.png", "两只黑色的猫在雪地上-7.txt"}) {
    const std::string bytes = base::ReadFile(folder_ / "one" / file);
    EXPECT_EQ(bytes, base::ReadFile(folder_ / "two" / file)) << file;
    EXPECT_EQ(bytes, base::ReadFile(folder_ / "again" / file)) << file;
  }
}

TEST_F(CliTest, MetadataTellsAndRepeatsAnAnswer) {
  ASSERT_EQ(Draw({"a red car at noon", "--seed", "5", "-o", "a"}).code, 0);
  const Outcome info = Run({"info", "a/red-car-at-noon-5.png"});
  EXPECT_EQ(info.code, 0);
  for (const char* part : {"Prompt: a red car at noon", "Seed: 5", "Narrative:", "steps=2"})
    EXPECT_THAT(info.out, HasSubstr(part));
  ASSERT_EQ(Run({"generate", "--from", "a/red-car-at-noon-5.png", "-o", "b", "--no-check"}).code, 0);
  EXPECT_EQ(base::ReadFile(folder_ / "a/red-car-at-noon-5.png"), base::ReadFile(folder_ / "b/red-car-at-noon-5.png"));
}

TEST_F(CliTest, DamagedMetadataIsSaidInOurOwnWords) {
  base::WritePng(folder_ / "partial.png", base::Image{1, 1, {0, 0, 0}},
                 {{"diptych", R"({"prompt": "a bus", "language": "en", "seed": 1.5})"}});
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"info", "partial.png"}, {"generate", "--from", "partial.png"}}) {
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("seed in the record of partial.png is 1.5, it must be a whole number"));
  }
}

TEST_F(CliTest, WhatIsThereStays) {
  fs::create_directory(folder_ / "a");
  base::WriteFileAtomically(folder_ / "a/tree-1.json", "my notes");
  EXPECT_THAT(FirstLine(Draw({"a tree", "--seed", "1", "-o", "a"}).out), HasSubstr("tree-1-2.png"));
  EXPECT_EQ(base::ReadFile(folder_ / "a/tree-1.json"), "my notes");
  EXPECT_THAT(FirstLine(Draw({"a tree", "--seed", "1", "-o", "a"}).out), HasSubstr("tree-1-2.png"));
  EXPECT_THAT(FilesIn("a"), testing::ElementsAre("tree-1-2.json", "tree-1-2.png", "tree-1-2.txt", "tree-1.json"));
}

TEST_F(CliTest, MetadataCanBeLeftOut) {
  ASSERT_EQ(Draw({"a tree", "--seed", "1", "--metadata", "none", "-o", "none"}).code, 0);
  EXPECT_THAT(base::ReadPng(folder_ / "none/tree-1.png").texts, IsEmpty());
  ASSERT_EQ(Draw({"a tree", "--seed", "1", "--metadata", "label", "-o", "label"}).code, 0);
  const std::string bytes = base::ReadFile(folder_ / "label/tree-1.png");
  EXPECT_THAT(bytes, HasSubstr("trainedAlgorithmicMedia"));
  EXPECT_THAT(bytes, Not(HasSubstr("a tree")));
  const Outcome repeat = Run({"generate", "--from", "label/tree-1.png"});
  EXPECT_EQ(repeat.code, 1);
  EXPECT_THAT(repeat.err, HasSubstr("--metadata full"));
}

TEST_F(CliTest, JsonIsOneEventALine) {
  const Outcome outcome = Draw({"a cat", "--json", "-n", "2", "--seed", "3"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  std::istringstream lines(outcome.out);
  std::map<std::string, int> events;
  for (std::string line; std::getline(lines, line);) ++events[nlohmann::json::parse(line).at("event")];
  EXPECT_EQ(events["result"], 2);
  EXPECT_EQ(events["step"], 4);
  EXPECT_GT(events["text"], 0);
  EXPECT_THAT(FilesIn("diptych-out"), testing::Contains("cat-4.png"));
}

TEST_F(CliTest, LooksAtAPicture) {
  ASSERT_EQ(Draw({"a green house on hills", "--seed", "2"}).code, 0);
  const std::string picture = "diptych-out/green-house-on-hills-2.png";
  const Outcome describe = Run({"describe", picture, "--lang", "zh"});
  EXPECT_EQ(describe.code, 0) << describe.err;
  EXPECT_GT(describe.out.size(), 10u);
  EXPECT_EQ(Run({"ask", picture, "What colour is the house?"}).code, 0);
  const Outcome check = Run({"check", picture, "The house is green. There is a tree."});
  EXPECT_THAT(check.code, AnyOf(0, 3)) << check.err;
  EXPECT_EQ(check.code == 3, check.out.find("✗") != std::string::npos);
  EXPECT_THAT(check.out, HasSubstr(" of 2 claims"));
}

TEST_F(CliTest, WhatTheModelHasNotLearnedIsRefused) {
  ASSERT_EQ(Draw({"a green house on hills", "--seed", "2"}).code, 0);
  const std::string picture = "diptych-out/green-house-on-hills-2.png";
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"edit", picture, "make the house red", "-o", "new"},
                                             {"ask", picture, picture, "Which house is red?"},
                                             {"a cat's day", "--pictures", "3", "-o", "new"}}) {
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, 1) << words[0];
    EXPECT_THAT(outcome.err, HasSubstr("it has not learned \""));
    EXPECT_THAT(outcome.err, HasSubstr("it knows: generate, describe, ask, check"));
    EXPECT_THAT(FilesIn("new"), IsEmpty());
  }
  EXPECT_THAT(Run({"info"}).out, HasSubstr("skills: generate, describe, ask, check\n"));
}

// The small model was not made for edits and stories; what is tested here is what becomes of the answer.
TEST_F(CliTest, EditsAndStoriesOfAModelThatClaimsThemAreStored) {
  const fs::path model = ModelWith("generation_config.json", R"({"num_steps": 2, "width": 64, "height": 64,
      "cfg_scale": 2, "img_cfg_scale": 1.5, "plan": true, "max_new_tokens": 60})");
  ASSERT_EQ(Draw({"a green house on hills", "--seed", "2", "--size", "64x32", "-o", "a"}).code, 0);
  const Outcome edit = Run({"edit", "a/green-house-on-hills-2.png", "make the house red", "-m", model.string(),
                            "--seed", "4", "--no-check", "-o", "b"});
  ASSERT_EQ(edit.code, 0) << edit.err;
  EXPECT_THAT(FilesIn("b"), testing::SizeIs(3));
  EXPECT_EQ(base::ReadPng(folder_ / "b/make-the-house-red-4.png").picture.width, 64);
  EXPECT_EQ(base::ReadPng(folder_ / "b/make-the-house-red-4.png").picture.height, 32);
  EXPECT_EQ(Run({"generate", "--from", "b/make-the-house-red-4.png", "-m", model.string()}).code, 1);
  EXPECT_EQ(
      Run({"ask", "a/green-house-on-hills-2.png", "b/make-the-house-red-4.png", "Which is red?", "-m", model.string()})
          .code,
      0);
  // It never begins a picture by itself.
  const Outcome text =
      Run({"a red house", "-m", model.string(), "--seed", "5", "--pictures", "2", "-o", "c", "--json"});
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("drew nothing"));
  EXPECT_THAT(FilesIn("c"), testing::ElementsAre("red-house-5.json", "red-house-5.txt"));
  BeginPicturesEverywhere(model / "model.safetensors");
  const Outcome story = Run({"a red house", "-m", model.string(), "--seed", "5", "--pictures", "2", "-o", "d"});
  ASSERT_EQ(story.code, 0) << story.err;
  EXPECT_THAT(FilesIn("d"),
              testing::ElementsAre("red-house-5-1.png", "red-house-5-2.png", "red-house-5.json", "red-house-5.txt"));
  EXPECT_THAT(story.err, HasSubstr("at most 2 were asked for (--pictures)"));
  const auto json = nlohmann::json::parse(base::ReadFile(folder_ / "d/red-house-5.json"));
  int pictures = 0;
  for (const auto& part : json["parts"]) pictures += part.contains("picture") ? 1 : 0;
  EXPECT_EQ(pictures, 2);
  EXPECT_EQ(json["options"]["pictures"], 2);
  EXPECT_THAT(Run({"info", "d/red-house-5-2.png"}).out, HasSubstr("[picture 2]\n"));
  ASSERT_EQ(Run({"generate", "--from", "d/red-house-5-2.png", "-m", model.string(), "-o", "e"}).code, 0);
  EXPECT_EQ(base::ReadFile(folder_ / "d/red-house-5-2.png"), base::ReadFile(folder_ / "e/red-house-5-2.png"));
}

TEST_F(CliTest, APlanCanBeWrittenAndFollowed) {
  const Outcome plan = Run({"plan", "two yellow buses at dawn", "--seed", "1"});
  ASSERT_EQ(plan.code, 0) << plan.err;
  EXPECT_FALSE(plan::ParsePlan(plan.out.substr(0, plan.out.size() - 1)).lines.empty()) << plan.out;
  base::WriteFileAtomically(folder_ / "plan.txt", plan.out);
  ASSERT_EQ(Draw({"generate", "two yellow buses at dawn", "--plan", "plan.txt", "--seed", "1"}).code, 0);
  EXPECT_EQ(Draw({"generate", "--plan", "plan.txt", "--seed", "1"}).code, 0);
  base::WriteFileAtomically(folder_ / "bad.txt", "hour: noon\n::\n");
  const Outcome bad = Draw({"generate", "--plan", "bad.txt"});
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, HasSubstr("2"));
  base::WriteFileAtomically(folder_ / "hostile.txt", "\x1b[2J\xff: x\n");
  const Outcome hostile = Draw({"generate", "--plan", "hostile.txt"});
  EXPECT_EQ(hostile.code, 1);
  EXPECT_THAT(hostile.err, Not(AnyOf(HasSubstr("\x1b"), HasSubstr("\xff"))));
}

TEST_F(CliTest, UnknownWordsAreNamed) {
  const Outcome outcome = Draw({"a panda playing the trombone", "--seed", "1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("has never seen"));
  EXPECT_THAT(outcome.err, HasSubstr("'trombone'"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("'panda'")));
}

TEST_F(CliTest, TheEnvironmentGivesFlags) {
  EXPECT_THAT(FirstLine(Draw({"a tree"}, {.environment = {{"DIPTYCH_SEED", "11"}}}).out), HasSubstr("tree-11.png"));
  base::WriteFileAtomically(folder_ / "my.toml", "seed = 12\n");
  EXPECT_THAT(FirstLine(Draw({"a tree", "--config", "my.toml"}).out), HasSubstr("tree-12.png"));
}

TEST_F(CliTest, DoctorAndInfoReadTheModel) {
  const Outcome doctor = Run({"doctor"});
  EXPECT_EQ(doctor.code, 0) << doctor.out;
  EXPECT_THAT(doctor.out, HasSubstr("ok model"));
  EXPECT_THAT(Run({"info"}).out, HasSubstr("parameters: "));
  EXPECT_THAT(Run({"info"}).out, HasSubstr("number_types: "));
  EXPECT_EQ(Run({"doctor", "--model", "nowhere"}).code, 1);
}

struct BadInput {
  std::vector<std::string> arguments;
  int code;
  std::string message;
};

TEST_F(CliTest, BadInputHasAMessageAndLeavesNothing) {
  base::WriteFileAtomically(folder_ / "text.png", "not a picture");
  base::WriteFileAtomically(folder_ / "empty.png", "");
  const std::vector<BadInput> inputs = {
      {{}, 2, "Say what to draw"},
      {{""}, 1, "the prompt is empty"},
      {{" \n\t"}, 1, "the prompt is empty"},
      {{std::string(100'000, 'a')}, 1, "prompt"},
      {{"a tree", "--size", "100x128"}, 1, "100"},
      {{"a tree", "--size", "big"}, 2, "--size"},
      {{"a tree", "--steps", "0"}, 2, "--steps"},
      {{"a tree", "--nonsense"}, 2, "--nonsense"},
      {{"a tree", "--model", "nowhere"}, 1, "nowhere"},
      {{"a tree", "-o", "/proc/nothing"}, 1, "/proc/nothing"},
      {{"a tree", "-o", "text.png"}, 1, "text.png"},
      {{"generate", "--from", "absent.png"}, 1, "absent.png"},
      {{"generate", "--plan", "absent.txt"}, 1, "absent.txt"},
      {{"describe", "text.png"}, 1, "not a PNG"},
      {{"describe", "empty.png"}, 1, "empty"},
      {{"describe", "."}, 1, "is a folder"},
      {{"ask", "absent.png", "What?"}, 1, "absent.png"},
      {{"check", "text.png", ""}, 1, "empty"},
      {{"info", "text.png"}, 1, "not a PNG"},
      {{"info", "nowhere"}, 1, "nowhere"},
  };
  for (const BadInput& input : inputs) {
    const Outcome outcome = Run(input.arguments);
    const std::string shown = testing::PrintToString(input.arguments).substr(0, 200);
    EXPECT_EQ(outcome.code, input.code) << shown << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(input.message)) << shown;
    EXPECT_THAT(FilesIn("diptych-out"), IsEmpty()) << shown;
  }
}

TEST_F(CliTest, InvalidUtf8IsDrawnAsWell) {
  const Outcome outcome = Draw({"a \xff\xfe blue \xe4\xb8 bus", "--seed", "1"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(Run({"info", FirstLine(outcome.out)}).code, 0);
}

TEST_F(CliTest, DamagedModelsAreNamed) {
  const auto load = [&](const std::string& file, const std::string& content) {
    const Outcome outcome = Draw({"a tree", "--model", ModelWith(file, content).string()});
    EXPECT_EQ(outcome.code, 1) << file << outcome.err;
    EXPECT_THAT(FilesIn("diptych-out"), IsEmpty());
    return outcome.err;
  };
  const std::string weights = base::ReadFile(kModel / "model.safetensors");
  EXPECT_THAT(load("model.safetensors", ""), HasSubstr("model.safetensors"));
  EXPECT_THAT(load("model.safetensors", weights.substr(0, weights.size() / 2)),
              HasSubstr(std::to_string(weights.size() / 2)));
  EXPECT_THAT(load("model.safetensors", weights.substr(0, 5)), HasSubstr("model.safetensors"));
  EXPECT_THAT(load("model.safetensors", "\x80\x02}q\x01."), HasSubstr("model.safetensors"));
  EXPECT_THAT(load("config.json", ""), HasSubstr("config.json"));
  EXPECT_THAT(load("config.json", "{}"), HasSubstr("config.json"));
  const std::string tokenizer = base::ReadFile(kModel / "tokenizer.json");
  EXPECT_THAT(load("tokenizer.json", tokenizer.substr(0, tokenizer.size() / 2)), HasSubstr("tokenizer.json"));
  auto config = nlohmann::json::parse(base::ReadFile(kModel / "config.json"));
  config["llm_config"]["intermediate_size"] = config["llm_config"]["intermediate_size"].get<int>() + 8;
  EXPECT_THAT(load("config.json", config.dump()), HasSubstr("mlp"));
}

TEST_F(CliTest, ATokenizerThatDoesNotFitIsNamed) {
  auto tokenizer = nlohmann::json::parse(base::ReadFile(kModel / "tokenizer.json"));
  tokenizer["added_tokens"].push_back({{"id", 10'000'000},
                                       {"content", "<|far|>"},
                                       {"special", true},
                                       {"single_word", false},
                                       {"lstrip", false},
                                       {"rstrip", false},
                                       {"normalized", false}});
  const Outcome outcome = Draw({"a tree", "--model", ModelWith("tokenizer.json", tokenizer.dump()).string()});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("token"));
}

TEST_F(CliTest, AFullDiskLeavesNoPart) {
  for (const rlim_t bytes : {1, 1000, 3000}) {
    const Outcome outcome = Draw({"a tree", "--seed", "1"}, {.largest_file = bytes});
    EXPECT_EQ(outcome.code, 1) << bytes;
    EXPECT_THAT(FilesIn("diptych-out"), IsEmpty()) << bytes;
  }
}

TEST_F(CliTest, AFullStandardOutputIsAFailure) {
  for (const char* flag : {"--quiet", "--json"}) {
    const Outcome outcome = Draw({"a tree", "--seed", "1", flag}, {.stdout_file = "/dev/full"});
    EXPECT_EQ(outcome.code, 1) << flag;
    EXPECT_THAT(outcome.err, HasSubstr("No space left")) << flag;
  }
}

TEST_F(CliTest, CtrlCStopsInEachPhaseAndLeavesNoPart) {
  for (const std::string mark : {"loading", "reading", "plan", "picture...", "step", "narrative", "checking"}) {
    const Outcome outcome = Run({"a purple house at sunset", "--seed", "1"}, {.interrupt_at = mark});
    EXPECT_THAT(outcome.code, AnyOf(130, 0)) << mark << outcome.err;
    const std::vector<std::string> files = FilesIn("diptych-out");
    EXPECT_EQ(files.size(), outcome.code == 130 ? 0u : 3u) << mark;
    fs::remove_all(folder_ / "diptych-out");
  }
}

TEST_F(CliTest, CtrlCStopsWithinAStep) {
  const Outcome outcome = Run({"a purple house at sunset", "--steps", "1000"}, {.interrupt_at = "picture..."});
  EXPECT_EQ(outcome.code, 130);
  EXPECT_THAT(outcome.err, HasSubstr("Stopped."));
}

TEST_F(CliTest, ConvertsAModelAndAnswersWithTheCopy) {
  const Outcome converted = Run({"convert", kModel.string(), "copy", "--type", "q8_0", "-t", "1"});
  ASSERT_EQ(converted.code, 0) << converted.err;
  EXPECT_THAT(converted.out, HasSubstr("Q8_0"));
  EXPECT_EQ(FilesIn("copy"),
            (std::vector<std::string>{"README.md", "config.json", "generation_config.json", "model.gguf",
                                      "tokenizer.json", "tokenizer_config.json", "words.txt"}));
  EXPECT_LT(fs::file_size(folder_ / "copy/model.gguf"), fs::file_size(kModel / "model.safetensors"));
  EXPECT_THAT(Run({"model", "info", "copy"}).out, HasSubstr("Q8_0"));
  const Outcome verified = Run({"model", "verify", "copy"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("ok numbers: all finite"));
  EXPECT_EQ(Draw({"a red car", "--model", "copy", "--seed", "3"}).code, 0);
  EXPECT_THAT(Run({"model", "ls"}).out, HasSubstr("default: "));
}

TEST_F(CliTest, ConversionRefusesWhatItCannotDo) {
  EXPECT_EQ(Run({"convert", kModel.string()}).code, 2);
  EXPECT_EQ(Run({"convert", kModel.string(), "copy", "--type", "q9"}).code, 2);
  EXPECT_EQ(Run({"convert", kModel.string(), "copy", "--format", "safetensors"}).code, 2);
  EXPECT_EQ(Run({"convert", "nowhere", "copy"}).code, 1);
  EXPECT_EQ(Run({"model", "dance"}).code, 2);
  EXPECT_FALSE(fs::exists(folder_ / "copy"));
  fs::create_directories(folder_ / "copy");
  EXPECT_THAT(Run({"convert", kModel.string(), "copy"}).err, HasSubstr("exists already"));
  base::WriteFileAtomically(folder_ / "copy/config.json", "{");
  const Outcome verified = Run({"model", "verify", "copy"});
  EXPECT_EQ(verified.code, 1);
  EXPECT_THAT(verified.out, HasSubstr("!! config"));
  EXPECT_THAT(Run({"a red car", "--adapter", (kModel / "model.safetensors").string()}).err,
              HasSubstr("no part of an adapter"));
  // A full disk leaves nothing behind.
  fs::remove_all(folder_ / "copy");
  EXPECT_EQ(Run({"convert", kModel.string(), "copy"}, {.largest_file = 1 << 20}).code, 1);
  for (const auto& entry : fs::directory_iterator(folder_.path()))
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("copy")));
}

}  // namespace
}  // namespace diptych
