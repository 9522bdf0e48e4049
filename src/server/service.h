// What all endpoints share: the model, the queue, the jobs, and what is counted and logged.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gallery/gallery.h"
#include "server/access.h"
#include "server/http.h"
#include "server/jobs.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/orders.h"
#include "server/served_model.h"
#include "server/work_queue.h"

namespace diptych::server {

struct Service {
  Service(const ServedModel& model, const WorkQueue::Sizes& sizes, bool quiet)
      : served(model), log(quiet), jobs(limits), queue(sizes) {}

  OrderContext order_context() const { return {served, limits}; }

  const Limits limits{};
  const ServedModel& served;
  Log log;
  Metrics metrics;
  JobBoard jobs;
  gallery::Gallery* gallery = nullptr;  // null: none is kept
  std::atomic<bool> stopping{false};    // no further work is taken
  std::atomic<bool> cancelling{false};  // the work that runs ends within a step
  std::atomic<int> connections{0};      // that are open
  WorkQueue queue;                      // last: its workers use the members above
};

// A piece of model work that is asked for.
struct WorkCall {
  std::string task;  // for metrics and log: "images", "job.describe"
  std::string request_id;
  std::function<bool()> abandoned;                        // nobody waits for it any more
  std::function<void(const WorkListener& base)> run;      // `base` polls all that may end it
  std::function<void(const ErrorContent& error)> failed;  // what `run` threw
};
// Queues the work. ApiError: 429 when the queue is full, 503 when the server is stopping.
void QueueWork(Service& service, WorkCall call, uint64_t* number = nullptr);

// The same for a request whose client waits for it: gone, it is abandoned. What `run` throws is the answer, or the last
// event of a stream that has begun.
void QueueReply(Service& service, std::string_view task, const HttpRequest& request, std::shared_ptr<Reply> reply,
                std::function<void(const WorkListener& base)> run);

// Draws, and counts what it took.
Drawing DrawCounted(Service& service, const DrawOrder& order, int number, const WorkListener& listener);

}  // namespace diptych::server
