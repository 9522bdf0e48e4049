// A refusal that a client reads: its status, and the error object of its answer.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "server/http.h"

namespace diptych::server {

struct ErrorContent {
  int status = 400;
  std::string message;
  std::string type = "invalid_request_error";
  std::string param{};    // which field is wrong; empty: none
  std::string code{};     // for programs; empty: none
  int retry_after_s = 0;  // 0: repeating the same request is wrong, and the answer says so
};

class ApiError : public std::runtime_error {
 public:
  explicit ApiError(ErrorContent content) : std::runtime_error(content.message), content_(std::move(content)) {}
  const ErrorContent& content() const { return content_; }

 private:
  ErrorContent content_;
};

// 400 with the field that is wrong.
[[noreturn]] void RefuseField(std::string_view param, std::string_view message);

// {"error": {"message", "type", "param", "code"}}, one line.
std::string ErrorJson(const ErrorContent& error);
// The same as a whole answer, with x-should-retry and retry-after.
HttpResponse ErrorResponse(const ErrorContent& error);

// What an exception of the work says to the client. Mistakes of ours say nothing but that they are ours: their text
// goes to the log alone.
struct Failure {
  ErrorContent error;
  std::string kind;    // for the metrics: "invalid", "cancelled", "overload", "memory", "internal"
  std::string detail;  // for the log; empty: the message says it all
};
// Of the exception that is being handled.
Failure CurrentFailure();

}  // namespace diptych::server
