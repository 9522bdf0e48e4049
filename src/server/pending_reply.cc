#include "server/pending_reply.h"

#include <utility>

#include "server/connection.h"

namespace diptych::server {

void PendingReply::Post(std::function<void(Connection&)> call) {
  post_([self = shared_from_this(), call = std::move(call)] {
    const std::shared_ptr<Connection> connection = self->connection_.lock();
    if (!self->ended_ && connection) call(*connection);
  });
}

void PendingReply::Send(HttpResponse response) {
  if (begun_.exchange(true)) return;
  // A call is copied on its way, and a response may be large.
  const auto shared = std::make_shared<HttpResponse>(std::move(response));
  Post([shared](Connection& connection) { connection.SendResponse(std::move(*shared)); });
}

void PendingReply::Begin(HttpResponse head) {
  if (begun_.exchange(true)) return;
  Post([head = std::move(head)](Connection& connection) { connection.BeginStream(head); });
}

void PendingReply::Write(std::string bytes) {
  Post([bytes = std::move(bytes)](Connection& connection) { connection.WriteStream(bytes); });
}

void PendingReply::End() {
  Post([](Connection& connection) { connection.EndStream(); });
}

void PendingReply::OnClosed(std::function<void()> call) {
  post_([self = shared_from_this(), call = std::move(call)]() mutable {
    if (self->closed_)
      call();
    else
      self->calls_.push_back(std::move(call));
  });
}

void PendingReply::MarkClosed() {
  closed_ = true;
  ended_ = true;
  for (auto& call : std::exchange(calls_, {})) call();
}

void PendingReply::MarkEnded() {
  ended_ = true;
  calls_.clear();
}

}  // namespace diptych::server
