// The program `diptych` end to end, with the model that comes with it: answers, files, exit codes, and bad input of
// every kind, which must give a message and never a crash or a part of a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.h"
#include "base/picture_file.h"
#include "base/png.h"
#include "base/temporary_folder.h"
#include "plan/plan.h"
#include "program_for_test.h"
#include "text/conversation.h"
#include "text/printable.h"
#include "text/tokenizer.h"

namespace diptych {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::FirstLine;
using tests::Outcome;
using tests::Program;
using tests::RunOptions;
using tests::TerminalRun;
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

  std::string RunOnTerminal(const std::vector<std::string>& arguments, const TerminalRun& run) const {
    return program_.RunOnTerminal(arguments, run);
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
  EXPECT_GT(json["report"]["claims"].size(), 5U);
  EXPECT_GT(json["report"]["planned"]["count"], 0);
  EXPECT_EQ(json["narrative"].get<std::string>() + "\n", narrative);
  for (const char* part : {"Followed: ", "Told true: ", "Planned: ", "Seed: 42", "Peak memory: "})
    EXPECT_THAT(outcome.out, HasSubstr(part));
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
  // What it says it checks.
  EXPECT_THAT(Run({"describe", picture}).out, HasSubstr("  (text"));
  EXPECT_THAT(Run({"describe", picture, "--no-check"}).out, Not(HasSubstr("  (text")));
  EXPECT_EQ(Run({"ask", picture, "What colour is the house?"}).code, 0);
  EXPECT_EQ(Run({"ask", picture, "How many cats are there?"}).out, "There is no cat.\n");
  const Outcome unknown = Run({"ask", picture, "What is the capital of France?"});
  EXPECT_EQ(unknown.out, "I do not know.\n");
  EXPECT_THAT(unknown.err, HasSubstr("not understood: 'capital'"));
  const Outcome check = Run({"check", picture, "The house is green. There is a tree."});
  EXPECT_THAT(check.code, AnyOf(0, 3)) << check.err;
  EXPECT_EQ(check.code == 3, check.out.find("✗") != std::string::npos);
  EXPECT_THAT(check.out, HasSubstr("There is a tree.  (text)\nTrue:  "));
}

TEST_F(CliTest, WhatTheModelHasNotLearnedIsRefused) {
  ASSERT_EQ(Draw({"a green house on hills", "--seed", "2"}).code, 0);
  const std::string picture = "diptych-out/green-house-on-hills-2.png";
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"edit", picture, picture, "make the house red", "-o", "new"},
                                             {"ask", picture, picture, "Which house is red?"}}) {
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, 1) << words[0];
    EXPECT_THAT(outcome.err, HasSubstr("it has not learned \""));
    EXPECT_THAT(outcome.err, HasSubstr("it knows: generate, describe, ask, check"));
    EXPECT_THAT(FilesIn("new"), IsEmpty());
  }
  EXPECT_THAT(Run({"info"}).out,
              HasSubstr("skills: generate, describe, ask, check, edit (by its plans), story (by its plans)\n"));
}

TEST_F(CliTest, OneThingIsChangedInWords) {
  ASSERT_EQ(Draw({"a green house on hills", "--seed", "2", "-o", "a"}).code, 0);
  const std::string picture = "a/green-house-on-hills-2.png";
  const Outcome edit = Draw({"edit", picture, "make the house red", "-o", "b"});
  ASSERT_EQ(edit.code, 0) << edit.err;
  const auto record = [this](const std::string& name) { return nlohmann::json::parse(base::ReadFile(folder_ / name)); };
  const auto before = record("a/green-house-on-hills-2.json"), after = record("b/red-house-hills-2.json");
  EXPECT_EQ(after["prompt"], "a red house, hills");
  std::string plan = before["plan"];
  plan.replace(plan.find("green"), 5, "red");
  EXPECT_EQ(after["plan"], plan);
  EXPECT_EQ(after["options"], before["options"]);
  // It is repeated and edited like any other.
  ASSERT_EQ(Run({"generate", "--from", "b/red-house-hills-2.png", "--no-check", "-o", "c"}).code, 0);
  EXPECT_EQ(base::ReadFile(folder_ / "b/red-house-hills-2.png"), base::ReadFile(folder_ / "c/red-house-hills-2.png"));
  const Outcome again = Draw({"edit", "b/red-house-hills-2.png", "改成中午", "--seed", "5", "-o", "d", "--json"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, AllOf(HasSubstr("hour: noon"), HasSubstr(R"("seed":5)"), HasSubstr("\"language\":\"zh\"")));
}

TEST_F(CliTest, AnEditThatCannotBeMadeSaysWhy) {
  ASSERT_EQ(Draw({"a green house on hills", "--seed", "2", "-o", "a"}).code, 0);
  const std::string picture = "a/green-house-on-hills-2.png";
  const Outcome unknown = Draw({"edit", picture, "make it wobbly", "-o", "b"});
  EXPECT_EQ(unknown.code, 4);
  EXPECT_THAT(unknown.err,
              AllOf(HasSubstr("nothing of \"make it wobbly\" is understood"), HasSubstr("Hint: say one change")));
  EXPECT_THAT(Draw({"edit", picture, "make it noon and wobbly", "-o", "c"}).err, HasSubstr("not understood: 'wobbly'"));
  EXPECT_EQ(Draw({"edit", picture, "make it noon and wobbly", "--strict", "-o", "b"}).code, 4);
  base::Image noise{64, 64, {}};
  for (int i = 0; i < 64 * 64 * 3; ++i) noise.rgb.push_back(static_cast<uint8_t>(i * i * 37 >> 3));
  base::WriteFileAtomically(folder_ / "noise.png", base::EncodePicture(noise, {}, base::PictureFormat::kPng));
  const Outcome foreign = Draw({"edit", "noise.png", "make it night", "-o", "b"});
  EXPECT_EQ(foreign.code, 1);
  EXPECT_THAT(foreign.err, HasSubstr("the picture holds no settings of diptych"));
  EXPECT_THAT(FilesIn("b"), IsEmpty());
}

// The shipped model has not learned stories: each sentence changes the plan of the picture before.
TEST_F(CliTest, AStoryIsToldSentenceBySentence) {
  const Outcome story = Draw(
      {"A red bus on the road at noon, then it rains. The bus is blue.", "--seed", "3", "--pictures", "4", "-o", "a"});
  ASSERT_EQ(story.code, 0) << story.err;
  const std::string stem = "red-bus-on-the-road-at-noon-then-it-rains-the-bus-is-blue-3";
  EXPECT_THAT(FilesIn("a"),
              testing::ElementsAre(stem + "-1.png", stem + "-2.png", stem + "-3.png", stem + ".json", stem + ".txt"));
  const auto json = nlohmann::json::parse(base::ReadFile(folder_ / "a" / (stem + ".json")));
  EXPECT_THAT(std::string(json["plan"]), AllOf(HasSubstr("hour: noon"), HasSubstr("bus: one, red")));
  std::vector<std::string> plans;
  for (const auto& part : json["parts"])
    if (part.contains("plan")) plans.push_back(part["plan"]);
  ASSERT_EQ(plans.size(), 2u);
  EXPECT_THAT(plans[0], AllOf(HasSubstr("weather: rain"), HasSubstr("bus: one, red")));
  EXPECT_THAT(plans[1], AllOf(HasSubstr("weather: rain"), HasSubstr("bus: one, blue")));
  // It is repeated like any other.
  ASSERT_EQ(Run({"generate", "--from", "a/" + stem + "-2.png", "--no-check", "-o", "b"}).code, 0);
  for (const char* end : {"-1.png", "-3.png"})
    EXPECT_EQ(base::ReadFile(folder_ / "a" / (stem + end)), base::ReadFile(folder_ / "b" / (stem + end)));
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

TEST_F(CliTest, APlanKeepsItsPromptAndOneWithoutKeepsItsFacts) {
  const Outcome plan = Run({"plan", "two yellow buses at dawn", "--seed", "1"});
  EXPECT_EQ(FirstLine(plan.out), "# prompt: two yellow buses at dawn");
  base::WriteFileAtomically(folder_ / "plan.txt", plan.out);
  EXPECT_EQ(FirstLine(Draw({"generate", "--plan", "plan.txt", "--seed", "1"}).out),
            "diptych-out/two-yellow-buses-at-dawn-1.png");
  const Outcome bare = Run({"generate", "--plan", "-", "--seed", "1", "--steps", "2"},
                           {.input = plan.out.substr(plan.out.find('\n') + 1)});
  ASSERT_EQ(bare.code, 0) << bare.err;
  EXPECT_EQ(FirstLine(bare.out), "diptych-out/bus-1.png");
  const auto json = nlohmann::json::parse(base::ReadFile(folder_ / "diptych-out/bus-1.json"));
  EXPECT_EQ(json["prompt_given"], false);
  for (const auto& claim : json["report"]["claims"])
    for (const auto& source : claim["sources"]) EXPECT_NE(source, "prompt") << claim;
  ASSERT_EQ(Run({"generate", "--from", "diptych-out/bus-1.png", "-o", "again"}).code, 0);
  EXPECT_EQ(base::ReadFile(folder_ / "again/bus-1.png"), base::ReadFile(folder_ / "diptych-out/bus-1.png"));
}

TEST_F(CliTest, StandardInputIsReadWhereverAFileIs) {
  EXPECT_EQ(FirstLine(Draw({"generate", "--seed", "1"}, {.input = "\xEF\xBB\xBF"
                                                                  "a red tree\r\n\r\n"})
                          .out),
            "diptych-out/red-tree-1.png");
  EXPECT_EQ(FirstLine(Draw({"-", "--seed", "2"}, {.input = "a red tree\n"}).out), "diptych-out/red-tree-2.png");
  const std::string picture = base::ReadFile(folder_ / "diptych-out/red-tree-1.png");
  EXPECT_GT(Run({"describe", "-"}, {.input = picture}).out.size(), 10u);
  EXPECT_THAT(Run({"info", "-"}, {.input = picture}).out, HasSubstr("Prompt: a red tree\n"));
  EXPECT_THAT(Run({"check", "diptych-out/red-tree-1.png", "-"}, {.input = "The tree is red. It is night.\n"}).out,
              HasSubstr("It is night.  (text)\nTrue:  "));
  EXPECT_EQ(Run({"ask", "-", "How", "many", "trees?"}, {.input = picture}).code, 0);
  EXPECT_EQ(Draw({"generate", "--from", "-"}, {.input = picture}).code, 0);
}

TEST_F(CliTest, APictureCanBeAFileOfAnyFormat) {
  for (const std::string name : {"cat.png", "cat.jpg", "new/cat.WEBP"}) {
    fs::remove(folder_ / "cat.txt");
    fs::remove(folder_ / "cat.json");
    const Outcome drawn = Draw({"a <cat> & \"dog\"", "--seed", "3", "-o", name});
    ASSERT_EQ(drawn.code, 0) << drawn.err;
    EXPECT_EQ(FirstLine(drawn.out), (name[0] == 'c' ? "./" : "") + name);
    EXPECT_TRUE(fs::exists(fs::path(folder_ / name).replace_extension(".txt")));
    EXPECT_THAT(Run({"info", name}).out, HasSubstr("Prompt: a <cat> & \"dog\"\nSeed: 3\n"));
    EXPECT_EQ(Run({"describe", name}).code, 0);
    EXPECT_EQ(Run({"generate", "--from", name, "-o", "again"}).code, 0);
  }
  const base::Image png = base::ReadPicture(folder_ / "cat.png").picture;
  EXPECT_EQ(base::ReadPicture(folder_ / "new/cat.WEBP").picture, png);
  EXPECT_EQ(base::ReadPicture(folder_ / "cat.jpg").picture.width, png.width);
  EXPECT_THAT(FirstLine(Draw({"a tree", "--seed", "1", "--format", "jpg"}).out), HasSubstr("tree-1.jpg"));
  const Outcome taken = Draw({"a cat", "-o", "cat.png"});
  EXPECT_EQ(taken.code, 1);
  EXPECT_THAT(taken.err, HasSubstr("cat.png exists already"));
  EXPECT_EQ(Draw({"a cat", "-o", "many.png", "-n", "2", "--seed", "5"}).code, 0);
  EXPECT_TRUE(fs::exists(folder_ / "many-5.png") && fs::exists(folder_ / "many-6.png"));
  const Outcome piped = Draw({"a <cat> & \"dog\"", "--seed", "3", "-o", "-"});
  EXPECT_EQ(piped.out, base::ReadFile(folder_ / "cat.png"));
}

TEST_F(CliTest, ARepeatedAnswerKeepsItsRecordAndTellsWhatDiffers) {
  ASSERT_EQ(Draw({"a red car", "--seed", "5", "--precision", "float32", "-o", "a"}).code, 0);
  const std::string picture = "a/red-car-5.png", bytes = base::ReadFile(folder_ / picture);
  EXPECT_THAT(Run({"info", picture}).out, HasSubstr("Made with: float32 on "));
  base::WriteFileAtomically(folder_ / "my.toml", "steps = 3\nseed = 99\nprecision = \"bfloat16\"\ncheck = false\n");
  const Outcome again = Run({"generate", "--from", picture, "-o", "b"},
                            {.environment = {{"DIPTYCH_CONFIG", "my.toml"}, {"DIPTYCH_SEED", "7"}}});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, Not(HasSubstr("Warning")));
  EXPECT_EQ(base::ReadFile(folder_ / "b/red-car-5.png"), bytes);
  // The same record as another processor would have written it, with another plan.
  base::PngFile file = base::ReadPng(folder_ / picture);
  for (base::PngText& text : file.texts) {
    if (text.keyword != "diptych") continue;
    auto record = nlohmann::ordered_json::parse(text.text);
    record["processor"] = "abacus";
    record["model"] = "other";
    record["plan"] = "hour: noon\ncar: one, red";
    text.text = record.dump();
  }
  base::WritePng(folder_ / "foreign.png", file.picture, file.texts);
  const Outcome foreign = Draw({"generate", "--from", "foreign.png", "-o", "c", "--json"});
  ASSERT_EQ(foreign.code, 0) << foreign.err;
  EXPECT_THAT(foreign.out, HasSubstr("made with float32 products on abacus"));
  EXPECT_THAT(foreign.out, HasSubstr("made by the model other"));
  EXPECT_EQ(nlohmann::json::parse(base::ReadFile(folder_ / "c/red-car-5.json"))["plan"], "hour: noon\ncar: one, red");
  EXPECT_THAT(Draw({"generate", "--from", "foreign.png", "--seed", "6", "-o", "d"}).err, Not(HasSubstr("is followed")));
}

TEST_F(CliTest, ACutTextIsToldOf) {
  const Outcome outcome = Draw({"a purple cat", "--seed", "1", "--max-tokens", "5"});
  EXPECT_THAT(outcome.err, HasSubstr("cut at --max-tokens 5"));
  EXPECT_NE(base::ReadFile(folder_ / "diptych-out/purple-cat-1.txt").front(), ' ');
  EXPECT_THAT(Draw({"a purple cat", "--seed", "2"}).err, Not(HasSubstr("cut at")));
  EXPECT_THAT(Run({"plan", "a purple cat", "--seed", "1", "--max-tokens", "5"}).err,
              HasSubstr("plan was cut at --max-tokens 5"));
  EXPECT_THAT(Run({"plan", "a purple cat", "--seed", "1"}).err, Not(HasSubstr("cut at")));
}

// What a terminal shows: carriage returns and control sequences aside, no line is longer than it is wide.
std::vector<std::string> LinesShown(const std::string& seen) {
  std::vector<std::string> lines(1);
  for (size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] == '\x1b') {
      while (i < seen.size() && !std::isalpha(static_cast<unsigned char>(seen[i]))) ++i;
      if (i < seen.size() && seen[i] == 'J') lines.emplace_back();
    } else if (seen[i] == '\n' || seen[i] == '\r') {
      lines.emplace_back();
    } else {
      lines.back() += seen[i];
    }
  }
  return lines;
}

TEST_F(CliTest, TheNarrativeIsWrappedBetweenWords) {
  const std::string seen =
      RunOnTerminal({"a red car at noon", "--seed", "5", "--no-check", "-o", "out"}, {.columns = 30});
  const std::string narrative = base::ReadFile(folder_ / "out/red-car-at-noon-5.txt");
  std::string shown;
  for (const std::string& line : LinesShown(seen)) {
    if (line.find("Seed:") != std::string::npos || line.find("Beside") != std::string::npos ||
        line.find("out/") != std::string::npos)
      continue;
    EXPECT_LE(text::CellsOf(line), 30) << line;
    if (!line.empty()) shown += line + " ";
  }
  EXPECT_THAT(shown, HasSubstr(narrative.substr(0, narrative.size() - 1)));
}

TEST_F(CliTest, AResizedTerminalIsDrawnToItsNewWidth) {
  const std::string seen = RunOnTerminal({"a red car", "--seed", "5", "--steps", "60", "--no-check", "-q"}, {});
  EXPECT_THAT(seen, Not(HasSubstr("picture [")));
  const std::string resized = RunOnTerminal({"a red car", "--seed", "6", "--steps", "60", "--no-check"},
                                            {.columns = 80, .mark = "it/s", .later = 20});
  const size_t at = resized.find("<resized>");
  ASSERT_NE(at, std::string::npos) << resized;
  // What was on its way when the terminal changed may still be of the old width.
  const std::string wiped = "\x1b[J";
  const size_t redrawn = resized.find(wiped, resized.find(wiped, at) + 1);
  ASSERT_NE(redrawn, std::string::npos);
  const size_t end = resized.find("out/red-car");
  for (const std::string& line : LinesShown(resized.substr(redrawn, end - redrawn)))
    EXPECT_LE(text::CellsOf(line), 20) << line;
}

TEST_F(CliTest, UnknownWordsAreNamed) {
  const Outcome outcome = Draw({"a panda playing the trombone", "--seed", "1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("not understood: 'trombone';"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("'panda'")));
}

TEST_F(CliTest, StrictRefusesWhatIsNotUnderstood) {
  const Outcome outcome = Draw({"a jeep at a glacier", "--seed", "1", "--strict"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("not understood: glacier"), HasSubstr("jeep (nearest: car)")));
  EXPECT_THAT(FilesIn("diptych-out"), IsEmpty());
  EXPECT_EQ(Draw({"a red car", "--seed", "1", "--strict"}).code, 0);
}

TEST_F(CliTest, WhatTheModelHasNotLearnedIsWarnedOf) {
  const Outcome outcome = Draw({"a red car", "--seed", "1", "--size", "64", "--guidance", "12"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("width is 64, this model has learned 128."),
                                 HasSubstr("guidance is 12, this model has learned 1 to 4.")));
  const auto json = nlohmann::json::parse(base::ReadFile(folder_ / "diptych-out/red-car-1.json"));
  EXPECT_EQ(json["options"]["width"], 64);
}

TEST_F(CliTest, PlansThatLeaveThingsOpenAreCompletedAndOthersRefused) {
  const Outcome drawn = Run({"generate", "--plan", "-", "--seed", "1"}, {.input = "cat: two, red\n"});
  ASSERT_EQ(drawn.code, 0) << drawn.err;
  const auto json = nlohmann::json::parse(base::ReadFile(folder_ / "diptych-out/cat-1.json"));
  EXPECT_THAT(json["plan"].get<std::string>(), AllOf(HasSubstr("horizon "), HasSubstr("cat: two, red, ")));
  for (const auto& [plan, message] :
       std::vector<std::pair<std::string, std::string>>{{"zzz: one\n", "\"zzz: one\""},
                                                        {"hour: night\nhour: noon\n", "twice, in \"hour: noon\""},
                                                        {"cat: forty\n", "\"forty\" is not known"}}) {
    const Outcome refused = Run({"generate", "--plan", "-"}, {.input = plan});
    EXPECT_EQ(refused.code, 1) << plan;
    EXPECT_THAT(refused.err, HasSubstr(message));
  }
}

TEST_F(CliTest, TheNarrativeKeepsToItsLanguage) {
  for (const auto& [prompt, language, said] : std::vector<std::array<std::string, 3>>{
           {"красный дом", "en", "en"}, {"🙂", "en", "en"}, {"красный дом", "zh", "zh"}, {"a red car", "zh", "zh"}}) {
    const Outcome outcome = Draw({prompt, "--seed", "2", "--lang", language, "--json"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const std::string last = outcome.out.substr(outcome.out.rfind('\n', outcome.out.size() - 2) + 1);
    const auto json = nlohmann::json::parse(last);
    EXPECT_EQ(json["language"], said) << prompt;
    EXPECT_EQ(text::LanguageWritten(json["narrative"].get<std::string>()),
              said == "zh" ? text::Language::kChinese : text::Language::kEnglish);
    EXPECT_EQ(json.contains("unknown_words"), prompt != "a red car") << prompt;
  }
}

TEST_F(CliTest, RepairIsToldAndCanBeSwitchedOff) {
  const std::vector<std::string> asked = {"two red cars and a green house on a beach at sunset", "--seed", "1",
                                          "--steps", "2"};
  std::vector<std::string> without = asked;
  without.insert(without.end(), {"--no-repair", "-o", "without"});
  EXPECT_THAT(Run(without).out, Not(HasSubstr("Repair:")));
  const Outcome repaired = Run(asked);  // two steps draw little of it
  ASSERT_EQ(repaired.code, 0) << repaired.err;
  EXPECT_THAT(repaired.out, HasSubstr("Repair:    "));
  const std::string stem = "two-red-cars-and-a-green-house-on-a-beach-at-sunset-1";
  const auto json = nlohmann::json::parse(base::ReadFile(folder_ / "diptych-out" / (stem + ".json")));
  const auto plain = nlohmann::json::parse(base::ReadFile(folder_ / "without" / (stem + ".json")));
  EXPECT_FALSE(json["repair"].empty());
  EXPECT_FALSE(plain.contains("repair"));
  EXPECT_LE(json["report"]["failed"].size(), plain["report"]["failed"].size());
}

TEST_F(CliTest, TheEnvironmentGivesFlags) {
  EXPECT_THAT(FirstLine(Draw({"a tree"}, {.environment = {{"DIPTYCH_SEED", "11"}}}).out), HasSubstr("tree-11.png"));
  base::WriteFileAtomically(folder_ / "my.toml", "seed = 12\n");
  EXPECT_THAT(FirstLine(Draw({"a tree", "--config", "my.toml"}).out), HasSubstr("tree-12.png"));
}

TEST_F(CliTest, ListsWhatTheModelCanDraw) {
  const Outcome words = Run({"words"});
  EXPECT_EQ(words.code, 0) << words.err;
  EXPECT_THAT(words.out, HasSubstr("things: "));
  EXPECT_THAT(words.out, HasSubstr("bus 公共汽车"));
  EXPECT_THAT(words.out, HasSubstr("\nhour: dawn, noon, sunset, starry night, night\n"));
  const auto json = nlohmann::json::parse(Run({"words", "--json"}).out);
  EXPECT_EQ(json["kinds"].size(), 44U);
  EXPECT_EQ(Run({"words", "trees"}).code, 2);
}

TEST_F(CliTest, PlansAgainWhatTheFirstPlanLacks) {
  // The model has never seen 弹奏 and 落日余晖.
  const Outcome plan = Run({"plan", "一只熊猫在落日余晖下弹奏尤克里里", "--seed", "1"});
  ASSERT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("hour: sunset\n"));
  EXPECT_THAT(plan.out, HasSubstr("playing ukulele"));
  // With or without the check the answer is the same.
  ASSERT_EQ(Draw({"一只熊猫弹奏尤克里里", "--seed", "1", "-o", "a"}).code, 0);
  ASSERT_EQ(Run({"一只熊猫弹奏尤克里里", "--seed", "1", "-o", "b", "--steps", "2", "--no-repair"}).code, 0);
  EXPECT_EQ(base::ReadPng(folder_ / "a/一只熊猫弹奏尤克里里-1.png").picture.rgb,
            base::ReadPng(folder_ / "b/一只熊猫弹奏尤克里里-1.png").picture.rgb);
}

TEST_F(CliTest, NearThingsAndDenialsAreTold) {
  const Outcome near = Run({"a jeep, no cats", "--seed", "1", "--steps", "2"});
  EXPECT_EQ(near.code, 0) << near.err;
  EXPECT_THAT(near.out, HasSubstr("Not known: jeep, drawn as: car\n"));
  EXPECT_THAT(near.out, HasSubstr("  no cat  (prompt)\n"));
}

TEST_F(CliTest, DoctorAndInfoReadTheModel) {
  const Outcome doctor = Run({"doctor"});
  EXPECT_EQ(doctor.code, 0) << doctor.out;
  EXPECT_THAT(doctor.out, HasSubstr("ok model"));
  EXPECT_THAT(Run({"info"}).out, HasSubstr("parameters: "));
  EXPECT_THAT(Run({"info"}).out, HasSubstr("number_types: "));
  EXPECT_EQ(Run({"doctor", "--model", "nowhere"}).code, 1);
}

TEST_F(CliTest, NothingSteersTheTerminal) {
  base::WritePng(folder_ / "x.png", base::Image{1, 1, {0, 0, 0}},
                 {{"Title", "a\x1b[31m\u009b31m\u202e"}, {"Title", "b"}});
  const Outcome info = Run({"info", "x.png"});
  EXPECT_THAT(info.out, Not(AnyOf(HasSubstr("\x1b"), HasSubstr("\u009b"), HasSubstr("\u202e"))));
  const auto json = nlohmann::json::parse(Run({"info", "x.png", "--json"}).out);
  EXPECT_EQ(json["texts"]["Title"][1], "b");
  EXPECT_THAT(Run({"check", "x.png", "\x1b[31mred"}).out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(Run({"info", "\x1b[31m\u202e"}).err, Not(AnyOf(HasSubstr("\x1b"), HasSubstr("\u202e"))));
}

TEST_F(CliTest, DoctorSeesTheEnvironment) {
  const Outcome doctor = Run({"doctor"}, {.environment = {{"DIPTYCH_SEED", "abc"}, {"DIPTYCH_TYPO", "1"}}});
  EXPECT_EQ(doctor.code, 1);
  EXPECT_THAT(doctor.out, HasSubstr("!! settings"));
  EXPECT_THAT(doctor.out, HasSubstr("$DIPTYCH_SEED: "));
  EXPECT_THAT(doctor.out, HasSubstr("DIPTYCH_TYPO"));
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
      {{"a tree", "--size", "100x128"}, 2, "multiples of 16"},
      {{"a tree", "--size", "8192"}, 2, "at most 65536 tokens, 4096 x 4096 pixels"},
      {{"help"}, 2, "diptych --help"},
      {{"decribe", "x.png"}, 2, "diptych describe x.png"},
      {{"text.png"}, 2, "diptych describe text.png"},
      {{"a tree", "--sed", "3"}, 2, "Did you mean --seed?"},
      {{"a tree", "--seed", ""}, 2, "no whole number from 0 to 18446744073709551615"},
      {{"generate"}, 1, "the prompt is empty"},
      {{"a tree", "-o", "new.png", "--format", "webp"}, 2, "contradicts"},
      {{"a tree", "-o", "-", "--json"}, 2, "standard output"},
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
  EXPECT_THAT(outcome.err, HasSubstr("no UTF-8"));
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
  EXPECT_EQ(Run({"doctor"}, {.stdout_file = "/dev/full"}).code, 1);
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
  EXPECT_THAT(outcome.err, HasSubstr("Stopping...\n"));
  EXPECT_THAT(outcome.err, HasSubstr("Stopped."));
}

// As a shell says it of a program that the signal ended. A hang-up that nohup has it ignore is ignored.
TEST_F(CliTest, TheExitCodeTellsWhichSignalStopped) {
  const std::vector<std::string> words = {"a purple house at sunset", "--steps", "1000"};
  EXPECT_EQ(Run(words, {.interrupt_at = "picture...", .signal = SIGTERM}).code, 128 + SIGTERM);
  EXPECT_EQ(Run(words, {.interrupt_at = "picture...", .signal = SIGHUP}).code, 128 + SIGHUP);
  EXPECT_THAT(FilesIn("diptych-out"), testing::IsEmpty());
  const Outcome outcome = Run({"a purple house at sunset", "--seed", "1"},
                              {.interrupt_at = "picture...", .signal = SIGHUP, .ignores_hangup = true});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST_F(CliTest, ConvertsAModelAndAnswersWithTheCopy) {
  const Outcome converted = Run({"convert", kModel.string(), "copy", "--type", "q8_0", "-t", "1"});
  ASSERT_EQ(converted.code, 0) << converted.err;
  EXPECT_THAT(converted.out, HasSubstr("Q8_0"));
  EXPECT_EQ(FilesIn("copy"), (std::vector<std::string>{"README.md", "SHA256SUMS", "calibration.json", "config.json",
                                                       "generation_config.json", "lexicon.tsv", "model.gguf",
                                                       "tokenizer.json", "tokenizer_config.json", "vocabulary.txt"}));
  EXPECT_LT(fs::file_size(folder_ / "copy/model.gguf"), fs::file_size(kModel / "model.safetensors"));
  EXPECT_THAT(Run({"model", "info", "copy"}).out, HasSubstr("Q8_0"));
  const Outcome verified = Run({"model", "verify", "copy"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("ok numbers: all finite"));
  EXPECT_THAT(verified.out, HasSubstr("ok hashes: 4 files as they were written"));
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
