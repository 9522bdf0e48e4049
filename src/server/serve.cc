#include "server/serve.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"
#include "gallery/gallery.h"
#include "server/access.h"
#include "server/http_server.h"
#include "server/router.h"
#include "server/service.h"

namespace diptych::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kShortestKey = 8;
constexpr auto kLastAnswers = std::chrono::seconds(3);  // for cancelled work to end and to say so
constexpr int kSweepTicks = 50;
constexpr auto kBinPause = std::chrono::hours(1);

std::vector<std::string> KeysOf(const ServeOptions& options) {
  std::vector<std::string> keys = options.api_keys;
  if (options.api_key_file.empty()) return keys;
  const std::string text = base::ReadFile(options.api_key_file);
  for (const std::string_view line : base::Split(text, '\n'))
    if (!line.empty() && line[0] != '#') keys.emplace_back(line);
  if (keys.empty()) throw base::Error("serve", options.api_key_file + " holds no key.", "write one key a line.");
  return keys;
}

bool StaysHere(const ServeOptions& options) { return options.host == "localhost" || IsLoopback(options.host); }

std::string AddressOf(const std::string& host, int port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return "http://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

WorkQueue::Sizes SizesOf(const ServeOptions& options) {
  const int parallel = options.parallel > 0 ? options.parallel : std::clamp(options.threads, 2, 4);
  return {.workers = parallel, .waiting = options.queue, .threads = options.threads};
}

// Null where none is wanted. A folder that was not asked for and cannot be used is done without.
std::unique_ptr<gallery::Gallery> OpenedGallery(const ServeOptions& options) {
  if (options.no_gallery) return {};
  if (!options.gallery.empty()) return std::make_unique<gallery::Gallery>(options.gallery);
  try {
    return std::make_unique<gallery::Gallery>(gallery::DefaultFolder());
  } catch (const base::Error& error) {
    Log(options.quiet).Line("warning", "no gallery", {{"detail", error.what()}});
    return {};
  }
}

// One run of the server: what connects the network to the endpoints.
class Running {
 public:
  Running(const ServeOptions& options, const ServedModel& model)
      : options_(options),
        rules_{.keys = KeysOf(options),
               .hosts = LoweredHosts(options),
               .cors_origins = options.cors_origins,
               .loopback = StaysHere(options)},
        gallery_(OpenedGallery(options)),
        http_(options.host, options.port, limits_, Hooks()),
        service_(model, SizesOf(options), options.quiet) {
    service_.gallery = gallery_.get();
  }

  void Run(const std::function<void(const std::string&)>& announce) {
    const std::string address = AddressOf(options_.host, http_.port());
    service_.log.Line("info", "listening",
                      {{"address", address},
                       {"model", service_.served.name},
                       {"workers", service_.queue.sizes().workers},
                       {"threads", service_.queue.sizes().threads},
                       {"gallery", gallery_ != nullptr}});
    announce(address);
    http_.Run();
    service_.log.Line("info", "stopped", {});
  }

 private:
  static std::vector<std::string> LoweredHosts(const ServeOptions& options) {
    std::vector<std::string> hosts;
    for (const std::string& host : options.allowed_hosts) hosts.push_back(AsciiLowered(host));
    return hosts;
  }

  HttpHooks Hooks() {
    return {.admit = [this](const HttpRequest& head) { return Admit(head); },
            .headers = [this](const HttpRequest& head) { return CorsHeaders(head, rules_); },
            .handle = [this](const HttpRequest& request, std::shared_ptr<Reply> reply) { Handle(request, reply); },
            .done = [this](const Exchange& exchange) { Report(exchange); },
            .tick = [this] { Tick(); },
            .signalled = [this] { Signalled(); }};
  }

  std::optional<HttpResponse> Admit(const HttpRequest& head) {
    const RouteOutcome outcome = FindRoute(head);
    const bool preflight = head.method == "OPTIONS" && !head.Header("access-control-request-method").empty();
    const bool open = preflight || (outcome.found && outcome.found->route->open);
    if (const auto refusal = CheckAccess(head, rules_, open)) {
      HttpResponse response = ErrorResponse(*refusal);
      if (refusal->status == 401) response.headers.emplace_back("www-authenticate", "Bearer");
      return response;
    }
    if (preflight) return AnswerPreflight(head, rules_);
    if (outcome.found) return {};
    HttpResponse response = ErrorResponse(outcome.refusal);
    if (!outcome.allowed.empty()) response.headers.emplace_back("allow", outcome.allowed);
    return response;
  }

  void Handle(const HttpRequest& request, const std::shared_ptr<Reply>& reply) {
    RouteOutcome outcome = FindRoute(request);
    try {
      outcome.found->route->answer({service_, request, reply, std::move(outcome.found->parts)});
    } catch (...) {
      const Failure failure = CurrentFailure();
      if (!failure.detail.empty())
        service_.log.Line("error", "failure", {{"request_id", request.id}, {"detail", failure.detail}});
      reply->Send(ErrorResponse(failure.error));
    }
  }

  void Report(const Exchange& exchange) {
    const RouteOutcome outcome = FindRoute(exchange.request);
    const std::string_view route = outcome.found ? outcome.found->route->path : "other";
    service_.metrics.CountRequest(route, exchange.status, exchange.seconds);
    service_.log.Line("info", "request",
                      {{"request_id", exchange.request.id},
                       {"client", exchange.client},
                       {"method", exchange.request.method.substr(0, 16)},
                       {"route", route},
                       {"status", exchange.status},
                       {"seconds", exchange.seconds},
                       {"bytes_in", exchange.bytes_in},
                       {"bytes_out", exchange.bytes_out}});
  }

  void Signalled() {
    if (service_.stopping.exchange(true)) {
      cancel_at_ = Clock::now();
      return;
    }
    cancel_at_ = Clock::now() + std::chrono::seconds(options_.grace_s);
    service_.queue.Close();
    http_.StopAccepting();
    service_.log.Line("info", "stopping",
                      {{"running", service_.queue.running()}, {"waiting", service_.queue.waiting()}});
  }

  void EmptyBin() {
    empty_bin_at_ = Clock::now() + kBinPause;
    try {
      gallery_->EmptyBin();
    } catch (const base::Error& error) {
      service_.log.Line("warning", "gallery", {{"detail", error.what()}});
    }
  }

  void Tick() {
    service_.connections = http_.connections();
    if (++ticks_ % kSweepTicks == 0) service_.jobs.Sweep();
    if (gallery_ && Clock::now() >= empty_bin_at_) EmptyBin();
    if (!service_.stopping) return;
    const Clock::time_point now = Clock::now();
    if (now >= cancel_at_ && !service_.cancelling.exchange(true)) cancelled_at_ = now;
    const bool idle = service_.queue.running() == 0 && service_.queue.waiting() == 0 && http_.open_exchanges() == 0;
    if (idle || (service_.cancelling && now >= cancelled_at_ + kLastAnswers)) http_.Stop();
  }

  const ServeOptions& options_;
  const AccessRules rules_;
  const Limits limits_{};
  Clock::time_point cancel_at_{}, cancelled_at_{};
  int ticks_ = 0;
  Clock::time_point empty_bin_at_ = Clock::now() + kBinPause;
  std::unique_ptr<gallery::Gallery> gallery_;  // null: none is kept
  HttpServer http_;
  Service service_;  // last: its workers answer through the server
};

}  // namespace

void CheckServeOptions(const ServeOptions& options) {
  const std::vector<std::string> keys = KeysOf(options);
  for (const std::string& key : keys)
    if (key.size() < kShortestKey)
      throw base::Error("serve",
                        "an API key has " + std::to_string(key.size()) + " characters, it must have at least " +
                            std::to_string(kShortestKey) + ".",
                        "openssl rand -hex 32 makes a good one.");
  if (keys.empty() && !StaysHere(options))
    throw base::Error("serve", options.host + " is an address that other machines reach, and there is no API key.",
                      "give one with --api-key-file FILE, or listen to this machine alone: --host 127.0.0.1.");
}

void Serve(const ServeOptions& options, const ServedModel& model,
           const std::function<void(const std::string&)>& announce) {
  CheckServeOptions(options);
  Running(options, model).Run(announce);
}

}  // namespace diptych::server
