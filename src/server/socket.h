// A client's socket as a connection uses it; the network library stays behind it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace diptych::server {

// All is called, and all callbacks are, on the server's thread; never from within the call that they are given
// to. The socket may be destroyed in a callback.
class Socket {
 public:
  virtual ~Socket() = default;
  // Of the client; empty where it has gone already.
  virtual std::string address() const = 0;
  // `done` gets what has come next, at least a byte, for as long as it runs; nothing when no more will come. One read
  // at a time.
  virtual void Read(std::function<void(std::optional<std::string_view> bytes)> done) = 0;
  // The bytes must live until `done`, which gets whether all of them were sent. One write at a time.
  virtual void Write(std::string_view bytes, std::function<void(bool sent)> done) = 0;
  // No more will be written.
  virtual void FinishWriting() = 0;
  // Ends what is being read and written.
  virtual void Close() = 0;
  // Calls on the server's thread; from any thread, also when the socket is no more.
  using Poster = std::function<void(std::function<void()> call)>;
  virtual Poster poster() const = 0;
};

}  // namespace diptych::server
