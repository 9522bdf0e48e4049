#include "cli/run_generate.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <random>

#include "base/error.h"
#include "base/memory.h"
#include "cli/events.h"
#include "cli/interrupt.h"
#include "cli/model_folder.h"
#include "cli/open_model.h"
#include "cli/output.h"
#include "cli/plan_file.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/text_input.h"
#include "coherence/answer.h"
#include "coherence/given_plan.h"
#include "coherence/plan_completion.h"
#include "coherence/plan_edit.h"
#include "coherence/plan_repair.h"
#include "coherence/skills.h"
#include "model/config.h"
#include "record/answer_files.h"
#include "record/answer_record.h"
#include "record/editable_answer.h"
#include "record/ending_warnings.h"
#include "record/picture_metadata.h"
#include "record/report.h"
#include "text/printable.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

// What the flags ask for; the model's default options are filled in once it is loaded.
struct Wish {
  engine::GenerateRequest request;
  std::optional<record::AnswerRecord> repeated{};  // of the picture behind --from; the request's options are its own
  bool prompt_given = true;                        // false: only a plan was given, and the prompt was made of it
};

struct Finished {
  record::AnswerRecord record;
  record::AnswerFiles files{};
};

// 32 bits, so that a seed can be typed again.
uint64_t DrawSeed() { return std::random_device()(); }

bool IsBlank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

Wish WishOfPicture(const std::string& path) {
  const std::optional<std::string> stored = record::StoredRecord(ReadPictureInput(path));
  if (!stored) {
    throw base::Error("metadata", InputName(path) + " holds no settings of diptych.",
                      "only pictures stored with --metadata full can be repeated.");
  }
  record::AnswerRecord record = record::ParseRecord(*stored, "the record of " + InputName(path));
  Wish wish{.request = record::RequestToRepeat(record), .prompt_given = record.prompt_given};
  wish.repeated = std::move(record);
  return wish;
}

// The prompt of the command line or of standard input; nothing when there is none.
std::optional<std::string> PromptOf(const Flags& flags) {
  const bool unasked = !flags.prompt_given && flags.plan_file.empty() && flags.from_file.empty();
  if (flags.prompt == "-" || (unasked && flags.verb != Verb::kEdit && StandardInputIsPiped()))
    return text::RepairUtf8(CleanText(ReadInput("-"), InputName("-")));
  if (!flags.prompt.empty()) return text::RepairUtf8(flags.prompt);
  return std::nullopt;
}

// Takes the plan from its file. The prompt is the one given, else the repeated picture's, else the file's.
void SetPlan(const Flags& flags, Wish& wish) {
  const PlanFile file = ReadPlanFile(flags.plan_file);
  engine::GenerateRequest& request = wish.request;
  request.plan = file.plan;
  if (request.prompt.empty()) request.prompt = file.prompt;
  if (!request.prompt.empty()) return;
  request.prompt = PromptOfPlan(file.plan);
  wish.prompt_given = false;
}

Wish WishOf(const Flags& flags) {
  Wish wish = flags.from_file.empty() ? Wish{} : WishOfPicture(flags.from_file);
  engine::GenerateRequest& request = wish.request;
  if (const std::optional<std::string> prompt = PromptOf(flags)) {
    request.prompt = *prompt;
    wish.prompt_given = true;
  }
  if (!flags.plan_file.empty()) SetPlan(flags, wish);
  if (IsBlank(request.prompt)) {
    throw base::Error("prompt", "the prompt is empty.",
                      "say what to draw: diptych \"a blue bus driving under a starry night\"");
  }
  if (flags.language)
    request.language = *flags.language;
  else if (!wish.repeated)
    request.language = text::LanguageOf(request.prompt);
  const bool keeps_seed = wish.repeated && !flags.seed_given;
  if (!keeps_seed) request.seed = flags.seed ? *flags.seed : DrawSeed();
  return wish;
}

// A size that was asked for, before the weights are loaded. UsageError names the sizes that this model draws.
void CheckSizeAsked(const Flags& flags) {
  if (!flags.options.contains("width")) return;
  const std::filesystem::path folder = FindModelFolder(flags.model);
  try {
    engine::CheckSize(model::LoadConfig(folder),
                      model::WithOptions(model::LoadGenerationConfig(folder), flags.options));
  } catch (const base::Error& error) {
    const std::string_view message(error.what());
    throw UsageError("--size: " + std::string(message.substr(message.find("] ") + 2)));
  }
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string Seconds(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f s", value);
  return text;
}

// The stem of the files' names: the prompt's; where only a plan was given, the things in it.
std::string StemOf(const Wish& wish) {
  const std::string subjects = wish.prompt_given || !wish.request.plan ? "" : SubjectsOfPlan(*wish.request.plan);
  return record::FileStem(subjects.empty() ? wish.request.prompt : subjects);
}

// All that makes one answer.
struct Work {
  const Flags& flags;
  const OpenedModel& opened;
  const Output& output;
  Progress& progress;
};

// One line of what was made again; empty when nothing was.
std::string RepairLine(const std::vector<coherence::RepairStep>& steps) {
  std::string text;
  for (const coherence::RepairStep& step : steps) {
    text += (text.empty() ? "Repair:    " : "; ") + std::string(coherence::NameOf(step.action));
    for (const std::string& claim : step.failed)
      text += (&claim == &step.failed.front() ? " for " : ", ") + text::Printable(claim);
    text += step.kept ? " (kept)" : " (dropped)";
  }
  return text.empty() ? text : text + "\n";
}

Finished MakeAnswer(const Work& work, const Wish& wish) {
  const auto start = std::chrono::steady_clock::now();
  const engine::GenerateRequest& request = wish.request;
  work.progress.Start("reading the prompt");
  const coherence::CheckedAnswer made = coherence::MakeAnswer(
      work.opened.model, work.opened.check_data,
      {.request = request, .prompt_given = wish.prompt_given, .check = work.flags.check, .boxes = work.flags.boxes},
      work.progress.MakeListener(request.options.steps),
      [&work](std::string_view stage) { work.progress.Start(stage); });
  const engine::Answer& answer = made.answer;
  record::AnswerRecord record = record::RecordOf(request, answer);
  record.model = work.opened.name;
  record.version = Version();
  record.adapters = work.opened.adapters;
  record.precision = work.opened.precision;
  record.processor = work.opened.processor;
  record.prompt_given = wish.prompt_given;
  if (wish.prompt_given) record.unknown_words = work.opened.check_data.UnknownWords(request.prompt);
  record.repair = made.repair;
  record.report = made.report;
  record::AnswerCost cost{.timings = answer.timings, .check_s = made.check_s, .repair_s = made.repair_s};
  if (Interrupted()) throw base::Cancelled();
  cost.total_s = SecondsSince(start);
  cost.peak_memory = base::PeakMemory();
  record.cost = cost;
  const record::AnswerContent content = record::ContentOf(record, answer, work.output.style);
  record::AnswerFiles files = Store(work.output, StemOf(wish), request.seed, content);
  work.progress.Finish();
  for (const std::string& warning : record::EndingWarnings(answer, request.options, record::OptionNaming::kFlags))
    work.progress.Warn(warning);
  if (!content.keeps_record)
    work.progress.Warn("a JPEG has no room for the record of this answer; the report (.json) beside it has it.");
  return {std::move(record), std::move(files)};
}

std::string CostLine(const record::AnswerRecord& record) {
  const record::AnswerCost& cost = record.cost.value();
  const engine::Timings& t = cost.timings;
  std::string line = "Seed: " + std::to_string(record.request.seed) + "  Time: " + Seconds(cost.total_s) + " (prompt " +
                     Seconds(t.prompt_s) + ", plan " + Seconds(t.plan_s) + ", picture " + Seconds(t.picture_s) +
                     ", narrative " + Seconds(t.narrative_s);
  if (record.report) line += ", check " + Seconds(cost.check_s);
  if (cost.repair_s > 0) line += ", repair " + Seconds(cost.repair_s);
  return line + ")  Peak memory: " + std::to_string(cost.peak_memory >> 20) + " MB\n";
}

void PrintAnswer(const Finished& finished, bool streamed) {
  std::string text;
  if (streamed) text += "\n";
  for (const std::filesystem::path& picture : finished.files.pictures) text += text::Printable(picture.string()) + "\n";
  // What was streamed may have been made again.
  const auto retold = [](const coherence::RepairStep& step) {
    return step.kept && step.action != coherence::RepairAction::kReplan;
  };
  const auto& repair = finished.record.repair;
  if (!streamed || std::any_of(repair.begin(), repair.end(), retold))
    text += "\n" + FitToResults(text::Printable(finished.record.narrative)) + "\n";
  text += "\n";
  if (finished.record.report) {
    text += record::ReportText(*finished.record.report, {.colour = DescribeTerminal(stdout).colours != Colours::kNone});
  }
  text += RepairLine(finished.record.repair);
  if (finished.files.pictures.size() == 1)
    text += "Beside the picture: the narrative (.txt) and the report (.json).\n";
  else
    text += text::Printable(finished.files.narrative.string() + ": the text\n" + finished.files.json.string() +
                            ": the report\n");
  text += CostLine(finished.record);
  PrintRaw(text);
}

void PrintAnswerEvent(const Finished& finished) {
  std::vector<std::string> pictures;
  for (const std::filesystem::path& picture : finished.files.pictures) pictures.push_back(picture.string());
  record::JsonObject json = record::RecordJsonWithCost(finished.record);
  json.Add("picture", nullptr).Add("pictures", pictures);
  if (!pictures.empty()) json.Add("picture", pictures[0]);
  json.Add("narrative_file", finished.files.narrative.string()).Add("report_file", finished.files.json.string());
  PrintEvent("result", json);
}

// Warns of each difference to the recorded answer that may change the repeated one.
void WarnOfDifferences(const record::AnswerRecord& record, const OpenedModel& opened, Progress& progress) {
  if (record.model != opened.name)
    progress.Warn("the picture was made by the model " + record.model + ", this one is " + opened.name +
                  " (--model); the answer will differ.");
  if (record.adapters == opened.adapters) return;
  std::string names;
  for (const std::string& adapter : record.adapters) names += (names.empty() ? "" : ", ") + adapter;
  progress.Warn("the picture was made with " + (names.empty() ? "no adapters" : "the adapters " + names) +
                ", now there are others (--adapter); the answer will differ.");
}

// Whether the flags leave all as it was that a plan depends on.
bool KeepsPlan(const Flags& flags) {
  for (const auto& [name, value] : flags.options)
    if (model::FindOption(name)->steers == model::Steers::kWriting) return false;
  return !flags.prompt_given && !flags.seed_given && flags.plan_file.empty();
}

// Where low bits differ, another plan may be written: the stored one is followed instead.
void FollowStoredPlan(const Flags& flags, const OpenedModel& opened, Wish& wish, Progress& progress) {
  const record::AnswerRecord& record = *wish.repeated;
  if (record.precision == opened.precision && record.processor == opened.processor) return;
  const auto named = [](const std::string& precision, const std::string& processor) {
    return precision + " products on " + processor;
  };
  const bool known = !record.precision.empty() && !record.processor.empty();
  std::string message = known ? "the picture was made with " + named(record.precision, record.processor)
                              : "the picture does not say on which kind of processor it was made";
  message += ", this is " + named(opened.precision, opened.processor) + "; ";
  if (!wish.request.plan && !record.plan.empty() && KeepsPlan(flags)) {
    wish.request.plan = record.plan;
    message += "its plan is followed, and ";
  }
  progress.Warn(message + "the answer may differ a little.");
}

// The number format of the repeated answer, unless a flag names one or this processor has none of the kind.
engine::Precision PrecisionOf(const Flags& flags, const Wish& wish) {
  if (!wish.repeated || flags.precision != engine::Precision::kAuto) return flags.precision;
  return wish.repeated->precision == "float32" ? engine::Precision::kFloat32 : engine::Precision::kAuto;
}

void WarnOfPrompt(const Flags& flags, const OpenedModel& opened, const Wish& wish, Progress& progress) {
  if (text::RepairUtf8(flags.prompt) != flags.prompt)
    progress.Warn("the prompt holds bytes that are no UTF-8; each run of them is read as one unknown character.");
  for (const std::string& sentence : model::UnlearnedOptions(wish.request.options))
    progress.Warn(sentence + " The picture and the text may come out torn.");
  if (!wish.prompt_given) return;
  if (flags.strict) coherence::RequireUnderstood(wish.request.prompt, opened.check_data);
  WarnOfUnknownWords(opened, wish.request.prompt, progress, "the picture will not show what they say");
}

// The model's options with those that the flags change.
model::GenerationConfig OptionsOf(const Flags& flags, const OpenedModel& opened, model::GenerationConfig options) {
  options.learned = opened.model.generation().learned;
  options = model::WithOptions(std::move(options), flags.options);
  // A repeated answer is repaired as it was, whether the report is wanted or not.
  if (!flags.repair || (!flags.check && flags.from_file.empty())) options.repairs = 0;
  return options;
}

// As many answers as the flags ask for.
int Answers(const Work& work, const Wish& wish) {
  WarnOfPrompt(work.flags, work.opened, wish, work.progress);
  for (int i = 0; i < work.flags.count; ++i) {
    Wish next = wish;
    next.request.seed += static_cast<uint64_t>(i);
    if (!work.flags.plan_file.empty())
      next.request.plan = coherence::CompletePlan(work.opened.model, work.opened.check_data, next.request, Interrupted);
    const Finished finished = MakeAnswer(work, next);
    if (work.flags.json)
      PrintAnswerEvent(finished);
    else if (!work.output.to_stdout)
      PrintAnswer(finished, work.progress.streamed());
  }
  return kExitOk;
}

// The answer that the edit's picture holds, or is read as, with what the flags ask for.
coherence::EditableAnswer AnswerToEdit(const Work& work, const base::PictureFile& file, const Wish& wish) {
  const engine::Model& model = work.opened.model;
  coherence::EditableAnswer answer;
  if (const std::optional<std::string> stored = record::StoredRecord(file)) {
    const std::string name = InputName(work.flags.pictures.at(0));
    const record::AnswerRecord record = record::ParseRecord(*stored, "the record of " + name);
    answer = record::EditableOf(record);
    WarnOfDifferences(record, work.opened, work.progress);
    if (work.flags.seed_given) answer.request.seed = wish.request.seed;
  } else {
    answer.request.seed = wish.request.seed;
    answer.request.options = engine::WithSizeOf(model, file.picture, model.generation());
    answer.request.options.repairs = 0;
  }
  answer.request.language = wish.request.language;
  answer.request.options = OptionsOf(work.flags, work.opened, answer.request.options);
  if (!answer.plan.empty()) return answer;
  return coherence::ReadEditable(model, work.opened.check_data, file.picture, std::move(answer.request), Interrupted);
}

// Makes a wish, whose prompt says what to change, one for the picture's answer with that change in its plan.
void ChangePlan(const Work& work, const base::PictureFile& file, Wish& wish) {
  work.progress.Start("reading the change");
  const coherence::EditableAnswer answer = AnswerToEdit(work, file, wish);
  coherence::AnswerEdit edit =
      coherence::EditAnswer(work.opened.model, work.opened.check_data, answer, wish.request.prompt, Interrupted);
  if (work.flags.strict) coherence::RequireUnderstood(edit.unknown, edit.near);
  WarnOfWords(edit.unknown, work.progress, "the picture will not show what they say");
  for (const coherence::NearThing& thing : edit.near)
    work.progress.Warn("not known: " + thing.words + ", drawn as: " + thing.kind + ".");
  if (!edit.warning.empty()) work.progress.Warn(edit.warning);
  wish.request = std::move(edit.request);
}

}  // namespace

int RunGenerate(const Flags& flags) {
  Progress progress(flags);
  Wish wish = WishOf(flags);
  const Output output = PrepareOutput(flags);
  CheckSizeAsked(flags);
  Flags to_open = flags;
  to_open.precision = PrecisionOf(flags, wish);
  const OpenedModel opened = OpenModel(to_open, progress);
  if (!flags.plan_file.empty()) {
    coherence::CheckGivenPlan(*wish.request.plan, opened.check_data, InputName(flags.plan_file));
    for (const std::string& odd : coherence::OddLines(*wish.request.plan)) progress.Warn(odd);
  }
  wish.request.options = OptionsOf(flags, opened, wish.repeated ? wish.request.options : opened.model.generation());
  if (wish.repeated) {
    WarnOfDifferences(*wish.repeated, opened, progress);
    FollowStoredPlan(flags, opened, wish, progress);
  }
  return Answers({flags, opened, output, progress}, wish);
}

int RunEdit(const Flags& flags) {
  Progress progress(flags);
  Wish wish = WishOf(flags);
  std::vector<base::PictureFile> files;
  for (const std::string& path : flags.pictures) files.push_back(ReadPictureInput(path));
  const Output output = PrepareOutput(flags);
  CheckSizeAsked(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  const Work work{flags, opened, output, progress};
  if (files.size() == 1 && coherence::EditsByPlan(opened.model.generation(), opened.check_data)) {
    ChangePlan(work, files[0], wish);
    return Answers(work, wish);
  }
  engine::RequireSkill(opened.model, model::Skill::kEdit);
  for (base::PictureFile& file : files) wish.request.pictures.push_back(std::move(file.picture));
  const model::GenerationConfig options =
      engine::WithSizeOf(opened.model, wish.request.pictures.at(0), opened.model.generation());
  wish.request.options = OptionsOf(flags, opened, options);
  return Answers(work, wish);
}

int RunPlan(const Flags& flags) {
  Progress progress(flags);
  Wish wish = WishOf(flags);
  CheckSizeAsked(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  wish.request.options = OptionsOf(flags, opened, opened.model.generation());
  WarnOfPrompt(flags, opened, wish, progress);
  progress.Start("plan");
  const engine::GenerateRequest drawn = coherence::AsDrawn(opened.model, opened.check_data, wish.request, Interrupted);
  const engine::WrittenPlan plan = engine::MakePlan(opened.model, drawn, progress.MakeListener());
  progress.Finish();
  if (plan.cut)
    progress.Warn(record::CutWarning(/*plan=*/true, /*text=*/false, drawn.options, record::OptionNaming::kFlags));
  if (flags.json)
    PrintEvent("result", {{"prompt", wish.request.prompt}, {"seed", wish.request.seed}, {"plan", plan.text}});
  else
    PrintResult(WritePlanFile({.plan = plan.text, .prompt = wish.request.prompt}) + "\n");
  return kExitOk;
}

}  // namespace diptych::cli
