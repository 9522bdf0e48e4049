// /api/jobs: all that the model does, as jobs whose course is told.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <utility>

#include "base/base64.h"
#include "record/picture_metadata.h"
#include "record/report.h"
#include "server/answer_json.h"
#include "server/endpoints.h"
#include "server/gallery_api.h"
#include "server/input.h"

namespace diptych::server {
namespace {

using record::JsonObject;
using Clock = std::chrono::steady_clock;

// Between two previews of one job.
constexpr auto kPreviewPause = std::chrono::milliseconds(60);

struct JobOrder {
  std::string task;
  std::optional<DrawOrder> draw{};
  std::optional<LookOrder> look{};
  std::optional<RepairOrder> repair{};
  bool save = false;  // in the gallery; of a repair where an attempt was kept
};

std::shared_ptr<Job> FindJob(const Service& service, const std::string& id) {
  std::shared_ptr<Job> job = service.jobs.Find(id);
  if (!job)
    throw ApiError(
        {.status = 404, .message = "there is no job of this id; it may be forgotten.", .code = "no_such_job"});
  return job;
}

// The answer that is to be repaired: that of a job, or a picture that is sent along with its record or holds it.
GivenAnswer ReadAnswer(const Input& input, const Service& service) {
  if (const auto id = input.fields.Text("job", service.limits.prompt_bytes)) {
    const std::shared_ptr<Job> job = FindJob(service, *id);
    const std::string file = job->picture(1).bytes;
    if (file.empty()) RefuseField("job", "the job has no finished picture.");
    return {.record = job->progress().result, .picture = ReadPictureBytes(file, "job", service.limits)};
  }
  base::PictureFile file = ReadPictureFile(input, service.limits);
  std::optional<std::string> record = input.fields.Text("record", service.limits.body_bytes);
  if (const auto object = input.json ? input.top().Find("record") : std::nullopt; object && object->IsObject())
    record = object->Line();
  if (!record) record = record::StoredRecord(file);
  if (!record) RefuseField("record", "the picture's file holds no record, and there is none beside it.");
  return {.record = std::move(*record), .picture = std::move(file.picture)};
}

bool ReadSave(const Fields& fields, const record::PictureStyle& style, const Service& service) {
  const bool save = fields.Switch("save").value_or(false);
  if (save) CheckGalleryTakes(service, style);
  return save;
}

JobOrder ReadJobOrder(const Input& input, const Service& service) {
  const Fields& fields = input.fields;
  const Limits& limits = service.limits;
  JobOrder order{
      .task = fields.Word("task", {"draw", "edit", "plan", "repair", "describe", "ask", "check"}).value_or("draw")};
  if (order.task == "repair") {
    order.repair = ReadRepairOrder(fields, ReadAnswer(input, service), service.order_context());
    order.save = ReadSave(fields, order.repair->style, service);
    return order;
  }
  std::vector<base::PictureFile> pictures = ReadPictures(input, limits);
  const auto text = [&](const char* name) { return fields.Text(name, limits.prompt_bytes).value_or(""); };
  if (order.task == "draw" || order.task == "edit" || order.task == "plan") {
    if (order.task == "edit" && pictures.empty()) RefuseField("image", "an edit needs a picture.");
    if (order.task != "edit" && !pictures.empty()) RefuseField("image", "only an edit and a look take pictures.");
    order.draw = ReadDrawOrder(fields, text("prompt"), std::move(pictures), service.order_context());
    if (order.draw->count > 1) RefuseField("n", "a job gives one answer.");
    order.save = ReadSave(fields, order.draw->style, service);
    return order;
  }
  const LookOrder::Task task = order.task == "describe" ? LookOrder::Task::kDescribe
                               : order.task == "ask"    ? LookOrder::Task::kAsk
                                                        : LookOrder::Task::kCheck;
  std::string words = task == LookOrder::Task::kAsk ? text("question") : text("text");
  order.look = ReadLookOrder(task, fields, ImagesOf(std::move(pictures)), std::move(words), service.order_context());
  return order;
}

// Passes a preview on where the last one is old enough.
class PreviewPacer {
 public:
  std::string FileOf(const base::Image& preview, bool is_last) {
    const Clock::time_point now = Clock::now();
    if (now - shown_ < kPreviewPause && !is_last) return {};
    shown_ = now;
    return PreviewFile(preview);
  }

 private:
  Clock::time_point shown_{};
};

// {"action", "failed", "kept"}: "kept" is null while the attempt goes on.
JsonObject AttemptJson(const coherence::RepairStep& step) {
  return std::move(record::RepairStepJson(step).Add("kept", nullptr));
}

coherence::RepairListener JobRepairListener(const std::shared_ptr<Job>& job) {
  struct State {
    coherence::RepairStep attempt;
    PreviewPacer pacer;
  };
  const auto state = std::make_shared<State>();
  coherence::RepairListener listener;
  listener.on_begin = [job, state](const coherence::RepairStep& step) {
    state->attempt = step;
    job->AddEvent("repair", AttemptJson(step));
  };
  listener.on_step = [job, state](int step, int steps, const base::Image& preview) {
    JsonObject json = AttemptJson(state->attempt);
    json.Add("step", step).Add("steps", steps);
    job->AddPassing("repair", std::move(json), state->pacer.FileOf(preview, step == steps));
  };
  listener.on_end = [job](const coherence::RepairStep& step, const coherence::RepairedAnswer& now) {
    JsonObject json = record::RepairStepJson(step);
    json.Add("plan", now.answer.plan).Add("narrative", now.answer.narrative);
    job->AddEvent("repair", json.Add("report", record::ReportJson(now.report)));
  };
  return listener;
}

// What the work of a job tells goes to its events.
WorkListener JobListener(Service& service, const std::shared_ptr<Job>& job, int steps, WorkListener listener) {
  listener.on_stage = [&service, job, steps](std::string_view stage) {
    job->EnterStage(stage, steps, service.metrics.SecondsLeft({.stage = stage, .steps = steps}));
  };
  listener.on_plan = [job](std::string_view text) { job->AddPlan(text); };
  listener.on_narrative = [job](std::string_view text) { job->AddNarrative(text); };
  listener.on_warning = [job](std::string_view message) { job->AddEvent("warning", {{"message", message}}); };
  listener.on_claim = [job](const coherence::CheckedClaim& claim) { job->AddEvent("claim", record::ClaimJson(claim)); };
  listener.on_prompt = [job](const PromptReading& reading) { job->AddEvent("prompt", PromptJson(reading)); };
  listener.on_report = [job](const coherence::Report& report) {
    job->AddEvent("report", record::ReportSummaryJson(report));
  };
  listener.on_repair = JobRepairListener(job);
  listener.on_step = [&service, job, pacer = PreviewPacer()](int step, int total, const base::Image& preview) mutable {
    job->AddStep({.step = step,
                  .steps = total,
                  .preview = pacer.FileOf(preview, step == total),
                  .eta_s = service.metrics.SecondsLeft({.stage = "picture", .step = step, .steps = total})});
  };
  return listener;
}

std::string PicturePath(const Job& job, size_t number) {
  return "/api/jobs/" + job.id() + "/pictures/" + std::to_string(number);
}

// The record with cost, warnings, and where the pictures are.
Job::Result DrawResult(const Job& job, base::PictureFormat format, Drawing drawing,
                       const std::vector<std::string>& warnings) {
  Job::Result result{.json = record::RecordJsonWithCost(drawing.record),
                     .pictures = std::move(drawing.content.pictures),
                     .media_type = MediaTypeOf(format)};
  std::vector<std::string> paths;
  for (size_t i = 1; i <= result.pictures.size(); ++i) paths.push_back(PicturePath(job, i));
  result.json.Add("pictures", paths).Add("warnings", warnings);
  return result;
}

// Whether there is another answer than the one that was given to be repaired.
bool IsNewAnswer(const JobOrder& order, const record::AnswerRecord& made) {
  if (!order.repair) return true;
  const auto earlier = static_cast<std::ptrdiff_t>(order.repair->record.repair.size());
  return std::any_of(made.repair.begin() + earlier, made.repair.end(),
                     [](const coherence::RepairStep& attempt) { return attempt.kept; });
}

void RunJob(Service& service, const std::shared_ptr<Job>& job, const JobOrder& order, const WorkListener& base) {
  const int steps = order.draw ? order.draw->request.options.steps : 0;
  WorkListener listener = JobListener(service, job, steps, base);
  if (order.look) {
    job->Finish({.json = LookJson(*order.look, Look(service.served, *order.look, listener))});
    return;
  }
  if (order.task == "plan") {
    JsonObject json = {{"plan", WritePlan(service.served, *order.draw, listener)}};
    job->Finish({.json = std::move(json.Add("seed", order.draw->request.seed))});
    return;
  }
  std::vector<std::string> warnings;
  listener.on_warning = [&warnings, tell = listener.on_warning](std::string_view message) {
    warnings.emplace_back(message);
    tell(message);
  };
  Drawing drawing =
      order.repair ? Repair(service.served, *order.repair, listener) : DrawCounted(service, *order.draw, 0, listener);
  const record::PictureStyle& style = order.repair ? order.repair->style : order.draw->style;
  const bool keeps = order.save && IsNewAnswer(order, drawing.record);
  Job::Result result = DrawResult(*job, style.format, std::move(drawing), warnings);
  if (keeps) KeepInGallery(service, result.pictures, &result.json);
  job->Finish(std::move(result));
}

std::shared_ptr<Job> FindJob(const Call& call) { return FindJob(call.service, call.parts.at(0)); }

JsonObject JobJson(const Service& service, const Job& job) {
  const Job::Progress p = job.progress();
  const int position = p.status == JobStatus::kQueued ? service.queue.PositionOf(p.queue_number) : 0;
  JsonObject json = {{"id", job.id()},
                     {"task", job.task()},
                     {"status", NameOf(p.status)},
                     {"position", position},
                     {"stage", nullptr},
                     {"step", p.step},
                     {"steps", p.steps},
                     {"elapsed_s", p.elapsed_s},
                     {"eta_s", nullptr},
                     {"plan", p.plan},
                     {"narrative", p.narrative},
                     {"preview", nullptr},
                     {"events", "/api/jobs/" + job.id() + "/events"},
                     {"result", nullptr},
                     {"error", nullptr}};
  if (!p.stage.empty()) json.Add("stage", p.stage);
  if (p.has_preview) json.Add("preview", "/api/jobs/" + job.id() + "/preview");
  if (p.status == JobStatus::kRunning) {
    const int step = p.stage == "picture" ? p.step : 0;
    const auto left =
        service.metrics.SecondsLeft({.stage = p.stage, .step = step, .steps = p.steps, .in_stage_s = p.in_stage_s});
    if (left) json.Add("eta_s", *left);
  }
  if (!p.result.empty()) json.Add("result", JsonObject::Parse(p.result, "the result"));
  if (!p.error.empty()) json.AddAll(JsonObject::Parse(p.error, "the error"));
  return json;
}

void SendPicture(const Call& call, std::string_view type, std::string bytes) {
  if (bytes.empty())
    throw ApiError({.status = 404, .message = "there is no such picture, or not yet.", .code = "no_such_picture"});
  call.reply->Send({.content_type = std::string(type), .body = std::move(bytes)});
}

}  // namespace

void AnswerNewJob(const Call& call) {
  Service& service = call.service;
  const Input input = ReadInput(call);
  const auto order = std::make_shared<const JobOrder>(ReadJobOrder(input, service));
  const std::shared_ptr<Job> job = service.jobs.Create(order->task, input.fields.Switch("keep").value_or(false));
  job->AddEvent("queued", {{"ahead", service.queue.waiting() + service.queue.running()}});
  uint64_t number = 0;
  try {
    QueueWork(service,
              {.task = "job." + order->task,
               .request_id = call.request.id,
               .abandoned = [job] { return job->cancelled(); },
               .run = [&service, job, order](const WorkListener& base) { RunJob(service, job, *order, base); },
               .failed = [job](const ErrorContent& error) { job->Fail(error); }},
              &number);
  } catch (const ApiError&) {
    service.jobs.Remove(job->id());
    throw;
  }
  job->SetQueueNumber(number);
  call.reply->Send(
      {.status = 202, .headers = {{"location", "/api/jobs/" + job->id()}}, .body = JobJson(service, *job).Line()});
}

void AnswerJobs(const Call& call) {
  std::vector<JsonObject> list;
  for (const std::shared_ptr<Job>& job : call.service.jobs.All())
    list.push_back({{"id", job->id()}, {"task", job->task()}, {"status", NameOf(job->progress().status)}});
  call.reply->Send({.body = JsonObject().Add("jobs", list).Line()});
}

void AnswerJob(const Call& call) { call.reply->Send({.body = JobJson(call.service, *FindJob(call)).Line()}); }

void AnswerJobEvents(const Call& call) {
  const std::shared_ptr<Job> job = FindJob(call);
  // A browser that lost its connection says what it has heard last.
  std::string_view last = call.request.Header("last-event-id");
  if (last.empty()) last = call.request.Query("after");
  uint64_t after = 0;
  std::from_chars(last.data(), last.data() + last.size(), after);
  job->Listen(call.reply, after);
}

void AnswerJobPreview(const Call& call) { SendPicture(call, "image/png", FindJob(call)->preview()); }

void AnswerJobPicture(const Call& call) {
  const std::shared_ptr<Job> job = FindJob(call);
  const std::string& text = call.parts.at(1);
  size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  Job::PictureFile file = job->picture(number);
  SendPicture(call, file.media_type, std::move(file.bytes));
}

void AnswerJobEnd(const Call& call) {
  const std::shared_ptr<Job> job = FindJob(call);
  if (job->Cancel()) {
    call.reply->Send({.body = JobJson(call.service, *job).Line()});
    return;
  }
  // One that has ended is forgotten.
  const std::string json = JobJson(call.service, *job).Line();
  call.service.jobs.Remove(job->id());
  call.reply->Send({.body = json});
}

}  // namespace diptych::server
