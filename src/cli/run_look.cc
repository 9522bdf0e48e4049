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
#include "coherence/foreign.h"
#include "coherence/question.h"
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

record::ReportStyle Style() { return {.colour = DescribeTerminal(stdout).colours != Colours::kNone}; }

// Warns where a picture is none that the model knows. Returns whether it is one.
bool WarnOfForeign(const OpenedModel& opened, engine::PictureLook& look, const base::Image& picture,
                   Progress& progress) {
  const bool foreign = coherence::IsForeign(opened.model, opened.check_data, look, picture, Interrupted);
  if (foreign) progress.Warn(std::string(coherence::kForeignWarning));
  return foreign;
}

// The pictures that a command looks at, and what it reads them with.
struct Looking {
  const Flags& flags;
  const OpenedModel& opened;
  engine::PictureLook& look;
  const engine::Listener& listener;
  Progress& progress;
  const base::Image& picture;  // the first
  bool foreign = false;
};

// Opens the model and the pictures, and lets `say` print what it finds in them.
int FromLook(const Flags& flags, const std::vector<std::string>& paths, std::string_view stage,
             const std::function<void(const Looking&)>& say) {
  std::vector<base::Image> pictures;
  for (const std::string& path : paths) pictures.push_back(ReadPictureInput(path).picture);
  Progress progress(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  progress.Start(stage);
  engine::PictureLook look(opened.model, pictures);
  const engine::Listener listener = progress.MakeListener();
  const bool foreign = pictures.size() == 1 && WarnOfForeign(opened, look, pictures[0], progress);
  say({flags, opened, look, listener, progress, pictures[0], foreign});
  return kExitOk;
}

// A narrative of the picture, and what the check finds of it.
void Describe(const Looking& at) {
  const std::string text = at.look.Describe(at.flags.language.value_or(text::Language::kEnglish), at.listener);
  coherence::Report report;
  const bool checks = at.flags.check && !coherence::SplitSentences(text).empty();
  if (checks) {
    at.progress.Start("checking");
    report = coherence::CheckText(at.opened.model, at.opened.check_data, at.picture, text, {.cancelled = Interrupted});
    report.not_understood.clear();  // of its own words
  }
  at.progress.Finish();
  if (at.flags.json) {
    record::JsonObject json = {{"picture", at.flags.picture}, {"text", text}, {"foreign", at.foreign}};
    if (checks) json.Add("report", record::ReportJson(report));
    PrintEvent("result", json);
    return;
  }
  if (!at.progress.streamed()) PrintResult(FitToResults(text) + "\n");
  if (checks) PrintRaw("\n" + record::ReportText(report, Style()));
}

// An answer is printed when it has stood the check, not as it is written.
engine::Listener Quiet() {
  engine::Listener listener;
  listener.cancelled = Interrupted;
  return listener;
}

void Ask(const Looking& at, const std::string& question) {
  // The check judges one picture; a question about several gets the model's own answer.
  const coherence::Reply reply =
      at.flags.pictures.size() > 1
          ? coherence::Reply{.text = at.look.Ask(at.opened.check_data.ForModel(question), at.listener)}
          : coherence::ReplyTo(question, at.opened.check_data, at.look, Quiet());
  at.progress.Finish();
  if (!reply.not_understood.empty()) WarnOfWords(reply.not_understood, at.progress, "the answer cannot be known");
  if (at.flags.json)
    PrintEvent("result", std::move(record::JsonObject{
                             {"picture", at.flags.pictures[0]}, {"text", reply.text}, {"foreign", at.foreign}}
                                       .Add("known", reply.known)
                                       .Add("guess", reply.guess)
                                       .Add("absent", reply.absent)
                                       .Add("not_understood", reply.not_understood)));
  else if (!at.progress.streamed())
    PrintResult(FitToResults(reply.text) + "\n");
  if (!reply.known && !reply.guess.empty()) at.progress.Warn("what it would guess: " + reply.guess);
}

}  // namespace

int RunDescribe(const Flags& flags) { return FromLook(flags, {flags.picture}, "narrative", Describe); }

int RunAsk(const Flags& flags) {
  const std::string question = TextOf(flags, "question");
  return FromLook(flags, flags.pictures, "answer", [&](const Looking& at) { Ask(at, question); });
}

int RunCheck(const Flags& flags) {
  const std::string text = TextOf(flags, "text");
  const base::PictureFile file = ReadPictureInput(flags.picture);
  Progress progress(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  WarnOfUnknownWords(opened, text, progress, "what they say is not checked");
  progress.Start("checking");
  engine::PictureLook look(opened.model, file.picture);
  const bool foreign = WarnOfForeign(opened, look, file.picture, progress);
  const coherence::Report report =
      coherence::CheckText(opened.model, opened.check_data, file.picture, text, {.cancelled = Interrupted});
  progress.Finish();
  if (flags.json)
    PrintEvent("result", record::JsonObject{{"picture", flags.picture}, {"foreign", foreign}}.Add(
                             "report", record::ReportJson(report)));
  else
    PrintRaw(record::ReportText(report, Style()));
  return report.failed().empty() ? kExitOk : kExitClaimFailed;
}

}  // namespace diptych::cli
