#include "server/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <utility>
#include <vector>

#include "base/error.h"
#include "server/connection.h"

namespace diptych::server {
namespace {

namespace net = boost::asio;
using Tcp = net::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr size_t kReadOnce = 16 << 10;  // bytes
constexpr auto kTick = std::chrono::milliseconds(100);

// A socket of the network library. What it waits for holds it, by the callback that holds its connection.
class TcpSocket : public Socket {
 public:
  explicit TcpSocket(Tcp::socket socket) : socket_(std::move(socket)) {
    ErrorCode failed;
    socket_.set_option(Tcp::no_delay(true), failed);
  }

  std::string address() const override {
    ErrorCode failed;
    const auto peer = socket_.remote_endpoint(failed);
    return failed ? std::string() : peer.address().to_string();
  }
  void Read(std::function<void(std::optional<std::string_view>)> done) override {
    block_.resize(kReadOnce);
    socket_.async_read_some(net::buffer(block_), [this, done = std::move(done)](ErrorCode error, size_t bytes) {
      if (error)
        done({});
      else
        done(std::string_view(block_).substr(0, bytes));
    });
  }
  void Write(std::string_view bytes, std::function<void(bool)> done) override {
    net::async_write(socket_, net::buffer(bytes.data(), bytes.size()),
                     [done = std::move(done)](ErrorCode error, size_t) { done(!error); });
  }
  void FinishWriting() override {
    ErrorCode failed;
    socket_.shutdown(Tcp::socket::shutdown_send, failed);
  }
  void Close() override {
    ErrorCode failed;
    socket_.close(failed);
  }
  Poster poster() const override {
    return [executor = socket_.get_executor()](std::function<void()> call) { net::post(executor, std::move(call)); };
  }

 private:
  mutable Tcp::socket socket_;  // to ask for its executor is no change
  std::string block_;
};

}  // namespace

struct HttpServer::State {
  State(const Limits& limits_in, HttpHooks hooks_in) : limits(limits_in), hooks(std::move(hooks_in)) {}

  void Accept();
  void Tick();
  void AwaitSignal();
  // A copy, since what is done with one connection may close others.
  std::vector<std::shared_ptr<Connection>> All() const { return {shared.open.begin(), shared.open.end()}; }

  const Limits limits;
  const HttpHooks hooks;
  net::io_context context{1};
  Tcp::acceptor acceptor{context};
  net::signal_set signals{context};
  net::steady_timer timer{context};
  net::thread_pool body_thread{1};
  ConnectionsState shared{.limits = limits, .hooks = hooks, .on_body_thread = [this](std::function<void()> call) {
                            net::post(body_thread, std::move(call));
                          }};
  bool accepting = false;
};

void HttpServer::State::Accept() {
  accepting = true;
  acceptor.async_accept([this](ErrorCode error, Tcp::socket socket) {
    accepting = false;
    if (!acceptor.is_open()) return;
    // Without free file numbers the next tick tries again.
    if (error) return;
    // What is beyond the limit is closed as it comes.
    if (shared.open.size() < static_cast<size_t>(limits.connections)) {
      auto connection = std::make_shared<Connection>(shared, std::make_unique<TcpSocket>(std::move(socket)));
      shared.open.insert(connection);
      connection->Start();
    }
    Accept();
  });
}

void HttpServer::State::Tick() {
  timer.expires_after(kTick);
  timer.async_wait([this](ErrorCode error) {
    if (error) return;
    const Connection::Clock::time_point now = Connection::Clock::now();
    for (const auto& connection : All()) connection->CheckTime(now);
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

HttpServer::~HttpServer() { state_->body_thread.join(); }

int HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }

void HttpServer::Run() {
  state_->AwaitSignal();
  state_->Accept();
  state_->Tick();
  state_->context.run();
  state_->body_thread.join();
}

int HttpServer::connections() const { return static_cast<int>(state_->shared.open.size()); }

int HttpServer::open_exchanges() const { return state_->shared.exchanges; }

void HttpServer::StopAccepting() {
  ErrorCode failed;
  state_->acceptor.close(failed);
  for (const auto& connection : state_->All()) connection->CloseIfIdle();
}

void HttpServer::Stop() {
  for (const auto& connection : state_->All()) connection->Close();
  state_->context.stop();
}

}  // namespace diptych::server
