#include "server/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace diptych::server {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Pair;

// "" where the request may go on, else the code of its refusal.
std::string Refusal(std::map<std::string, std::string> headers, const AccessRules& rules = {}, bool open = false) {
  headers.emplace("host", "localhost:8080");
  const HttpRequest request{.id = {}, .method = "GET", .path = "/", .headers = std::move(headers)};
  const auto refusal = CheckAccess(request, rules, open);
  return refusal ? refusal->code : "";
}

TEST(CheckAccess, NamesOfThisMachineAreTaken) {
  for (const char* host : {"localhost", "LocalHost:1", "127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "10.0.0.5:80"})
    EXPECT_EQ(Refusal({{"host", host}}), "") << host;
}

TEST(CheckAccess, OtherNamesAreRefusedThatMayBeRebound) {
  for (const char* host : {"example.org", "127.0.0.1.example.org", "", "localhost.example.org:80", "localhost, evil"})
    EXPECT_EQ(Refusal({{"host", host}}), "unknown_host") << host;
  EXPECT_EQ(Refusal({{"host", "Box.local:80"}}, {.hosts = {"box.local"}}), "");
  // Beyond this machine a key protects, and nobody knows by which name a balancer calls.
  EXPECT_EQ(Refusal({{"host", "example.org"}}, {.loopback = false}), "");
  const AccessRules named{.hosts = {"box.local"}, .loopback = false};
  EXPECT_EQ(Refusal({{"host", "example.org"}}, named), "unknown_host");
  EXPECT_EQ(Refusal({{"host", "10.0.0.5:8080"}}, named), "");  // a balancer's question whether it is ready
}

TEST(CheckAccess, PagesOfOtherSitesAreRefused) {
  EXPECT_EQ(Refusal({{"origin", "http://localhost:8080"}}), "");
  for (const char* origin : {"http://localhost:9999", "https://example.org", "null"})
    EXPECT_EQ(Refusal({{"origin", origin}}), "unknown_origin") << origin;
  EXPECT_EQ(Refusal({{"origin", "https://example.org"}}, {.cors_origins = {"https://example.org"}}), "");
  EXPECT_EQ(Refusal({{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "no-cors"}}), "unknown_origin");
  EXPECT_EQ(Refusal({{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}}), "");
}

TEST(CheckAccess, AKeyIsWantedWhereThereIsOne) {
  const AccessRules rules{.keys = {"first-key", "second-key"}};
  EXPECT_EQ(Refusal({}, rules), "invalid_api_key");
  EXPECT_EQ(Refusal({}, rules, /*open=*/true), "");
  for (const char* key : {"first-key", "second-key"}) {
    EXPECT_EQ(Refusal({{"authorization", std::string("Bearer ") + key}}, rules), "");
    EXPECT_EQ(Refusal({{"x-goog-api-key", key}}, rules), "");
  }
  for (const char* key : {"", "first-ke", "first-key2", "third-key"})
    EXPECT_EQ(Refusal({{"authorization", std::string("Bearer ") + key}}, rules), "invalid_api_key") << key;
}

TEST(CorsHeaders, AreForOriginsOfTheListAlone) {
  const AccessRules rules{.cors_origins = {"https://example.org"}};
  HttpRequest request{.id = {}, .method = "OPTIONS", .path = "/"};
  EXPECT_THAT(CorsHeaders(request, rules), IsEmpty());
  request.headers = {{"origin", "https://example.org"}, {"access-control-request-headers", "x-stainless-os"}};
  EXPECT_THAT(CorsHeaders(request, rules), Contains(Pair("access-control-allow-origin", "https://example.org")));
  EXPECT_THAT(AnswerPreflight(request, rules).headers,
              Contains(Pair("access-control-allow-headers", "x-stainless-os")));
  request.headers["access-control-request-headers"] = "x: y";
  EXPECT_THAT(AnswerPreflight(request, rules).headers,
              testing::Not(Contains(Pair("access-control-allow-headers", "x: y"))));
}

}  // namespace
}  // namespace diptych::server
