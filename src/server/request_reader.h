// Reads the requests of one connection from its bytes, within the limits. No network in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/api_error.h"
#include "server/http.h"
#include "server/limits.h"

namespace diptych::server {

// One request of HTTP/1.0 or 1.1 (RFC 9112): the line and the headers, then the body, chunked or of a stated length.
class RequestReader {
 public:
  // The limits must outlive it.
  explicit RequestReader(const Limits& limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Takes bytes from the front of those that have come and not been taken yet, and returns how many. It stops behind
  // the headers once, and at the end of the request; it takes 0 when it needs more bytes to go on.
  size_t Take(std::string_view bytes);

  // Set where the request cannot be read on, and so nothing behind it either.
  const std::optional<ErrorContent>& error() const { return error_; }
  bool has_head() const;  // the headers are there; below: of one that has them
  bool is_done() const;   // all of it is there

  // Everything but the body. ApiError where it has too many headers or a target that makes no sense.
  HttpRequest Head() const;
  bool allows_chunks() const;  // HTTP/1.1: its answer may be chunked
  bool keeps_alive() const;
  size_t body_size() const;  // as far as it is there
  std::string TakeBody();

 private:
  struct Parser;
  const Limits& limits_;
  std::unique_ptr<Parser> parser_;
  std::optional<ErrorContent> error_{};
};

}  // namespace diptych::server
