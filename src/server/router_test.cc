#include "server/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace diptych::server {
namespace {

RouteOutcome Find(const std::string& method, const std::string& path, const std::string& type = "") {
  HttpRequest request{.id = {}, .method = method, .path = path};
  if (!type.empty()) request.headers["content-type"] = type;
  return FindRoute(request);
}

TEST(FindRoute, PathsAreFoundWithTheirParts) {
  EXPECT_EQ(Find("GET", "/").found->route->path, "/");
  EXPECT_THAT(Find("GET", "/api/jobs/job_1/pictures/2").found->parts, testing::ElementsAre("job_1", "2"));
  EXPECT_THAT(Find("POST", "/v1beta/models/default:generateContent", "application/json").found->parts,
              testing::ElementsAre("default:generateContent"));
  EXPECT_EQ(Find("HEAD", "/health").found->route->path, "/health");
}

TEST(FindRoute, WhatIsNotThereIsRefused) {
  for (const char* path : {"/x", "/v1", "/api/jobs/", "/api/jobs/a/b", "/v1/models/a/b", "//", "/health/", ""})
    EXPECT_EQ(Find("GET", path).refusal.status, 404) << path;
  const RouteOutcome wrong = Find("PUT", "/api/jobs/job_1");
  EXPECT_EQ(wrong.refusal.status, 405);
  EXPECT_EQ(wrong.allowed, "GET, DELETE");
}

TEST(FindRoute, ABodyMustBeOfATypeThatIsRead) {
  EXPECT_TRUE(Find("POST", "/v1/responses", "application/json; charset=utf-8").found);
  // What a page of another site may send without being asked for.
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"})
    EXPECT_EQ(Find("POST", "/v1/responses", type).refusal.status, 415) << type;
  EXPECT_TRUE(Find("POST", "/api/check", "multipart/form-data; boundary=b").found);
}

TEST(AllRoutes, NoneIsThereTwiceAndWritingOnesTakeABody) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Route& route : AllRoutes()) {
    EXPECT_TRUE(seen.insert({route.method, route.path}).second) << route.path;
    EXPECT_EQ(route.method == "POST", !route.body_types.empty()) << route.path;
    EXPECT_TRUE(!route.open || route.method == "GET") << route.path;
  }
}

}  // namespace
}  // namespace diptych::server
