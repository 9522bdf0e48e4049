#include "server/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <iterator>
#include <stdexcept>

namespace diptych::server {
namespace {

namespace http = boost::beast::http;

// Boost 1.74 has a view of its own.
std::string_view View(const auto& text) { return {text.data(), text.size()}; }

// A client's own id is taken where it is short and of plain characters.
bool IsFitId(std::string_view id) {
  constexpr std::string_view kFit = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !id.empty() && id.size() <= 64 && id.find_first_not_of(kFit) == std::string_view::npos;
}

ErrorContent ErrorOf(const boost::system::error_code& error, const Limits& limits) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return {.status = 431,
            .message = "the request's headers have more than " + std::to_string(limits.header_bytes) + " bytes.",
            .code = "headers_too_large"};
  if (error == http::error::body_limit)
    return {.status = 413,
            .message = "the request's body has more than " + std::to_string(limits.body_bytes) + " bytes.",
            .code = "body_too_large"};
  return {.message = "this is no HTTP request.", .code = "bad_request"};
}

}  // namespace

struct RequestReader::Parser {
  http::request_parser<http::string_body> http;
};

RequestReader::RequestReader(const Limits& limits) : limits_(limits), parser_(std::make_unique<Parser>()) {
  parser_->http.header_limit(static_cast<uint32_t>(limits.header_bytes));
  parser_->http.body_limit(static_cast<uint64_t>(limits.body_bytes));
}

RequestReader::~RequestReader() = default;

size_t RequestReader::Take(std::string_view bytes) {
  if (error_ || bytes.empty() || is_done()) return 0;
  boost::system::error_code failed;
  size_t taken = 0;
  try {
    taken = parser_->http.put(boost::asio::buffer(bytes.data(), bytes.size()), failed);
  } catch (const std::length_error&) {
    // Beast keeps no field of 64 KiB, and does not count those behind a chunked body.
    failed = http::error::header_limit;
  }
  if (failed && failed != http::error::need_more) error_ = ErrorOf(failed, limits_);
  return taken;
}

bool RequestReader::has_head() const { return parser_->http.is_header_done(); }

bool RequestReader::is_done() const { return parser_->http.is_done(); }

HttpRequest RequestReader::Head() const {
  const auto& head = parser_->http.get();
  const auto count = std::distance(head.begin(), head.end());
  if (count > limits_.headers)
    throw ApiError({.status = 431,
                    .message = "the request has " + std::to_string(count) + " headers, the limit is " +
                               std::to_string(limits_.headers) + ".",
                    .code = "too_many_headers"});
  HttpRequest request;
  request.method = std::string(View(head.method_string()));
  for (const auto& field : head) {
    std::string& value = request.headers[AsciiLowered(View(field.name_string()))];
    // Of one that comes twice the values stand side by side, which no check takes for either.
    value += (value.empty() ? "" : ", ") + std::string(View(field.value()));
  }
  const std::string_view own = request.Header("x-request-id");
  request.id = IsFitId(own) ? std::string(own) : NewRequestId();
  if (!ParseTarget(View(head.target()), &request))
    throw ApiError({.message = "the request's target is malformed.", .code = "bad_request"});
  return request;
}

bool RequestReader::allows_chunks() const { return parser_->http.get().version() >= 11; }

bool RequestReader::keeps_alive() const { return parser_->http.keep_alive(); }

size_t RequestReader::body_size() const { return parser_->http.get().body().size(); }

std::string RequestReader::TakeBody() { return std::move(parser_->http.get().body()); }

}  // namespace diptych::server
