#include "server/api_error.h"

#include <exception>
#include <new>

#include "base/error.h"
#include "record/json_object.h"

namespace diptych::server {
namespace {

// "[place] message" without the place, and with the hint behind it.
std::string MessageOf(const base::Error& error) {
  std::string message = error.what();
  if (const size_t end = message.find("] "); message.starts_with('[') && end != std::string::npos)
    message.erase(0, end + 2);
  if (const size_t hint = message.find("\nHint: "); hint != std::string::npos) message.replace(hint, 7, " ");
  return message;
}

std::string PlaceOf(const base::Error& error) {
  const std::string_view message = error.what();
  const size_t end = message.find(']');
  return message.starts_with('[') && end != std::string_view::npos ? std::string(message.substr(1, end - 1)) : "";
}

}  // namespace

void RefuseField(std::string_view param, std::string_view message) {
  throw ApiError({.message = std::string(message), .param = std::string(param), .code = "invalid_value"});
}

std::string ErrorJson(const ErrorContent& error) {
  record::JsonObject inner = {{"message", error.message}, {"type", error.type}, {"param", nullptr}, {"code", nullptr}};
  if (!error.param.empty()) inner.Add("param", error.param);
  if (!error.code.empty()) inner.Add("code", error.code);
  record::JsonObject json;
  return json.Add("error", inner).Line();
}

HttpResponse ErrorResponse(const ErrorContent& error) {
  HttpResponse response{.status = error.status, .body = ErrorJson(error) + "\n"};
  if (error.retry_after_s > 0)
    response.headers.emplace_back("retry-after", std::to_string(error.retry_after_s));
  else
    response.headers.emplace_back("x-should-retry", "false");
  return response;
}

Failure CurrentFailure() {
  try {
    throw;
  } catch (const ApiError& error) {
    return {error.content(), error.content().retry_after_s > 0 ? "overload" : "invalid", {}};
  } catch (const base::Cancelled&) {
    return {{.status = 499, .message = "the request was cancelled.", .type = "cancelled", .code = "cancelled"},
            "cancelled",
            {}};
  } catch (const base::Error& error) {
    return {{.message = MessageOf(error), .code = PlaceOf(error)}, "invalid", {}};
  } catch (const std::bad_alloc&) {
    return {{.status = 503,
             .message = "there is not enough memory for this request; ask for a smaller size.",
             .type = "server_error",
             .code = "memory"},
            "memory",
            {}};
  } catch (const std::exception& error) {
    return {{.status = 500,
             .message = "this is a mistake of the server; its log has more under the request's id.",
             .type = "server_error",
             .code = "internal"},
            "internal",
            error.what()};
  }
}

}  // namespace diptych::server
