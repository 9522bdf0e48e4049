#include "server/access.h"

#include <algorithm>

namespace diptych::server {
namespace {

// Without the port: "localhost", "[::1]".
std::string_view NameOfHost(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool Contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Written in numbers: no name that somebody could let point here.
bool IsAddress(std::string_view name) {
  return name.starts_with('[') || (!name.empty() && name.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool IsKnownHost(std::string_view host, const AccessRules& rules) {
  const std::string name = AsciiLowered(NameOfHost(host));
  if (Contains(rules.hosts, name) || Contains(rules.hosts, host)) return true;
  if (name == "localhost" || IsAddress(name)) return true;
  return !rules.loopback && rules.hosts.empty();
}

bool IsKnownOrigin(const HttpRequest& request, const AccessRules& rules) {
  const std::string_view origin = request.Header("origin");
  if (origin.empty() || Contains(rules.cors_origins, origin)) return true;
  const size_t name = origin.find("://");
  return name != std::string_view::npos &&
         AsciiLowered(origin.substr(name + 3)) == AsciiLowered(request.Header("host"));
}

// A page of another site asks without an Origin: by an <img>, say.
bool IsCrossSite(const HttpRequest& request) {
  return request.Header("origin").empty() && request.Header("sec-fetch-site") == "cross-site" &&
         request.Header("sec-fetch-mode") != "navigate";
}

// In constant time, so that a client cannot find out by timing where its key differs.
bool AreEqual(std::string_view one, std::string_view other) {
  unsigned char differ = one.size() == other.size() ? 0 : 1;
  for (size_t i = 0; i < other.size(); ++i)
    differ |= static_cast<unsigned char>((i < one.size() ? one[i] : 0) ^ other[i]);
  return differ == 0;
}

// From the headers that clients of OpenAI or of Google send, or from the query's "key"; empty where there is none.
std::string_view KeyOf(const HttpRequest& request) {
  const std::string_view header = request.Header("authorization");
  if (AsciiLowered(header.substr(0, 7)) == "bearer ") return header.substr(7);
  for (const char* name : {"x-api-key", "x-goog-api-key"})
    if (!request.Header(name).empty()) return request.Header(name);
  return request.Query("key");
}

bool HasKey(const HttpRequest& request, const AccessRules& rules) {
  bool found = false;
  for (const std::string& key : rules.keys) found |= AreEqual(KeyOf(request), key);
  return found;
}

}  // namespace

bool IsLoopback(std::string_view address) {
  if (address == "::1" || address == "[::1]") return true;
  return address.starts_with("127.") && address.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<ErrorContent> CheckAccess(const HttpRequest& request, const AccessRules& rules, bool open) {
  if (!IsKnownHost(request.Header("host"), rules))
    return ErrorContent{.status = 403,
                        .message = "the Host header names none of this server's names; --allow-host adds one.",
                        .code = "unknown_host"};
  if (!IsKnownOrigin(request, rules) || IsCrossSite(request))
    return ErrorContent{.status = 403,
                        .message = "pages of other sites may not ask this server; --cors-origin allows one.",
                        .code = "unknown_origin"};
  if (open || rules.keys.empty() || HasKey(request, rules)) return {};
  return ErrorContent{.status = 401,
                      .message = "this server wants an API key: \"Authorization: Bearer KEY\".",
                      .type = "authentication_error",
                      .code = "invalid_api_key"};
}

std::vector<std::pair<std::string, std::string>> CorsHeaders(const HttpRequest& request, const AccessRules& rules) {
  const std::string_view origin = request.Header("origin");
  if (origin.empty() || !Contains(rules.cors_origins, origin)) return {};
  return {{"access-control-allow-origin", std::string(origin)},
          {"access-control-expose-headers", "x-request-id, retry-after, location"},
          {"vary", "origin"}};
}

HttpResponse AnswerPreflight(const HttpRequest& request, const AccessRules& rules) {
  HttpResponse response{.status = 204, .content_type = {}};
  if (CorsHeaders(request, rules).empty()) return response;
  response.headers = {{"access-control-allow-methods", "GET, POST, DELETE"}, {"access-control-max-age", "600"}};
  // Allows whatever headers are asked for, such as the x-stainless ones of OpenAI's clients, as long as the list has
  // only characters of header names.
  const std::string_view asked = request.Header("access-control-request-headers");
  if (!asked.empty() &&
      AsciiLowered(asked).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_, ") == std::string::npos)
    response.headers.emplace_back("access-control-allow-headers", std::string(asked));
  return response;
}

}  // namespace diptych::server
