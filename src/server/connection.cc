#include "server/connection.h"

#include <utility>

#include "server/api_error.h"

namespace diptych::server {
namespace {

constexpr size_t kReadAhead = 64 << 10;  // bytes of further requests that are kept

}  // namespace

Connection::Connection(ConnectionsState& shared, std::unique_ptr<Socket> socket)
    : shared_(shared), socket_(std::move(socket)), client_(socket_->address()) {}

void Connection::Start() {
  read_deadline_ = Clock::now() + std::chrono::seconds(shared_.limits.header_s);
  Read();
}

void Connection::Read() {
  if (reading_ || closed_ || incoming_.size() >= kReadAhead) return;
  reading_ = true;
  socket_->Read([self = shared_from_this()](std::optional<std::string_view> bytes) {
    self->reading_ = false;
    if (self->closed_) return;
    if (!bytes) {
      self->Close();
      return;
    }
    if (!self->lingers_) self->incoming_.append(*bytes);
    self->ReadOn();
    self->Read();
  });
}

// Reads what has come, as far as it belongs to the request that is next.
void Connection::ReadOn() {
  while (!closed_ && !lingers_ && !incoming_.empty()) {
    if (!reader_) {
      if (request_) return;  // it is being answered
      reader_.emplace(shared_.limits);
      began_ = Clock::now();
      read_deadline_ = began_ + std::chrono::seconds(shared_.limits.header_s);
    }
    const bool had_head = reader_->has_head();
    const size_t taken = reader_->Take(incoming_);
    incoming_.erase(0, taken);
    if (const auto error = reader_->error())
      Refuse(*error);
    else if (!had_head && reader_->has_head())
      OnHead();
    else if (had_head)
      OnBody();
    if (taken == 0) break;
  }
  // A line of a chunked body that does not end.
  if (reader_ && incoming_.size() >= kReadAhead) Refuse({.message = "this is no HTTP request.", .code = "bad_request"});
}

void Connection::BeginExchange() {
  ++shared_.exchanges;
  bytes_in_ = bytes_out_ = 0;
  status_ = 0;
  streams_ = ends_ = begun_early_ = false;
}

void Connection::OnHead() {
  read_deadline_ = kNever;
  try {
    request_ = reader_->Head();
  } catch (const ApiError& error) {
    Refuse(error.content());
    return;
  }
  BeginExchange();
  chunked_ = reader_->allows_chunks();
  keep_alive_ = reader_->keeps_alive();
  const bool has_body = !reader_->is_done();
  if (std::optional<HttpResponse> refusal = shared_.hooks.admit(*request_)) {
    keep_alive_ = keep_alive_ && !has_body;
    reader_.reset();
    SendResponse(std::move(*refusal));
    return;
  }
  if (!has_body) {
    Dispatch();
    return;
  }
  if (AsciiLowered(request_->Header("expect")) == "100-continue") Enqueue("HTTP/1.1 100 Continue\r\n\r\n");
  read_deadline_ = Clock::now() + std::chrono::seconds(shared_.limits.body_s);
}

void Connection::OnBody() {
  CountBody(reader_->body_size());
  if (shared_.body_bytes > static_cast<size_t>(shared_.limits.all_body_bytes)) {
    Refuse({.status = 503,
            .message = "too many large requests at once.",
            .type = "server_error",
            .code = "overloaded",
            .retry_after_s = 2});
    return;
  }
  if (reader_->is_done()) Dispatch();
}

void Connection::CountBody(size_t bytes) {
  shared_.body_bytes += bytes - counted_body_;
  counted_body_ = bytes;
  bytes_in_ = bytes;
}

void Connection::Dispatch() {
  read_deadline_ = kNever;
  std::string body = reader_->TakeBody();
  reader_.reset();
  reply_ = std::make_shared<PendingReply>(weak_from_this(), *socket_);
  if (body.empty()) {
    shared_.hooks.handle(*request_, reply_);
    return;
  }
  auto request = std::make_shared<HttpRequest>(*request_);
  request->body = std::move(body);
  const size_t bytes = std::exchange(counted_body_, 0);
  shared_.on_body_thread([&shared = shared_, request, reply = reply_, bytes]() mutable {
    shared.hooks.handle(*request, reply);
    request.reset();
    reply->OnServer([&shared, bytes] { shared.body_bytes -= bytes; });
  });
}

// The request cannot be read on; after the answer nothing of this connection can.
void Connection::Refuse(const ErrorContent& error) {
  if (!request_) {
    request_ = RequestWithoutHead();
    BeginExchange();
    chunked_ = true;
  }
  keep_alive_ = false;
  read_deadline_ = kNever;
  reader_.reset();
  SendResponse(ErrorResponse(error));
}

void Connection::CheckTime(Clock::time_point now) {
  constexpr auto kHeartbeat = std::chrono::seconds(15);  // a comment in a silent stream: proxies cut silent ones
  // A whole answer that takes longer is begun early, with the spaces that may stand before JSON: clients give up on one
  // of which they see nothing for five minutes.
  constexpr auto kEarly = std::chrono::seconds(200);
  if (closed_) return;
  if (now >= write_deadline_) {
    Close();
  } else if (now >= read_deadline_) {
    if (reader_)
      Refuse({.status = 408,
              .message = "the request did not arrive in time.",
              .code = "request_timeout",
              .retry_after_s = 1});
    else
      Close();
  } else if (streams_ && !ends_ && !writing_ && now - sent_ >= kHeartbeat) {
    WriteStream(heartbeat_);
  } else if (reply_ && status_ == 0 && now - began_ >= kEarly) {
    begun_early_ = true;
    BeginStream({});
  }
}

void Connection::CloseIfIdle() {
  if (!request_ && !reader_) Close();
}

void Connection::Close() {
  if (closed_) return;
  closed_ = true;
  const auto self = shared_from_this();
  socket_->Close();
  if (reply_) reply_->MarkClosed();
  reply_.reset();
  if (request_) Report();
  shared_.body_bytes -= std::exchange(counted_body_, 0);
  outgoing_.clear();
  shared_.open.erase(self);
}

}  // namespace diptych::server
