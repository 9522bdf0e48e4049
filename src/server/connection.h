// One client: its requests one after the other, and their answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "server/http_server.h"
#include "server/pending_reply.h"
#include "server/request_reader.h"
#include "server/socket.h"

namespace diptych::server {

class Connection;

// What all connections of a server share; on the server's thread.
struct ConnectionsState {
  const Limits& limits;
  const HttpHooks& hooks;
  std::function<void(std::function<void()>)> on_body_thread;  // calls elsewhere, one at a time
  std::set<std::shared_ptr<Connection>> open{};
  size_t body_bytes = 0;  // of all requests that are being read or answered
  int exchanges = 0;      // requests that are not answered yet
};

// Everything runs on the server's thread. A request is read to its end before it is answered, and answered before the
// next is read; what a client sends ahead is kept, up to a limit. It always reads, so that a client that goes is
// noticed while its answer is made.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(ConnectionsState& shared, std::unique_ptr<Socket> socket);

  void Start();
  // Closes it when a deadline has passed; keeps a silent stream alive.
  void CheckTime(Clock::time_point now);
  // Closes it where it waits for a next request.
  void CloseIfIdle();
  void Close();

  // For its reply.
  void SendResponse(HttpResponse response);
  void BeginStream(const HttpResponse& head);
  void WriteStream(std::string_view bytes);
  void EndStream();

 private:
  static constexpr Clock::time_point kNever = Clock::time_point::max();

  // Reading: connection.cc.
  void Read();
  void ReadOn();
  void OnHead();
  void OnBody();
  void Dispatch();
  void Refuse(const ErrorContent& error);
  void CountBody(size_t bytes);
  void BeginExchange();
  // Writing and the end of an exchange: connection_writing.cc.
  std::string HeadText(const HttpResponse& response, bool has_length) const;
  void Enqueue(std::string bytes);
  void WriteNext();
  void OnWritten(size_t bytes);
  void FinishExchange();
  void Report();
  void Linger();

  ConnectionsState& shared_;
  const std::unique_ptr<Socket> socket_;
  const std::string client_;
  std::string incoming_;                 // what has come and is not read yet
  std::optional<RequestReader> reader_;  // of the request that is being read
  Clock::time_point read_deadline_ = kNever, write_deadline_ = kNever;

  // Of the request that is read or answered.
  std::optional<HttpRequest> request_;  // without its body
  std::shared_ptr<PendingReply> reply_;
  Clock::time_point began_{}, sent_{};
  size_t counted_body_ = 0, bytes_in_ = 0, bytes_out_ = 0;
  int status_ = 0;
  bool keep_alive_ = false, chunked_ = false, streams_ = false, begun_early_ = false;
  std::string_view heartbeat_;  // what keeps a silent stream alive

  std::deque<std::string> outgoing_;
  size_t outgoing_bytes_ = 0, front_sent_ = 0;
  bool reading_ = false, writing_ = false;
  bool ends_ = false;     // all of the answer is in outgoing_
  bool lingers_ = false;  // it waits for the client to close
  bool closed_ = false;
};

}  // namespace diptych::server
