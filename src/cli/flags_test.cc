#include "cli/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::cli {
namespace {

using testing::HasSubstr;

// Runs in an environment of its own: no settings file and no DIPTYCH_ variables but those that a test sets.
class FlagsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "diptych");
    setenv("XDG_CONFIG_HOME", folder_.path().c_str(), 1);
  }
  void TearDown() override {
    for (const char* name : {"XDG_CONFIG_HOME", "DIPTYCH_SEED", "DIPTYCH_CHECK", "DIPTYCH_NO_CHECK", "DIPTYCH_TOP_P",
                             "DIPTYCH_CONFIG", "DIPTYCH_SEEED", "DIPTYCH_JSON", "DIPTYCH_MODEL", "DIPTYCH_STEPS"})
      unsetenv(name);
  }
  void WriteSettings(std::string_view toml) { base::WriteFileAtomically(folder_ / "diptych/config.toml", toml); }

  const base::TemporaryFolder folder_;
};

Flags Parse(const std::vector<std::string>& arguments) { return ParseCommandLine(arguments).flags; }

std::string UsageOf(const std::vector<std::string>& arguments) {
  try {
    ParseCommandLine(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST_F(FlagsTest, APromptAloneGenerates) {
  const Flags flags = Parse({"a blue bus"});
  EXPECT_EQ(flags.verb, Verb::kGenerate);
  EXPECT_EQ(flags.prompt, "a blue bus");
  EXPECT_EQ(flags.seed, std::nullopt);
  EXPECT_THAT(flags.options, testing::IsEmpty());
  EXPECT_TRUE(flags.check);
}

TEST_F(FlagsTest, ForgottenQuotesAreForgiven) {
  EXPECT_EQ(Parse({"--seed", "3", "a", "blue", "bus"}).prompt, "a blue bus");
}

TEST_F(FlagsTest, AdaptersDoNotTakeThePrompt) {
  const Flags flags = Parse({"--adapter", "a.safetensors", "--adapter", "b.safetensors", "a blue bus"});
  EXPECT_EQ(flags.adapters, (std::vector<std::string>{"a.safetensors", "b.safetensors"}));
  EXPECT_EQ(flags.prompt, "a blue bus");
}

TEST_F(FlagsTest, ConversionTakesATypeAndAFormat) {
  const Flags flags = Parse({"convert", "in", "out", "--type", "q8_0", "--format", "gguf", "--adapter", "a"});
  EXPECT_EQ(flags.verb, Verb::kConvert);
  EXPECT_EQ(flags.source, "in");
  EXPECT_EQ(flags.target, "out");
  EXPECT_EQ(flags.type, numbers::DType::kQ8_0);
  EXPECT_EQ(flags.format, "gguf");
  EXPECT_EQ(flags.adapters.size(), 1u);
  EXPECT_THAT(UsageOf({"convert", "in", "out", "--type", "q3_k"}), HasSubstr("q3_k"));
  EXPECT_THAT(UsageOf({"describe", "x.png", "--type", "q8_0"}), HasSubstr("--type"));
}

TEST_F(FlagsTest, TheServerHasItsOwnFlags) {
  WriteSettings("[serve]\nport = 9000\ncors-origin = [\"https://a.example\", \"https://b.example\"]\n");
  const Flags flags =
      Parse({"serve", "--queue", "7", "--api-key", "first-key", "--api-key", "second-key", "--gallery", "/g"});
  EXPECT_EQ(flags.verb, Verb::kServe);
  EXPECT_EQ(flags.serve.host, "127.0.0.1");
  EXPECT_EQ(flags.serve.port, 9000);
  EXPECT_EQ(flags.serve.queue, 7);
  EXPECT_EQ(flags.serve.gallery, "/g");
  EXPECT_FALSE(flags.serve.no_gallery);
  EXPECT_TRUE(Parse({"serve", "--no-gallery"}).serve.no_gallery);
  EXPECT_EQ(flags.serve.api_keys, (std::vector<std::string>{"first-key", "second-key"}));
  EXPECT_EQ(flags.serve.cors_origins, (std::vector<std::string>{"https://a.example", "https://b.example"}));
  EXPECT_THAT(UsageOf({"serve", "--port", "65536"}), HasSubstr("0 to 65535"));
  EXPECT_THAT(UsageOf({"serve", "a", "cat"}), HasSubstr("one word too many"));
  EXPECT_NE(UsageOf({"a cat", "--port", "80"}), "");
}

TEST_F(FlagsTest, AVerbBehindFlagsIsRefused) {
  EXPECT_THAT(UsageOf({"--json", "describe", "x.png"}), HasSubstr("must come first"));
}

TEST_F(FlagsTest, ReadsEveryKindOfValue) {
  const Flags flags = Parse({"generate",   "x",
                             "--seed",     "-1",
                             "-n",         "3",
                             "--lang",     "zh",
                             "--steps",    "8",
                             "--guidance", "2.5",
                             "--size",     "192x128",
                             "--threads",  "2",
                             "-o",         "out",
                             "--metadata", "label",
                             "--no-check", "--no-preview",
                             "--json",     "--solver",
                             "heun",       "--temperature",
                             "0.5",        "--shift",
                             "2",          "--model",
                             "m"});
  EXPECT_EQ(flags.count, 3);
  EXPECT_EQ(flags.language, text::Language::kChinese);
  EXPECT_EQ(flags.folder, "out");
  EXPECT_EQ(flags.metadata, record::MetadataLevel::kLabel);
  EXPECT_FALSE(flags.check || flags.preview);
  EXPECT_TRUE(flags.json);
  const model::GenerationConfig options = model::WithOptions({}, flags.options);
  EXPECT_EQ(options.steps, 8);
  EXPECT_EQ(options.guidance, 2.5);
  EXPECT_EQ(options.solver, "heun");
  EXPECT_EQ(options.width, 192);
  EXPECT_EQ(options.height, 128);
}

TEST_F(FlagsTest, VerbsTakeTheirWords) {
  const Flags ask = Parse({"ask", "x.png", "What colour?"});
  EXPECT_EQ(ask.verb, Verb::kAsk);
  EXPECT_EQ(ask.pictures, std::vector<std::string>{"x.png"});
  EXPECT_EQ(ask.text, "What colour?");
  const Flags compare = Parse({"ask", "a.png", "--json", "b.png", "Which is red?"});
  EXPECT_EQ(compare.pictures, (std::vector<std::string>{"a.png", "b.png"}));
  EXPECT_EQ(compare.text, "Which is red?");
  const Flags edit =
      Parse({"edit", "a.png", "make it red", "--picture-guidance", "1.5", "--guidance-rescale", "global"});
  EXPECT_EQ(edit.verb, Verb::kEdit);
  EXPECT_EQ(edit.pictures, std::vector<std::string>{"a.png"});
  EXPECT_EQ(edit.prompt, "make it red");
  EXPECT_EQ(model::WithOptions({}, edit.options).picture_guidance, 1.5);
  EXPECT_EQ(model::WithOptions({}, edit.options).guidance_rescale, "global");
  EXPECT_EQ(model::WithOptions({}, Parse({"a cat's day", "--pictures", "4"}).options).max_pictures, 4);
  EXPECT_EQ(model::WithOptions({}, Parse({"a cat", "--candidates", "4"}).options).candidates, 4);
  EXPECT_THAT(UsageOf({"a cat", "--candidates", "0"}), HasSubstr("--candidates"));
  EXPECT_THAT(UsageOf({"edit", "a.png"}), HasSubstr("INSTRUCTION"));
  EXPECT_EQ(Parse({"info"}).verb, Verb::kInfo);
  EXPECT_THAT(UsageOf({"ask", "x.png"}), HasSubstr("QUESTION"));
}

TEST_F(FlagsTest, CommandLineThenEnvironmentThenFileThenDefault) {
  WriteSettings("seed = 1\ncheck = false\ntop-p = 0.5\n");
  EXPECT_EQ(Parse({"x"}).seed, 1);
  EXPECT_FALSE(Parse({"x"}).check);
  EXPECT_EQ(Parse({"x"}).options.at("top_p"), model::OptionValue(0.5));
  setenv("DIPTYCH_SEED", "2", 1);
  setenv("DIPTYCH_CHECK", "true", 1);
  setenv("DIPTYCH_TOP_P", "0.25", 1);
  EXPECT_EQ(Parse({"x"}).seed, 2);
  EXPECT_TRUE(Parse({"x"}).check);
  EXPECT_EQ(Parse({"x"}).options.at("top_p"), model::OptionValue(0.25));
  EXPECT_EQ(Parse({"x", "--seed", "3"}).seed, 3);
  EXPECT_FALSE(Parse({"x", "--no-check"}).check);
}

TEST_F(FlagsTest, BadSettingsNameWhereTheyStand) {
  setenv("DIPTYCH_SEED", "many", 1);
  EXPECT_THAT(UsageOf({"x"}), HasSubstr("$DIPTYCH_SEED"));
  unsetenv("DIPTYCH_SEED");
  WriteSettings("json = false\nseeed = 1\n");
  EXPECT_THAT(UsageOf({"x"}), testing::AllOf(HasSubstr("line 2"), HasSubstr("seeed")));
  WriteSettings("seed = \"x\"\n");
  EXPECT_THAT(UsageOf({"x"}), HasSubstr("config.toml, line 1"));
}

TEST_F(FlagsTest, SeedsAreAllOfSixtyFourBits) {
  EXPECT_EQ(Parse({"x", "--seed", "18446744073709551615"}).seed, ~uint64_t{0});
  EXPECT_EQ(Parse({"x", "--seed", "0"}).seed, 0u);
  EXPECT_EQ(Parse({"x", "--seed", "-1"}).seed, std::nullopt);
  EXPECT_TRUE(Parse({"x", "--seed", "-1"}).seed_given);
  for (const std::string bad :
       {"18446744073709551616", "99999999999999999999", "", "0x10", "1.5", "1e3", " 1", "+1", "-2"}) {
    EXPECT_THAT(UsageOf({"x", "--seed", bad}), HasSubstr("from 0 to 18446744073709551615")) << bad;
    setenv("DIPTYCH_SEED", bad.c_str(), 1);
    EXPECT_THAT(UsageOf({"x"}), HasSubstr("from 0 to 18446744073709551615")) << bad;
    unsetenv("DIPTYCH_SEED");
    WriteSettings("seed = \"" + bad + "\"\n");
    EXPECT_THAT(UsageOf({"x"}), HasSubstr("from 0 to 18446744073709551615")) << bad;
    WriteSettings("");
  }
  WriteSettings("seed = \"18446744073709551615\"\n");
  EXPECT_EQ(Parse({"x"}).seed, ~uint64_t{0});
  EXPECT_THAT(UsageOf({"x", "-n", "2"}), HasSubstr("seeds end at"));
}

TEST_F(FlagsTest, OtherNumbersAreWholeAsWell) {
  for (const std::string bad : {"", "0x2", "1.5", "2 ", "99999999999999999999"})
    EXPECT_THAT(UsageOf({"x", "-n", bad}), HasSubstr("--count")) << bad;
}

TEST_F(FlagsTest, BothSpellingsOfAKeyAreRead) {
  for (const std::string key : {"guidance_rescale", "guidance-rescale"}) {
    WriteSettings(key + " = \"global\"\n");
    EXPECT_EQ(Parse({"x"}).options.at("guidance_rescale"), model::OptionValue("global")) << key;
  }
  for (const std::string line : {"no-check = true", "no_check = true", "check = false"}) {
    WriteSettings(line + "\n");
    EXPECT_FALSE(Parse({"x"}).check) << line;
  }
  WriteSettings("");
  setenv("DIPTYCH_NO_CHECK", "1", 1);
  EXPECT_FALSE(Parse({"x"}).check);
  setenv("DIPTYCH_NO_CHECK", "0", 1);
  EXPECT_TRUE(Parse({"x"}).check);
  setenv("DIPTYCH_NO_CHECK", "maybe", 1);
  EXPECT_THAT(UsageOf({"x"}), HasSubstr("$DIPTYCH_NO_CHECK"));
}

TEST_F(FlagsTest, SettingsHaveTablesForVerbsAndLists) {
  WriteSettings("seed = 1\nadapter = [\"a\", \"b\"]\n[generate]\nseed = 2\n[plan]\nseed = 3\n");
  EXPECT_EQ(Parse({"x"}).seed, 2u);
  EXPECT_EQ(Parse({"plan", "x"}).seed, 3u);
  EXPECT_EQ(Parse({"edit", "a.png", "x"}).seed, 1u);
  EXPECT_EQ(Parse({"x"}).adapters, (std::vector<std::string>{"a", "b"}));
  WriteSettings("[genrate]\nseed = 2\n");
  EXPECT_THAT(UsageOf({"x"}), HasSubstr("genrate"));
  WriteSettings("format = \"gguf\"\n");  // convert's
  EXPECT_EQ(Parse({"x"}).picture_format, std::nullopt);
  EXPECT_EQ(Parse({"convert", "a", "b"}).format, "gguf");
}

TEST_F(FlagsTest, LanguagesMayBeLocales) {
  for (const char* name : {"zh", "zh-CN", "zh_TW.UTF-8", "ZH"})
    EXPECT_EQ(Parse({"x", "--lang", name}).language, text::Language::kChinese) << name;
  for (const char* name : {"en", "EN", "en-GB"})
    EXPECT_EQ(Parse({"x", "--lang", name}).language, text::Language::kEnglish) << name;
}

TEST_F(FlagsTest, UnknownVariablesAreNamed) {
  setenv("DIPTYCH_SEEED", "1", 1);
  EXPECT_THAT(ParseCommandLine({"x"}).warnings,
              testing::ElementsAre(testing::AllOf(HasSubstr("DIPTYCH_SEEED"), HasSubstr("DIPTYCH_SEED?"))));
  unsetenv("DIPTYCH_SEEED");
  EXPECT_THAT(ParseCommandLine({"x"}).warnings, testing::IsEmpty());
}

TEST_F(FlagsTest, AnEmptyVariableIsNoNumber) {
  setenv("DIPTYCH_MODEL", "", 1);
  EXPECT_EQ(Parse({"x"}).model, "");
  setenv("DIPTYCH_STEPS", "", 1);
  EXPECT_THAT(UsageOf({"x"}), HasSubstr("$DIPTYCH_STEPS"));
}

// What a picture's record says counts more than what stands around the command line.
TEST_F(FlagsTest, ARecordComesBeforeEnvironmentAndFile) {
  WriteSettings("steps = 2\nseed = 99\nlang = \"zh\"\nsize = 64\nprecision = \"float32\"\nthreads = 3\n");
  setenv("DIPTYCH_TOP_P", "0.5", 1);
  const Flags flags = Parse({"generate", "--from", "x.png", "--guidance", "2"});
  EXPECT_EQ(flags.seed, std::nullopt);
  EXPECT_FALSE(flags.seed_given || flags.language);
  EXPECT_THAT(flags.options, testing::SizeIs(1));
  EXPECT_EQ(flags.precision, engine::Precision::kAuto);
  EXPECT_EQ(flags.threads, 3);
  EXPECT_EQ(Parse({"x"}).seed, 99u);
}

TEST_F(FlagsTest, DoctorIsToldOfBadSurroundings) {
  setenv("DIPTYCH_SEED", "abc", 1);
  WriteSettings("steps = 0\n");
  EXPECT_EQ(Parse({"doctor"}).verb, Verb::kDoctor);
  EXPECT_THAT(ComplaintsOfSurroundings(),
              testing::UnorderedElementsAre(HasSubstr("$DIPTYCH_SEED"), HasSubstr("config.toml, line 1")));
}

TEST_F(FlagsTest, WordsComeAsTheyWereTyped) {
  EXPECT_EQ(Parse({"a", "[red,blue]", "bus"}).prompt, "a [red,blue] bus");
  EXPECT_EQ(Parse({"[x,y]"}).prompt, "[x,y]");
  EXPECT_EQ(Parse({"a red bus", "++"}).prompt, "a red bus ++");
  EXPECT_EQ(Parse({"generate", "--", "-5 degrees"}).prompt, "-5 degrees");
  EXPECT_EQ(Parse({"a", "plan", "and", "info"}).prompt, "a plan and info");
  EXPECT_EQ(Parse({"ask", "p.png", "How", "many", "[houses]?"}).text, "How many [houses]?");
  EXPECT_EQ(Parse({"check", "p.png", "It", "is", "night."}).text, "It is night.");
}

TEST_F(FlagsTest, FlagsAreSuggested) {
  EXPECT_THAT(UsageOf({"x", "--sed", "3"}), HasSubstr("Did you mean --seed?"));
  EXPECT_THAT(UsageOf({"x", "--no-chek"}), HasSubstr("Did you mean --no-check?"));
  EXPECT_THAT(UsageOf({"x", "--sed=3"}), HasSubstr("Did you mean --seed?"));
  EXPECT_THAT(UsageOf({"describe", "x.png", "--type", "q8_0"}), HasSubstr("takes no --type"));
  EXPECT_THAT(UsageOf({"model", "verfy"}), HasSubstr("model verify"));
}

TEST_F(FlagsTest, OutputIsAFolderOrAPicturesFile) {
  EXPECT_EQ(Parse({"x", "-o", "out"}).folder, "out");
  EXPECT_EQ(Parse({"x", "-o", "out"}).file, "");
  EXPECT_EQ(Parse({"x", "-o", "a/cat.JPG"}).folder, "a");
  EXPECT_EQ(Parse({"x", "-o", "a/cat.JPG"}).file, "cat.JPG");
  EXPECT_EQ(Parse({"x", "-o", "cat.webp"}).folder, ".");
  EXPECT_EQ(Parse({"x", "-o", "-"}).file, "-");
  std::filesystem::create_directory(folder_ / "old.png");
  EXPECT_EQ(Parse({"x", "-o", (folder_ / "old.png").string()}).file, "");
  EXPECT_THAT(UsageOf({"x", "-o", ""}), HasSubstr("--output"));
}

TEST_F(FlagsTest, JsonIsSeenWhereNothingElseIs) {
  EXPECT_FALSE(WantsJson({""}));
  EXPECT_TRUE(WantsJson({"", "--json"}));
  setenv("DIPTYCH_JSON", "1", 1);
  EXPECT_TRUE(WantsJson({""}));
  unsetenv("DIPTYCH_JSON");
  base::WriteFileAtomically(folder_ / "other.toml", "json = true\n");
  const std::string other = (folder_ / "other.toml").string();
  EXPECT_TRUE(WantsJson({"", "--config", other}));
  EXPECT_TRUE(WantsJson({"info", "--config=" + other}));
  EXPECT_FALSE(WantsJson({"", "--config"}));
  WriteSettings("json = true\n");
  EXPECT_TRUE(WantsJson({""}));
}

TEST_F(FlagsTest, BadValuesAreUsageErrors) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{{},
                                                                                         {"x", "--steps", "0"},
                                                                                         {"x", "--steps", "many"},
                                                                                         {"x", "--size", "12y9"},
                                                                                         {"x", "--size", "-4"},
                                                                                         {"x", "--seed", "-2"},
                                                                                         {"x", "--lang", "fr"},
                                                                                         {"x", "--nothing"},
                                                                                         {"x", "--metadata", "some"}}) {
    EXPECT_NE(UsageOf(arguments), "") << testing::PrintToString(arguments);
  }
}

TEST_F(FlagsTest, HelpAndVersionArePrinted) {
  EXPECT_THAT(*ParseCommandLine({"--version"}).print, testing::StartsWith("diptych "));
  const std::string help = *ParseCommandLine({"--help"}).print;
  for (const char* word : {"generate", "describe", "doctor", "Exit codes", "Examples"})
    EXPECT_THAT(help, HasSubstr(word));
  const std::string generate = *ParseCommandLine({"generate", "--help"}).print;
  for (const char* word : {"--seed", "--guidance", "--metadata", "Examples", "DIPTYCH_SEED"})
    EXPECT_THAT(generate, HasSubstr(word));
}

TEST_F(FlagsTest, ASizeIsOneOrTwoNumbers) {
  EXPECT_EQ(Parse({"x", "--size", "128"}).options.at("height"), model::OptionValue(int64_t{128}));
  EXPECT_EQ(Parse({"x", "--size", "64x32"}).options.at("height"), model::OptionValue(int64_t{32}));
  for (const char* bad : {"x", "0", "12x", "x12", "9999", "-1", "1x2x3", "12345678901234567890"})
    EXPECT_THAT(UsageOf({"x", "--size", bad}), HasSubstr("--size")) << bad;
}

TEST_F(FlagsTest, EveryOptionWithAFlagIsInHelp) {
  const std::string help = *ParseCommandLine({"generate", "--help"}).print;
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    if (option.flag.empty()) continue;
    EXPECT_THAT(help, HasSubstr("--" + std::string(option.flag)));
  }
}

}  // namespace
}  // namespace diptych::cli
