#include "cli/run_look.h"

#include <cstdio>
#include <functional>

#include "base/error.h"
#include "cli/events.h"
#include "cli/interrupt.h"
#include "cli/open_model.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/text_input.h"
#include "coherence/check.h"
#include "record/report.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

// The user's words as valid text, for "-" those of standard input. Error when there are none.
std::string TextOf(const Flags& flags, std::string_view what) {
  const std::string text = flags.text == "-" ? CleanText(ReadInput("-"), InputName("-")) : flags.text;
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw base::Error("text", "the " + std::string(what) + " is empty.");
  return text::RepairUtf8(text);
}

// Opens the model, lets `say` answer from a look at the pictures, and prints what it said.
int SayFromLook(
    const Flags& flags, const std::vector<std::string>& paths, std::string_view stage,
    const std::function<std::string(const OpenedModel&, engine::PictureLook&, const engine::Listener&)>& say) {
  std::vector<base::Image> pictures;
  for (const std::string& path : paths) pictures.push_back(ReadPictureInput(path).picture);
  Progress progress(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  progress.Start(stage);
  engine::PictureLook look(opened.model, pictures);
  const std::string text = say(opened, look, progress.MakeListener());
  progress.Finish();
  if (flags.json)
    PrintEvent("result", {{"picture", paths[0]}, {"text", text}});
  else if (!progress.streamed())
    PrintResult(FitToResults(text) + "\n");
  return kExitOk;
}

}  // namespace

int RunDescribe(const Flags& flags) {
  return SayFromLook(flags, {flags.picture}, "narrative",
                     [&](const OpenedModel&, engine::PictureLook& look, const engine::Listener& listener) {
                       return look.Describe(flags.language.value_or(text::Language::kEnglish), listener);
                     });
}

int RunAsk(const Flags& flags) {
  const std::string question = TextOf(flags, "question");
  return SayFromLook(flags, flags.pictures, "answer",
                     [&](const OpenedModel& opened, engine::PictureLook& look, const engine::Listener& listener) {
                       return look.Ask(opened.check_data.ForModel(question), listener);
                     });
}

int RunCheck(const Flags& flags) {
  const std::string text = TextOf(flags, "text");
  const base::PictureFile file = ReadPictureInput(flags.picture);
  Progress progress(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  WarnOfUnknownWords(opened, text, progress);
  progress.Start("checking");
  const coherence::Report report =
      coherence::CheckText(opened.model, opened.check_data, file.picture, text, {.cancelled = Interrupted});
  progress.Finish();
  if (flags.json)
    PrintEvent("result", record::JsonObject{{"picture", flags.picture}}.Add("report", record::ReportJson(report)));
  else
    PrintRaw(record::ReportText(report, {.colour = DescribeTerminal(stdout).colours != Colours::kNone}));
  return report.failed().empty() ? kExitOk : kExitClaimFailed;
}

}  // namespace diptych::cli
