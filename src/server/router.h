// Which endpoint a request is for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/endpoints.h"

namespace diptych::server {

struct Route {
  std::string_view method;
  std::string_view path;  // {} stands for one part
  void (*answer)(const Call& call);
  bool open = false;                 // needs no key
  std::string_view body_types = {};  // content types that it reads, one behind the other; empty: it has no body
};
std::span<const Route> AllRoutes();

struct FoundRoute {
  const Route* route = nullptr;
  std::vector<std::string> parts{};
};
// The route of a request. A HEAD is answered as a GET. ErrorContent 404 or 405 where there is none, 415 for a body of
// another type.
struct RouteOutcome {
  std::optional<FoundRoute> found{};
  ErrorContent refusal{};
  std::string allowed{};  // of a 405: the methods that the path has
};
RouteOutcome FindRoute(const HttpRequest& request);

}  // namespace diptych::server
