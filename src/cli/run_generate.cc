#include "cli/run_generate.h"

#include <chrono>
#include <cstdio>
#include <random>

#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/png.h"
#include "cli/events.h"
#include "cli/interrupt.h"
#include "cli/open_model.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "coherence/report.h"
#include "plan/plan.h"
#include "record/answer_files.h"
#include "record/answer_record.h"
#include "record/picture_metadata.h"
#include "record/report.h"
#include "text/tokenizer.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

// What is wanted before the model is known: its options are filled in later.
struct Wish {
  engine::GenerateRequest request;
  bool has_options = false;             // the request's options come from a picture's metadata
  std::vector<std::string> adapters{};  // that the metadata names
};

struct Finished {
  record::AnswerRecord record;
  record::AnswerFiles files{};
};

// 32 bits, so that a seed can be typed again.
uint64_t DrawSeed() { return std::random_device()(); }

Wish WishOfPicture(const std::string& path) {
  const base::PngFile file = base::ReadPng(path);
  const std::string* stored = base::FindText(file, record::kRecordKey);
  if (stored == nullptr) {
    throw base::Error("metadata", path + " holds no settings of diptych.",
                      "only pictures stored with --metadata full can be repeated.");
  }
  const record::AnswerRecord record = record::ParseRecord(*stored, "the record of " + path);
  return {.request = record::RequestToRepeat(record), .has_options = true, .adapters = record.adapters};
}

void SetPlan(const Flags& flags, engine::GenerateRequest& request) {
  const plan::Plan plan = plan::ParsePlan(base::ReadFile(flags.plan_file));
  if (plan.lines.empty())
    throw base::Error("plan", flags.plan_file + " holds no plan.", "`diptych plan \"a prompt\"` writes one.");
  request.plan = plan::WritePlan(plan);
  if (request.prompt.empty()) request.prompt = PromptOfPlan(*request.plan);
}

Wish WishOf(const Flags& flags) {
  Wish wish;
  engine::GenerateRequest& request = wish.request;
  if (!flags.from_file.empty()) wish = WishOfPicture(flags.from_file);
  if (!flags.prompt.empty()) request.prompt = text::RepairUtf8(flags.prompt);
  if (!flags.plan_file.empty()) SetPlan(flags, request);
  if (request.prompt.find_first_not_of(" \t\r\n") == std::string::npos) {
    throw base::Error("prompt", "the prompt is empty.",
                      "say what to draw: diptych \"a blue bus driving under a starry night\"");
  }
  if (flags.language)
    request.language = *flags.language;
  else if (!wish.has_options)
    request.language = text::LanguageOf(request.prompt);
  const bool keeps_seed = wish.has_options && !flags.seed_given;
  if (!keeps_seed) request.seed = flags.seed < 0 ? DrawSeed() : static_cast<uint64_t>(flags.seed);
  return wish;
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string Seconds(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f s", value);
  return text;
}

void WarnOfEnding(const engine::Answer& answer, const model::GenerationConfig& options, Progress& progress) {
  if (answer.ending == engine::Ending::kPictureLimit)
    progress.Warn("the model began another picture; at most " + std::to_string(options.max_pictures) +
                  " were asked for (--pictures), and the answer ends there.");
  if (answer.ending == engine::Ending::kPositionLimit)
    progress.Warn("the model began another picture, for which its context has no room; the answer ends there.");
  if (answer.picture.width == 0) progress.Warn("the model wrote a text and drew nothing.");
}

Finished MakeAnswer(const Flags& flags, const OpenedModel& opened, const engine::GenerateRequest& request,
                    Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  progress.Start("reading the prompt");
  const engine::Answer answer = engine::Generate(opened.model, request, progress.MakeListener());
  record::AnswerRecord record = record::RecordOf(request, answer);
  record.model = opened.name;
  record.version = Version();
  record.adapters = opened.adapters;
  record::AnswerCost cost{.timings = answer.timings};
  if (flags.check) {
    progress.Start("checking");
    const auto check_start = std::chrono::steady_clock::now();
    record.report =
        coherence::CheckAnswer(opened.model, request, answer, {.boxes = flags.boxes, .cancelled = Interrupted});
    cost.check_s = SecondsSince(check_start);
  }
  if (Interrupted()) throw base::Cancelled();
  cost.total_s = SecondsSince(start);
  cost.peak_memory = base::PeakMemory();
  record.cost = cost;
  record::AnswerFiles files = record::WriteAnswer(flags.folder, record::FileStem(request.prompt), request.seed,
                                                  record::ContentOf(record, answer, flags.metadata));
  progress.Finish();
  WarnOfEnding(answer, request.options, progress);
  return {std::move(record), std::move(files)};
}

std::string CostLine(const record::AnswerRecord& record) {
  const record::AnswerCost& cost = record.cost.value();
  const engine::Timings& t = cost.timings;
  std::string line = "Seed: " + std::to_string(record.request.seed) + "  Time: " + Seconds(cost.total_s) + " (prompt " +
                     Seconds(t.prompt_s) + ", plan " + Seconds(t.plan_s) + ", picture " + Seconds(t.picture_s) +
                     ", narrative " + Seconds(t.narrative_s);
  if (record.report) line += ", check " + Seconds(cost.check_s);
  return line + ")  Peak memory: " + std::to_string(cost.peak_memory >> 20) + " MB\n";
}

void PrintAnswer(const Finished& finished, bool streamed) {
  std::string text;
  if (streamed) text += "\n";
  for (const std::filesystem::path& picture : finished.files.pictures) text += picture.string() + "\n";
  if (!streamed) text += "\n" + finished.record.narrative + "\n";
  text += "\n";
  if (finished.record.report) {
    text += record::ReportText(*finished.record.report, {.colour = DescribeTerminal(stdout).colours != Colours::kNone});
  }
  if (finished.files.pictures.size() == 1)
    text += "Beside the picture: the narrative (.txt) and the report (.json).\n";
  else
    text += finished.files.narrative.string() + ": the text\n" + finished.files.json.string() + ": the report\n";
  text += CostLine(finished.record);
  PrintResult(text);
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

void WarnOfAdapters(const std::vector<std::string>& adapters, Progress& progress) {
  std::string names;
  for (const std::string& adapter : adapters) names += (names.empty() ? "" : ", ") + adapter;
  progress.Warn("the picture was made with " + (names.empty() ? "no adapters" : "the adapters " + names) +
                ", now there are others (--adapter); the answer will differ.");
}

// As many answers as the flags ask for.
int Answers(const Flags& flags, const OpenedModel& opened, const engine::GenerateRequest& wish, Progress& progress) {
  WarnOfUnknownWords(opened, wish.prompt, progress);
  for (int i = 0; i < flags.count; ++i) {
    engine::GenerateRequest request = wish;
    request.seed += static_cast<uint64_t>(i);
    const Finished finished = MakeAnswer(flags, opened, request, progress);
    if (flags.json)
      PrintAnswerEvent(finished);
    else
      PrintAnswer(finished, progress.streamed());
  }
  return kExitOk;
}

}  // namespace

std::string PromptOfPlan(std::string_view plan) {
  std::string prompt;
  for (const plan::PlanLine& line : plan::ParsePlan(plan).lines) {
    std::string words;
    for (const plan::Fact& fact : plan::FactsOf(plan::Plan{{line}}))
      words += (words.empty() || fact.value.empty() ? "" : " ") + fact.value;
    // Of the setting the values say all; elsewhere the key is the subject.
    if (line.key != "hour" && line.key != "ground") words += (words.empty() ? "" : " ") + line.key;
    if (!words.empty()) prompt += (prompt.empty() ? "" : ", ") + words;
  }
  return prompt;
}

int RunGenerate(const Flags& flags) {
  Progress progress(flags);
  Wish wish = WishOf(flags);
  record::PrepareFolder(flags.folder);
  const OpenedModel opened = OpenModel(flags, progress);
  wish.request.options =
      model::WithOptions(wish.has_options ? wish.request.options : opened.model.generation(), flags.options);
  if (wish.has_options && wish.adapters != opened.adapters) WarnOfAdapters(wish.adapters, progress);
  return Answers(flags, opened, wish.request, progress);
}

int RunEdit(const Flags& flags) {
  Progress progress(flags);
  Wish wish = WishOf(flags);
  for (const std::string& path : flags.pictures) wish.request.pictures.push_back(base::ReadPng(path).picture);
  record::PrepareFolder(flags.folder);
  const OpenedModel opened = OpenModel(flags, progress);
  engine::RequireSkill(opened.model, model::Skill::kEdit);
  const model::GenerationConfig options =
      engine::WithSizeOf(opened.model, wish.request.pictures.at(0), opened.model.generation());
  wish.request.options = model::WithOptions(options, flags.options);
  return Answers(flags, opened, wish.request, progress);
}

int RunPlan(const Flags& flags) {
  Progress progress(flags);
  Wish wish = WishOf(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  wish.request.options = model::WithOptions(opened.model.generation(), flags.options);
  WarnOfUnknownWords(opened, wish.request.prompt, progress);
  progress.Start("plan");
  const std::string plan = engine::MakePlan(opened.model, wish.request, progress.MakeListener());
  progress.Finish();
  if (flags.json)
    PrintEvent("result", {{"prompt", wish.request.prompt}, {"seed", wish.request.seed}, {"plan", plan}});
  else
    PrintResult(plan + "\n");
  return kExitOk;
}

}  // namespace diptych::cli
