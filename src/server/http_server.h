// The network side: accepts connections, reads requests within the limits, and sends what the endpoints answer. One
// thread serves all connections.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/api_error.h"
#include "server/http.h"
#include "server/limits.h"

namespace diptych::server {

// One request and how it was answered, for log and metrics.
struct Exchange {
  const HttpRequest& request;  // its body is gone
  std::string client;          // address
  int status = 0;              // 0: the client went before there was an answer
  size_t bytes_in = 0, bytes_out = 0;
  double seconds = 0;
};

// All are called on the server's thread but `handle_body`.
struct HttpHooks {
  // Before a body is read: the refusal of a request by its headers; nothing where it may go on.
  std::function<std::optional<HttpResponse>(const HttpRequest& head)> admit;
  // Headers that an answer gets besides its own.
  std::function<std::vector<std::pair<std::string, std::string>>(const HttpRequest& head)> headers;
  // Answers a request, now or later. Requests with a body come on a thread of their own, one at a time, since reading a
  // body takes its time.
  std::function<void(const HttpRequest& request, std::shared_ptr<Reply> reply)> handle;
  std::function<void(const Exchange& exchange)> done;
  // Every tenth of a second.
  std::function<void()> tick;
  // SIGTERM or SIGINT, each time.
  std::function<void()> signalled;
};

class HttpServer {
 public:
  // Binds and listens. Error when the address cannot be used. Port 0: a free one.
  HttpServer(const std::string& address, int port, const Limits& limits, HttpHooks hooks);
  ~HttpServer();
  int port() const;
  // Serves until Stop.
  void Run();

  // On the server's thread:
  int connections() const;
  int open_exchanges() const;  // requests that are not answered yet
  void StopAccepting();
  void Stop();

  struct State;  // http_server.cc alone knows it

 private:
  std::unique_ptr<State> state_;
};

}  // namespace diptych::server
