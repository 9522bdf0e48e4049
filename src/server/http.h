// Requests and answers as the endpoints see them, without the network behind them.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace diptych::server {

// Capitals of ASCII as small letters.
std::string AsciiLowered(std::string_view text);

struct HttpRequest {
  std::string id;                                // x-request-id: the client's own where it is fit for a log, else ours
  std::string method;                            // "GET"
  std::string path;                              // without the query, percent-decoded
  std::map<std::string, std::string> query{};    // decoded
  std::map<std::string, std::string> headers{};  // names in small letters
  std::string body{};

  // Empty when there is none.
  std::string_view Header(const std::string& name) const;
  std::string_view Query(const std::string& name) const;
  // The content type without its parameters, in small letters: "multipart/form-data".
  std::string ContentType() const;
};

// Splits a request's target into path and query. False when it is malformed: it does not begin with "/", or has a bad
// percent escape, a control character, or a path that is no UTF-8.
bool ParseTarget(std::string_view target, HttpRequest* request);

// Stands for a request of which no head could be read; it has an id of our own.
HttpRequest RequestWithoutHead();
// A new "req_...".
std::string NewRequestId();

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};

// The answer to one request. Every function may be called from any thread, and returns at once.
class Reply {
 public:
  virtual ~Reply() = default;
  // The whole answer. After it, or after Begin, further calls of Send do nothing.
  virtual void Send(HttpResponse response) = 0;
  // Begins an answer of unknown length; its body is ignored.
  virtual void Begin(HttpResponse head) = 0;
  virtual void Write(std::string bytes) = 0;
  virtual void End() = 0;
  // The client has gone, or the server is closing its connection.
  virtual bool closed() const = 0;
  // Whether Begin or Send was called.
  virtual bool begun() const = 0;
  // Called once the client has gone, on the server's thread; at once when it has gone already.
  virtual void OnClosed(std::function<void()> call) = 0;
};

// "Not Found" for 404; "Error" for what the server does not send.
std::string_view ReasonOf(int status);

// "event: NAME\ndata: DATA\n\n" of a server-sent event (HTML, section 9.2). `data` is one line; an empty name or id is
// left out.
std::string ServerSentEvent(std::string_view name, std::string_view data, std::string_view id = {});
// The head of a stream of them.
HttpResponse EventStreamHead();

}  // namespace diptych::server
