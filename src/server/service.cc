#include "server/service.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "record/json_object.h"

namespace diptych::server {
namespace {

using Clock = std::chrono::steady_clock;

// Why work was cancelled, where it was not its client.
ErrorContent CancelledError(const Service& service, bool timed_out, const ErrorContent& usual) {
  if (service.cancelling)
    return {.status = 503,
            .message = "the server is stopping.",
            .type = "server_error",
            .code = "stopping",
            .retry_after_s = 5};
  if (timed_out)
    return {.status = 503,
            .message = "the work took more than " + std::to_string(service.limits.work_s) + " s.",
            .type = "server_error",
            .code = "work_timeout"};
  return usual;
}

// Runs the work and reports its end.
void RunWork(Service& service, const WorkCall& call) {
  const Clock::time_point start = Clock::now(), end = start + std::chrono::seconds(service.limits.work_s);
  WorkListener base;
  base.cancelled = [&] { return call.abandoned() || service.cancelling || Clock::now() >= end; };
  Failure failure{.error = {}, .kind = "done", .detail = {}};
  try {
    if (base.cancelled()) throw base::Cancelled();
    call.run(base);
  } catch (...) {
    failure = CurrentFailure();
    if (failure.kind == "cancelled") failure.error = CancelledError(service, Clock::now() >= end, failure.error);
    call.failed(failure.error);
  }
  service.metrics.CountWork(call.task, failure.kind);
  record::JsonObject line = {{"request_id", call.request_id},
                             {"task", call.task},
                             {"outcome", failure.kind},
                             {"seconds", std::chrono::duration<double>(Clock::now() - start).count()}};
  if (failure.kind != "done") line.Add("message", failure.error.message);
  if (!failure.detail.empty()) line.Add("detail", failure.detail);
  service.log.Line(failure.kind == "internal" || failure.kind == "memory" ? "error" : "info", "work", line);
}

// Seconds until a place is likely free.
int RetryAfter(const Service& service) {
  const double each = service.metrics.SecondsOfAnswer(service.served.generation.steps).value_or(1);
  const WorkQueue::Sizes& sizes = service.queue.sizes();
  return std::clamp(static_cast<int>(std::ceil(each * sizes.waiting / std::max(1, sizes.workers) / 2)), 1, 60);
}

}  // namespace

void QueueWork(Service& service, WorkCall call, uint64_t* number) {
  const std::string task = call.task;
  const auto shared = std::make_shared<WorkCall>(std::move(call));
  const auto outcome = service.queue.Push(
      {.run = [&service, shared] { RunWork(service, *shared); }, .abandoned = [shared] { return shared->abandoned(); }},
      number);
  if (outcome == WorkQueue::Outcome::kTaken) return;
  service.metrics.CountWork(task, "overload");
  if (outcome == WorkQueue::Outcome::kFull)
    throw ApiError({.status = 429,
                    .message = "the queue is full, " + std::to_string(service.queue.sizes().waiting) +
                               " requests wait already; try again later.",
                    .type = "rate_limit_error",
                    .code = "queue_full",
                    .retry_after_s = RetryAfter(service)});
  throw ApiError({.status = 503,
                  .message = "the server is stopping.",
                  .type = "server_error",
                  .code = "stopping",
                  .retry_after_s = 5});
}

void QueueReply(Service& service, std::string_view task, const HttpRequest& request, std::shared_ptr<Reply> reply,
                std::function<void(const WorkListener& base)> run) {
  const auto failed = [reply](const ErrorContent& error) {
    if (!reply->begun()) {
      reply->Send(ErrorResponse(error));
      return;
    }
    reply->Write(ServerSentEvent("error", ErrorJson(error)));
    reply->End();
  };
  QueueWork(service, {.task = std::string(task),
                      .request_id = request.id,
                      .abandoned = [reply] { return reply->closed(); },
                      .run = std::move(run),
                      .failed = failed});
}

Drawing DrawCounted(Service& service, const DrawOrder& order, int number, const WorkListener& listener) {
  Drawing drawing = Draw(service.served, order, number, listener);
  service.metrics.CountAnswer(drawing.record);
  return drawing;
}

}  // namespace diptych::server
