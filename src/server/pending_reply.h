// The endpoints' side of an exchange: hands what they answer to the connection, on the server's thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/http.h"
#include "server/socket.h"

namespace diptych::server {

class Connection;

class PendingReply : public Reply, public std::enable_shared_from_this<PendingReply> {
 public:
  PendingReply(std::weak_ptr<Connection> connection, const Socket& socket)
      : connection_(std::move(connection)), post_(socket.poster()) {}

  void Send(HttpResponse response) override;
  void Begin(HttpResponse head) override;
  void Write(std::string bytes) override;
  void End() override;
  bool closed() const override { return closed_; }
  bool begun() const override { return begun_; }
  void OnClosed(std::function<void()> call) override;

  // The connection's side, on the server's thread. The client has gone; what the endpoints still say is dropped.
  void MarkClosed();
  // The answer is sent whole.
  void MarkEnded();
  // Calls on the server's thread, whatever has become of the connection.
  void OnServer(std::function<void()> call) { post_(std::move(call)); }

 private:
  void Post(std::function<void(Connection&)> call);

  const std::weak_ptr<Connection> connection_;
  const Socket::Poster post_;
  std::atomic<bool> closed_{false}, begun_{false};
  bool ended_ = false;                        // on the server's thread
  std::vector<std::function<void()>> calls_;  // likewise
};

}  // namespace diptych::server
