#include "server/http_server.h"

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <csignal>
#include <cstdio>
#include <deque>
#include <random>
#include <set>
#include <utility>

#include "base/error.h"

namespace diptych::server {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using Tcp = net::ip::tcp;
using Clock = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

constexpr size_t kSlice = 256 << 10;     // bytes of an answer that are sent in one go
constexpr size_t kReadAhead = 64 << 10;  // bytes of further requests that are kept
constexpr size_t kReadOnce = 16 << 10;
constexpr auto kTick = std::chrono::milliseconds(100);
constexpr auto kHeartbeat = std::chrono::seconds(15);  // a comment in a silent stream: proxies cut silent ones
// A whole answer that takes longer is begun early, with the spaces that may stand before JSON: clients give up on one
// of which they see nothing for five minutes.
constexpr auto kEarly = std::chrono::seconds(200);
constexpr auto kLinger = std::chrono::seconds(2);
constexpr auto kNever = Clock::time_point::max();

// Boost 1.74 has a view of its own.
std::string_view View(const auto& text) { return {text.data(), text.size()}; }

std::string_view ReasonOf(int status) {
  const std::string_view reason = View(http::obsolete_reason(static_cast<http::status>(status)));
  return reason.empty() ? "Error" : reason;
}

std::string NewId() {
  std::random_device random;
  char text[40];
  std::snprintf(text, sizeof(text), "req_%08x%08x%08x", random(), random(), random());
  return text;
}

// A client's own id is taken where it is short and of plain characters.
bool IsFitId(std::string_view id) {
  constexpr std::string_view kFit = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !id.empty() && id.size() <= 64 && id.find_first_not_of(kFit) == std::string_view::npos;
}

}  // namespace

class Connection;

struct HttpServer::State {
  State(const Limits& limits_in, HttpHooks hooks_in) : limits(limits_in), hooks(std::move(hooks_in)) {}

  void Accept();
  void Tick();
  void AwaitSignal();

  const Limits limits;
  const HttpHooks hooks;
  net::io_context context{1};
  Tcp::acceptor acceptor{context};
  net::signal_set signals{context};
  net::steady_timer timer{context};
  net::thread_pool readers{1};  // of bodies
  std::set<std::shared_ptr<Connection>> connections;
  size_t body_bytes = 0;  // of all requests that are being read or answered
  int open_exchanges = 0;
  bool accepting = false;
};

// One client. Everything but the exchange's side runs on the server's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(HttpServer::State& server, Tcp::socket socket);

  void Start();
  // Closes it when a deadline has passed; keeps a silent stream alive.
  void CheckTime(Clock::time_point now);
  // Closes it where it waits for a next request.
  void CloseIfIdle();
  void Close();

 private:
  class PendingReply;

  void Watch();
  void OnWatched(ErrorCode error, size_t bytes);
  void ReadHeader();
  void OnHeader(ErrorCode error);
  HttpRequest TakeHead();
  void Begin(HttpRequest request);
  void ReadBody();
  void OnBody(ErrorCode error);
  void Dispatch();
  void RefuseReading(const ErrorContent& error);
  void RefuseError(ErrorCode error);

  void SendResponse(HttpResponse response);
  void BeginStream(const HttpResponse& head);
  void WriteStream(std::string_view bytes);
  void EndStream();
  std::string HeadText(const HttpResponse& response, bool has_length);
  void Enqueue(std::string bytes);
  void WriteNext();
  void OnWritten(ErrorCode error, size_t bytes);
  void FinishExchange();
  void Report();
  void Linger();
  void CountBody(size_t bytes);

  HttpServer::State& server_;
  Tcp::socket socket_;
  std::string client_;
  boost::beast::flat_buffer buffer_{kReadAhead + kReadOnce};
  std::optional<http::request_parser<http::string_body>> parser_;
  Clock::time_point read_deadline_ = kNever, write_deadline_ = kNever;

  // Of the request that is read or answered.
  std::optional<HttpRequest> request_;  // without its body
  std::string body_;                    // until it is handed on
  std::shared_ptr<PendingReply> reply_;
  Clock::time_point began_, sent_;
  size_t counted_body_ = 0, bytes_in_ = 0, bytes_out_ = 0;
  int status_ = 0;
  bool keep_alive_ = false, chunked_ = false, streams_ = false, has_body_ = false, begun_early_ = false;
  std::string_view heartbeat_;  // what keeps a silent stream alive

  std::deque<std::string> outgoing_;
  size_t outgoing_bytes_ = 0, front_sent_ = 0;
  bool watching_ = false, wakes_ = false, writing_ = false, ends_ = false, lingers_ = false, closed_ = false;
};

// The endpoints' side of an exchange: posts to the server's thread.
class Connection::PendingReply : public Reply, public std::enable_shared_from_this<PendingReply> {
 public:
  explicit PendingReply(const std::shared_ptr<Connection>& connection)
      : connection_(connection), executor_(connection->socket_.get_executor()) {}

  void Send(HttpResponse response) override {
    if (begun_.exchange(true)) return;
    Post([response = std::move(response)](Connection& c) mutable { c.SendResponse(std::move(response)); });
  }
  void Begin(HttpResponse head) override {
    if (begun_.exchange(true)) return;
    Post([head = std::move(head)](Connection& c) { c.BeginStream(head); });
  }
  void Write(std::string bytes) override {
    Post([bytes = std::move(bytes)](Connection& c) { c.WriteStream(bytes); });
  }
  void End() override {
    Post([](Connection& c) { c.EndStream(); });
  }
  bool closed() const override { return closed_; }
  bool begun() const override { return begun_; }
  void OnClosed(std::function<void()> call) override {
    net::post(executor_, [self = shared_from_this(), call = std::move(call)]() mutable {
      if (self->closed_)
        call();
      else
        self->calls_.push_back(std::move(call));
    });
  }
  // On the server's thread; further calls from the endpoint's side do nothing.
  void MarkClosed() {
    closed_ = true;
    ended_ = true;
    for (auto& call : std::exchange(calls_, {})) call();
  }
  // Called once the whole answer was sent.
  void MarkEnded() {
    ended_ = true;
    calls_.clear();
  }

 private:
  template <typename Call>
  void Post(Call call) {
    net::post(executor_, [self = shared_from_this(), call = std::move(call)]() mutable {
      const std::shared_ptr<Connection> connection = self->connection_.lock();
      if (!self->ended_ && connection) call(*connection);
    });
  }

  std::weak_ptr<Connection> connection_;
  Tcp::socket::executor_type executor_;
  std::atomic<bool> closed_{false}, begun_{false};
  bool ended_ = false;                        // on the server's thread
  std::vector<std::function<void()>> calls_;  // likewise
};

Connection::Connection(HttpServer::State& server, Tcp::socket socket) : server_(server), socket_(std::move(socket)) {
  ErrorCode failed;
  const auto peer = socket_.remote_endpoint(failed);
  if (!failed) client_ = peer.address().to_string();
  socket_.set_option(Tcp::no_delay(true), failed);
}

void Connection::Start() {
  read_deadline_ = Clock::now() + std::chrono::seconds(server_.limits.header_s);
  Watch();
}

// Reads ahead, so that a client that goes is noticed while its answer is made.
void Connection::Watch() {
  if (watching_ || closed_ || buffer_.size() >= kReadAhead) return;
  watching_ = true;
  socket_.async_read_some(buffer_.prepare(kReadOnce), [self = shared_from_this()](ErrorCode error, size_t bytes) {
    self->OnWatched(error, bytes);
  });
}

void Connection::OnWatched(ErrorCode error, size_t bytes) {
  watching_ = false;
  const bool is_woken = std::exchange(wakes_, false) && error == net::error::operation_aborted;
  if (closed_) return;
  if (error && !is_woken) {
    Close();
    return;
  }
  if (lingers_) {
    Watch();
    return;
  }
  buffer_.commit(bytes);
  if (request_)
    Watch();
  else
    ReadHeader();
}

void Connection::ReadHeader() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(server_.limits.header_bytes));
  parser_->body_limit(static_cast<uint64_t>(server_.limits.body_bytes));
  began_ = Clock::now();
  read_deadline_ = began_ + std::chrono::seconds(server_.limits.header_s);
  http::async_read_header(socket_, buffer_, *parser_,
                          [self = shared_from_this()](ErrorCode error, size_t) { self->OnHeader(error); });
}

void Connection::OnHeader(ErrorCode error) {
  if (closed_ || error == net::error::operation_aborted) return;
  read_deadline_ = kNever;
  if (error) {
    RefuseError(error);
    return;
  }
  HttpRequest request = TakeHead();
  const auto count = std::distance(parser_->get().begin(), parser_->get().end());
  if (count > server_.limits.headers) {
    RefuseReading({.status = 431,
                   .message = "the request has " + std::to_string(count) + " headers, the limit is " +
                              std::to_string(server_.limits.headers) + ".",
                   .code = "too_many_headers"});
    return;
  }
  if (!ParseTarget(View(parser_->get().target()), &request)) {
    RefuseReading({.message = "the request's target is malformed.", .code = "bad_request"});
    return;
  }
  Begin(std::move(request));
}

HttpRequest Connection::TakeHead() {
  const auto& head = parser_->get();
  HttpRequest request;
  request.method = std::string(View(head.method_string()));
  for (const auto& field : head) {
    std::string& value = request.headers[AsciiLowered(View(field.name_string()))];
    // Of one that comes twice the values stand side by side, which no check takes for either.
    value += (value.empty() ? "" : ", ") + std::string(View(field.value()));
  }
  const std::string_view own = request.Header("x-request-id");
  request.id = IsFitId(own) ? std::string(own) : NewId();
  return request;
}

void Connection::Begin(HttpRequest request) {
  request_ = std::move(request);
  ++server_.open_exchanges;
  bytes_in_ = bytes_out_ = 0;
  status_ = 0;
  streams_ = ends_ = false;
  chunked_ = parser_->get().version() >= 11;
  has_body_ = !parser_->is_done();
  keep_alive_ = parser_->keep_alive();
  const auto length = parser_->content_length();
  if (std::optional<HttpResponse> refusal = server_.hooks.admit(*request_)) {
    keep_alive_ = keep_alive_ && !has_body_;
    SendResponse(std::move(*refusal));
    return;
  }
  if (length && *length > static_cast<uint64_t>(server_.limits.body_bytes)) {
    RefuseError(http::error::body_limit);
    return;
  }
  if (!has_body_) {
    Dispatch();
    return;
  }
  if (AsciiLowered(request_->Header("expect")) == "100-continue") Enqueue("HTTP/1.1 100 Continue\r\n\r\n");
  read_deadline_ = Clock::now() + std::chrono::seconds(server_.limits.body_s);
  ReadBody();
}

void Connection::ReadBody() {
  http::async_read_some(socket_, buffer_, *parser_,
                        [self = shared_from_this()](ErrorCode error, size_t) { self->OnBody(error); });
}

void Connection::OnBody(ErrorCode error) {
  if (closed_ || error == net::error::operation_aborted) return;
  if (error && error != http::error::need_buffer) {
    RefuseError(error);
    return;
  }
  CountBody(parser_->get().body().size());
  if (server_.body_bytes > static_cast<size_t>(server_.limits.all_body_bytes)) {
    RefuseReading({.status = 503,
                   .message = "too many large requests at once.",
                   .type = "server_error",
                   .code = "overloaded",
                   .retry_after_s = 2});
    return;
  }
  if (!parser_->is_done()) {
    ReadBody();
    return;
  }
  read_deadline_ = kNever;
  body_ = std::move(parser_->get().body());
  Dispatch();
}

void Connection::CountBody(size_t bytes) {
  server_.body_bytes += bytes - counted_body_;
  counted_body_ = bytes;
  bytes_in_ = bytes;
}

void Connection::Dispatch() {
  parser_.reset();
  reply_ = std::make_shared<PendingReply>(shared_from_this());
  Watch();
  if (!has_body_) {
    server_.hooks.handle(*request_, reply_);
    return;
  }
  auto request = std::make_shared<HttpRequest>(*request_);
  request->body = std::exchange(body_, {});
  const size_t bytes = std::exchange(counted_body_, 0);
  net::post(server_.readers, [&server = server_, request, reply = reply_, bytes]() mutable {
    server.hooks.handle(*request, std::move(reply));
    request.reset();
    net::post(server.context, [&server, bytes] { server.body_bytes -= bytes; });
  });
}

// The request cannot be read on; after the answer nothing of this connection can.
void Connection::RefuseReading(const ErrorContent& error) {
  if (!request_) {
    request_.emplace();
    request_->id = NewId();
    ++server_.open_exchanges;
    bytes_in_ = bytes_out_ = 0;
    streams_ = ends_ = false;
    chunked_ = true;
  }
  keep_alive_ = false;
  read_deadline_ = kNever;
  SendResponse(ErrorResponse(error));
}

void Connection::RefuseError(ErrorCode error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    RefuseReading(
        {.status = 431,
         .message = "the request's headers have more than " + std::to_string(server_.limits.header_bytes) + " bytes.",
         .code = "headers_too_large"});
  } else if (error == http::error::body_limit) {
    RefuseReading(
        {.status = 413,
         .message = "the request's body has more than " + std::to_string(server_.limits.body_bytes) + " bytes.",
         .code = "body_too_large"});
  } else if (error.category() == make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    RefuseReading({.message = "this is no HTTP request.", .code = "bad_request"});
  } else {
    Close();
  }
}

std::string Connection::HeadText(const HttpResponse& response, bool has_length) {
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
  for (const auto& [name, value] : server_.hooks.headers(*request_)) add(name, value);
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
  if (outgoing_bytes_ > static_cast<size_t>(server_.limits.backlog_bytes)) {
    Close();
    return;
  }
  sent_ = Clock::now();
  outgoing_.push_back(std::move(bytes));
  if (!writing_) WriteNext();
}

void Connection::WriteNext() {
  writing_ = true;
  write_deadline_ = Clock::now() + std::chrono::seconds(server_.limits.write_s);
  const std::string& front = outgoing_.front();
  const size_t size = std::min(kSlice, front.size() - front_sent_);
  net::async_write(socket_, net::buffer(front.data() + front_sent_, size),
                   [self = shared_from_this()](ErrorCode error, size_t bytes) { self->OnWritten(error, bytes); });
}

void Connection::OnWritten(ErrorCode error, size_t bytes) {
  writing_ = false;
  write_deadline_ = kNever;
  if (closed_) return;
  if (error) {
    Close();
    return;
  }
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
  --server_.open_exchanges;
  server_.hooks.done({.request = *request_,
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
  if (!keep_alive_) {
    Linger();
    return;
  }
  parser_.reset();
  if (buffer_.size() > 0 && !watching_) {
    ReadHeader();
    return;
  }
  read_deadline_ = Clock::now() + std::chrono::seconds(server_.limits.idle_s);
  Watch();
  // Data that came meanwhile begins the next request.
  if (buffer_.size() > 0 && watching_) {
    wakes_ = true;
    ErrorCode failed;
    socket_.cancel(failed);
  }
}

// Closes when the client has: a client that still sends would lose the answer by a reset.
void Connection::Linger() {
  lingers_ = true;
  buffer_.clear();
  ErrorCode failed;
  socket_.shutdown(Tcp::socket::shutdown_send, failed);
  read_deadline_ = Clock::now() + kLinger;
  Watch();
}

void Connection::CheckTime(Clock::time_point now) {
  if (closed_) return;
  if (now >= write_deadline_) {
    Close();
  } else if (now >= read_deadline_) {
    const bool sends_request = parser_.has_value() && !lingers_;
    if (sends_request) {
      ErrorCode failed;
      socket_.cancel(failed);
      RefuseReading({.status = 408,
                     .message = "the request did not arrive in time.",
                     .code = "request_timeout",
                     .retry_after_s = 1});
    } else {
      Close();
    }
  } else if (streams_ && !ends_ && !writing_ && now - sent_ >= kHeartbeat) {
    WriteStream(heartbeat_);
  } else if (reply_ && status_ == 0 && now - began_ >= kEarly) {
    begun_early_ = true;
    BeginStream({});
  }
}

void Connection::CloseIfIdle() {
  if (!request_ && !parser_) Close();
}

void Connection::Close() {
  if (closed_) return;
  closed_ = true;
  const auto self = shared_from_this();
  ErrorCode failed;
  socket_.close(failed);
  if (reply_) reply_->MarkClosed();
  reply_.reset();
  if (request_) Report();
  server_.body_bytes -= std::exchange(counted_body_, 0);
  outgoing_.clear();
  server_.connections.erase(self);
}

void HttpServer::State::Accept() {
  accepting = true;
  acceptor.async_accept([this](ErrorCode error, Tcp::socket socket) {
    accepting = false;
    if (!acceptor.is_open()) return;
    // For want of free file descriptors, say: the next tick tries again.
    if (error) return;
    // What is beyond the limit is closed as it comes.
    if (connections.size() < static_cast<size_t>(limits.connections)) {
      auto connection = std::make_shared<Connection>(*this, std::move(socket));
      connections.insert(connection);
      connection->Start();
    }
    Accept();
  });
}

void HttpServer::State::Tick() {
  timer.expires_after(kTick);
  timer.async_wait([this](ErrorCode error) {
    if (error) return;
    const Clock::time_point now = Clock::now();
    const std::vector<std::shared_ptr<Connection>> all(connections.begin(), connections.end());
    for (const auto& connection : all) connection->CheckTime(now);
    if (acceptor.is_open() && !accepting) Accept();
    hooks.tick();
    Tick();
  });
}

void HttpServer::State::AwaitSignal() {
  signals.async_wait([this](ErrorCode error, int) {
    if (error) return;
    hooks.signalled();
    AwaitSignal();
  });
}

HttpServer::HttpServer(const std::string& address, int port, const Limits& limits, HttpHooks hooks)
    : state_(std::make_unique<State>(limits, std::move(hooks))) {
  ErrorCode failed;
  const auto ip = net::ip::make_address(address == "localhost" ? "127.0.0.1" : address, failed);
  const auto check = [&](std::string_view hint) {
    if (failed)
      throw base::Error("serve",
                        address + " port " + std::to_string(port) + " cannot be used: " + failed.message() + ".", hint);
  };
  check("--host wants an address of this machine, 127.0.0.1 say.");
  const Tcp::endpoint place(ip, static_cast<uint16_t>(port));
  Tcp::acceptor& acceptor = state_->acceptor;
  acceptor.open(place.protocol(), failed);
  check("--host wants an address of this machine, 127.0.0.1 say.");
  acceptor.set_option(Tcp::acceptor::reuse_address(true), failed);
  acceptor.bind(place, failed);
  if (!failed) acceptor.listen(net::socket_base::max_listen_connections, failed);
  check("choose another with --port.");
  state_->signals.add(SIGTERM);
  state_->signals.add(SIGINT);
}

HttpServer::~HttpServer() { state_->readers.join(); }

int HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }

void HttpServer::Run() {
  state_->AwaitSignal();
  state_->Accept();
  state_->Tick();
  state_->context.run();
  state_->readers.join();
}

int HttpServer::connections() const { return static_cast<int>(state_->connections.size()); }

int HttpServer::open_exchanges() const { return state_->open_exchanges; }

void HttpServer::StopAccepting() {
  ErrorCode failed;
  state_->acceptor.close(failed);
  const std::vector<std::shared_ptr<Connection>> all(state_->connections.begin(), state_->connections.end());
  for (const auto& connection : all) connection->CloseIfIdle();
}

void HttpServer::Stop() {
  const std::vector<std::shared_ptr<Connection>> all(state_->connections.begin(), state_->connections.end());
  for (const auto& connection : all) connection->Close();
  state_->context.stop();
}

}  // namespace diptych::server
