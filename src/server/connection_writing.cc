// The answering side of a connection.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "server/connection.h"

namespace diptych::server {
namespace {

constexpr size_t kSlice = 256 << 10;  // bytes of an answer that are sent in one go
constexpr auto kLinger = std::chrono::seconds(2);

}  // namespace

std::string Connection::HeadText(const HttpResponse& response, bool has_length) const {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  text.append(ReasonOf(response.status)).append("\r\n");
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  if (!response.content_type.empty()) add("content-type", response.content_type);
  if (has_length)
    add("content-length", std::to_string(response.body.size()));
  else if (chunked_)
    add("transfer-encoding", "chunked");
  add("x-request-id", request_->id);
  add("x-content-type-options", "nosniff");
  bool caches = false;
  for (const auto& [name, value] : response.headers) {
    add(name, value);
    caches |= name == "cache-control";
  }
  if (!caches) add("cache-control", "no-store");
  for (const auto& [name, value] : shared_.hooks.headers(*request_)) add(name, value);
  add("connection", keep_alive_ ? "keep-alive" : "close");
  return text + "\r\n";
}

void Connection::SendResponse(HttpResponse response) {
  if (begun_early_) {
    WriteStream(response.body);
    EndStream();
    return;
  }
  status_ = response.status;
  const bool bodiless = response.status == 204;
  std::string text = HeadText(response, !bodiless);
  if (request_->method != "HEAD") text += response.body;
  ends_ = true;
  Enqueue(std::move(text));
}

void Connection::BeginStream(const HttpResponse& head) {
  status_ = head.status;
  if (!chunked_) keep_alive_ = false;
  streams_ = true;
  heartbeat_ = head.content_type == "text/event-stream" ? ": still at work\n\n" : " ";
  Enqueue(HeadText(head, false));
}

void Connection::WriteStream(std::string_view bytes) {
  if (!streams_ || ends_ || bytes.empty()) return;
  if (!chunked_) {
    Enqueue(std::string(bytes));
    return;
  }
  char size[32];
  std::snprintf(size, sizeof(size), "%zx\r\n", bytes.size());
  std::string chunk(size);
  Enqueue(chunk.append(bytes).append("\r\n"));
}

void Connection::EndStream() {
  if (!streams_ || ends_) return;
  ends_ = true;
  if (chunked_) Enqueue("0\r\n\r\n");
  if (!writing_ && !closed_) FinishExchange();
}

void Connection::Enqueue(std::string bytes) {
  if (closed_) return;
  outgoing_bytes_ += bytes.size();
  if (outgoing_bytes_ > static_cast<size_t>(shared_.limits.backlog_bytes)) {
    Close();
    return;
  }
  sent_ = Clock::now();
  outgoing_.push_back(std::move(bytes));
  if (!writing_) WriteNext();
}

void Connection::WriteNext() {
  writing_ = true;
  write_deadline_ = Clock::now() + std::chrono::seconds(shared_.limits.write_s);
  const std::string& front = outgoing_.front();
  const size_t size = std::min(kSlice, front.size() - front_sent_);
  socket_->Write({front.data() + front_sent_, size}, [self = shared_from_this(), size](bool sent) {
    self->writing_ = false;
    self->write_deadline_ = kNever;
    if (self->closed_) return;
    if (sent)
      self->OnWritten(size);
    else
      self->Close();
  });
}

void Connection::OnWritten(size_t bytes) {
  bytes_out_ += bytes;
  outgoing_bytes_ -= bytes;
  front_sent_ += bytes;
  if (front_sent_ == outgoing_.front().size()) {
    outgoing_.pop_front();
    front_sent_ = 0;
  }
  if (!outgoing_.empty())
    WriteNext();
  else if (ends_)
    FinishExchange();
}

void Connection::Report() {
  --shared_.exchanges;
  shared_.hooks.done({.request = *request_,
                      .client = client_,
                      .status = status_,
                      .bytes_in = bytes_in_,
                      .bytes_out = bytes_out_,
                      .seconds = std::chrono::duration<double>(Clock::now() - began_).count()});
  request_.reset();
}

void Connection::FinishExchange() {
  if (reply_) reply_->MarkEnded();
  reply_.reset();
  Report();
  ends_ = streams_ = begun_early_ = false;
  shared_.body_bytes -= std::exchange(counted_body_, 0);
  if (!keep_alive_) {
    Linger();
    return;
  }
  read_deadline_ = Clock::now() + std::chrono::seconds(shared_.limits.idle_s);
  ReadOn();  // what came meanwhile begins the next request
  Read();
}

// Closes when the client has: a client that still sends would lose the answer by a reset.
void Connection::Linger() {
  lingers_ = true;
  incoming_.clear();
  socket_->FinishWriting();
  read_deadline_ = Clock::now() + kLinger;
  Read();
}

}  // namespace diptych::server
