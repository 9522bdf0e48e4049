#include "cli/verb_table.h"

#include <algorithm>
#include <filesystem>

#include "base/picture_file.h"
#include "cli/guesses.h"

namespace diptych::cli {
namespace {

using Words = std::vector<std::string>;

std::string Joined(const Words& words, size_t from) {
  std::string text;
  for (size_t i = from; i < words.size(); ++i) text += (i == from ? "" : " ") + words[i];
  return text;
}

void RefuseFurther(const Words& words, size_t taken) {
  if (words.size() > taken) throw UsageError("\"" + words[taken] + "\" is one word too many.");
}

void Require(const Words& words, size_t count, std::string_view name) {
  if (words.size() < count) throw UsageError(std::string(name) + " is required");
}

// Quotes may be forgotten.
void TakePrompt(const Words& words, Flags& flags) {
  flags.prompt_given = !words.empty();
  flags.prompt = Joined(words, 0);
}

void TakeOne(const Words& words, std::string_view name, Flags& flags, std::string Flags::*member) {
  Require(words, 1, name);
  RefuseFurther(words, 1);
  flags.*member = words[0];
}

void TakeAtMostOne(const Words& words, Flags& flags, std::string Flags::*member) {
  RefuseFurther(words, 1);
  if (!words.empty()) flags.*member = words[0];
}

bool IsPictureName(const std::string& word) {
  std::error_code failed;
  return word == "-" || base::FormatOfName(word) || std::filesystem::is_regular_file(word, failed);
}

// The first word is a picture, and so are those behind it that name one, but not the last; the others are the text.
void TakePicturesAndText(const Words& words, std::string_view name, Flags& flags, std::string Flags::*member) {
  Require(words, 1, "PICTURE");
  size_t pictures = 1;
  while (pictures + 1 < words.size() && IsPictureName(words[pictures])) ++pictures;
  Require(words, pictures + 1, std::string(name) + " behind the picture");
  flags.pictures.assign(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(pictures));
  flags.*member = Joined(words, pictures);
}

void TakePictureAndText(const Words& words, Flags& flags) {
  Require(words, 1, "PICTURE");
  Require(words, 2, "TEXT behind the picture");
  flags.picture = words[0];
  flags.text = Joined(words, 1);
}

void TakeFolders(const Words& words, Flags& flags) {
  Require(words, 1, "IN");
  Require(words, 2, "OUT");
  RefuseFurther(words, 2);
  flags.source = words[0];
  flags.target = words[1];
}

void TakeAction(const Words& words, Flags& flags) {
  const Words actions = {"ls", "info", "verify"};
  Require(words, 1, "ACTION");
  RefuseFurther(words, 2);
  flags.action = words[0];
  if (words.size() > 1) flags.source = words[1];
  if (std::find(actions.begin(), actions.end(), flags.action) != actions.end()) return;
  const std::optional<std::string> meant = flags.action == "list" ? "ls" : Nearest(flags.action, actions);
  throw UsageError("\"" + flags.action + "\" is none of ls, info and verify." +
                   (meant ? " Did you mean `diptych model " + *meant + "`?" : ""));
}

const std::vector<VerbSpec> kVerbs = {
    VerbSpec{Verb::kGenerate,
             "generate",
             "Draw a picture and write its narrative (the verb may be left out)",
             {{"PROMPT", "What to draw; - or nothing reads it from standard input", false}},
             TakePrompt,
             "  diptych \"a blue bus driving under a starry night\"\n"
             "  diptych \"两只黑色的猫在雪地上\" --seed 7 -o pictures\n"
             "  diptych \"a red sailing boat at sunset\" -n 4 --steps 32\n"
             "  diptych \"a cat\" -o cat.jpg\n"
             "  diptych generate --plan plan.txt\n"
             "  echo \"a cat\" | diptych generate\n"
             "  diptych generate --from diptych-out/red-sailing-boat-at-sunset-7.png --seed 8"},
    VerbSpec{Verb::kEdit,
             "edit",
             "Draw a picture anew with one thing changed in words, and write its narrative",
             {{"PICTURE", "A PNG, JPEG or WebP, or several that the instruction speaks of; - is standard input", true},
              {"INSTRUCTION", "What to change", true}},
             [](const Words& words, Flags& flags) { TakePicturesAndText(words, "INSTRUCTION", flags, &Flags::prompt); },
             "  diptych edit bus.png \"make the bus red\"\n"
             "  diptych edit bus.png \"without the moon\"\n"
             "  diptych edit bus.png \"把公交车变成红色\""},
    VerbSpec{Verb::kDescribe,
             "describe",
             "Write a narrative of a picture",
             {{"PICTURE", "A PNG, JPEG or WebP; - is standard input", true}},
             [](const Words& words, Flags& flags) { TakeOne(words, "PICTURE", flags, &Flags::picture); },
             "  diptych describe bus.png\n  diptych describe bus.png --lang zh"},
    VerbSpec{
        Verb::kAsk,
        "ask",
        "Answer a question about a picture, or about several",
        {{"PICTURE", "A PNG, JPEG or WebP, or several; - is standard input", true}, {"QUESTION", "What to ask", true}},
        [](const Words& words, Flags& flags) { TakePicturesAndText(words, "QUESTION", flags, &Flags::text); },
        "  diptych ask bus.png \"What colour is the bus?\"\n"
        "  diptych ask first.png second.png \"What is different in the second picture?\""},
    VerbSpec{Verb::kCheck,
             "check",
             "Check each sentence of a text against a picture; exit code 3 when one fails",
             {{"PICTURE", "A PNG, JPEG or WebP; - is standard input", true},
              {"TEXT", "One or more sentences; - reads them from standard input", true}},
             TakePictureAndText,
             "  diptych check bus.png \"The bus is blue. It is night.\""},
    VerbSpec{Verb::kPlan,
             "plan",
             "Write only the plan, to read, change and draw with --plan",
             {{"PROMPT", "What to plan; - or nothing reads it from standard input", false}},
             TakePrompt,
             "  diptych plan \"a blue bus\" > plan.txt\n  diptych generate --plan plan.txt"},
    VerbSpec{Verb::kServe,
             "serve",
             "Answer over HTTP: the page, and what clients of OpenAI's API ask (docs/server.md)",
             {},
             [](const Words& words, Flags&) { RefuseFurther(words, 0); },
             "  diptych serve\n"
             "  diptych serve --port 9000 --queue 100\n"
             "  diptych serve --host 0.0.0.0 --api-key-file keys.txt"},
    VerbSpec{Verb::kInfo,
             "info",
             "Show how a picture was made, or what a model is; loads no model",
             {{"PATH", "A picture or a model folder (default: the default model); - is standard input", false}},
             [](const Words& words, Flags& flags) { TakeAtMostOne(words, flags, &Flags::picture); },
             "  diptych info diptych-out/blue-bus-42.png\n  diptych info models/default"},
    VerbSpec{Verb::kWords,
             "words",
             "List what the model can draw, in English and Chinese; loads no model",
             {},
             [](const Words& words, Flags&) { RefuseFurther(words, 0); },
             "  diptych words"},
    VerbSpec{Verb::kDoctor,
             "doctor",
             "Report CPU, threads, memory, model and settings, and what is wrong",
             {},
             [](const Words& words, Flags&) { RefuseFurther(words, 0); },
             "  diptych doctor"},
    VerbSpec{Verb::kConvert,
             "convert",
             "Write a model folder with its weights in another number type, in little memory",
             {{"IN", "A model folder", true}, {"OUT", "The new folder; it must not exist", true}},
             TakeFolders,
             "  diptych convert SenseNova-U1-8B u1-q4 --type q4_k\n"
             "  diptych convert SenseNova-U1-8B u1-fast --adapter 8-step.safetensors"},
    VerbSpec{Verb::kModel,
             "model",
             "List the models (ls), show what one is (info), or check every byte of it (verify)",
             {{"ACTION", "ls, info or verify", true},
              {"FOLDER", "A model folder, or a name under models/ (default: the default model)", false}},
             TakeAction,
             "  diptych model ls\n  diptych model verify u1-q4"},
};

}  // namespace

const std::vector<VerbSpec>& AllVerbs() { return kVerbs; }

const VerbSpec* FindVerb(std::string_view name) {
  const auto found =
      std::find_if(kVerbs.begin(), kVerbs.end(), [&](const VerbSpec& spec) { return name == spec.name; });
  return found == kVerbs.end() ? nullptr : &*found;
}

const VerbSpec& SpecOf(Verb verb) {
  return *std::find_if(kVerbs.begin(), kVerbs.end(), [&](const VerbSpec& spec) { return spec.verb == verb; });
}

}  // namespace diptych::cli
