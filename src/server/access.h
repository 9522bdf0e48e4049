// Who may ask: the request's Host, where it comes from, and its key. Pure functions of its headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/api_error.h"
#include "server/http.h"

namespace diptych::server {

struct AccessRules {
  std::vector<std::string> keys{};          // any of them; empty: none is needed
  std::vector<std::string> hosts{};         // names in Host beside those of this machine; empty and !loopback: any
  std::vector<std::string> cors_origins{};  // other sites' pages that may ask, "https://example.org"
  bool loopback = true;                     // the server listens to this machine alone
};

// Whether the address is one of this machine alone: 127.0.0.0/8, ::1.
bool IsLoopback(std::string_view address);

// The refusal of a request by its headers; nothing where it may go on. A server that listens to its own machine is held
// to the names of that machine and to addresses in numbers, so that no page of another site reaches it under a name of
// that site (DNS rebinding). A page of another site is refused by its Origin, or by Sec-Fetch-Site where a browser
// sends no Origin. `open`: the path needs no key.
std::optional<ErrorContent> CheckAccess(const HttpRequest& request, const AccessRules& rules, bool open);

// The headers that let a page of an allowed origin read the answer; none for others.
std::vector<std::pair<std::string, std::string>> CorsHeaders(const HttpRequest& request, const AccessRules& rules);
// The answer to a browser's question whether it may ask (Fetch, section 3.2.2).
HttpResponse AnswerPreflight(const HttpRequest& request, const AccessRules& rules);

}  // namespace diptych::server
