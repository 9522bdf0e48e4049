#include "server/http.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "server/api_error.h"

namespace diptych::server {
namespace {

TEST(ParseTarget, PathAndQueryAreDecoded) {
  HttpRequest request;
  ASSERT_TRUE(ParseTarget("/api/jobs/a%20b?after=3&key=a%2Bb+c&flag&=x#part", &request));
  EXPECT_EQ(request.path, "/api/jobs/a b");
  EXPECT_EQ(request.Query("after"), "3");
  EXPECT_EQ(request.Query("key"), "a+b c");
  EXPECT_EQ(request.Query("flag"), "");
  EXPECT_EQ(request.Query("absent"), "");
}

TEST(ParseTarget, MalformedOnesAreRefused) {
  for (const char* target :
       {"", "*", "http://example.org/", "api", "/%", "/%4", "/%zz", "/%00", "/%0a", "/%ff", "/?a=%ff"}) {
    HttpRequest request;
    EXPECT_FALSE(ParseTarget(target, &request)) << target;
  }
}

TEST(HttpRequest, TheContentTypeStandsWithoutItsParameters) {
  const HttpRequest request{
      .id = {}, .method = {}, .path = {}, .headers = {{"content-type", " Application/JSON ; charset=utf-8"}}};
  EXPECT_EQ(request.ContentType(), "application/json");
}

TEST(ServerSentEvent, HasNameNumberAndData) {
  EXPECT_EQ(ServerSentEvent("step", "{}", "4"), "id: 4\nevent: step\ndata: {}\n\n");
  EXPECT_EQ(ServerSentEvent("", "[DONE]"), "data: [DONE]\n\n");
}

// What a client gets when this is thrown.
Failure FailureOf(const std::function<void()>& thrower) {
  try {
    thrower();
  } catch (...) {
    return CurrentFailure();
  }
  return {};
}

TEST(CurrentFailure, BadInputSaysWhatIsWrongAndWhatToDo) {
  const Failure failure = FailureOf([] { throw base::Error("options", "size is 7.", "choose 128."); });
  EXPECT_EQ(failure.error.status, 400);
  EXPECT_EQ(failure.error.message, "size is 7. choose 128.");
  EXPECT_EQ(failure.error.code, "options");
}

TEST(CurrentFailure, MistakesOfOursAreForTheLogAlone) {
  const Failure failure = FailureOf([] { throw std::logic_error("/home/somebody/src/x.cc:7 failed"); });
  EXPECT_EQ(failure.error.status, 500);
  EXPECT_EQ(failure.error.message.find("/home"), std::string::npos);
  EXPECT_EQ(failure.detail, "/home/somebody/src/x.cc:7 failed");
}

TEST(ErrorResponse, SaysWhetherToRepeat) {
  const HttpResponse wrong = ErrorResponse({.message = "no \"size\"", .param = "size", .code = "invalid_value"});
  EXPECT_EQ(
      wrong.body,
      "{\"error\":{\"message\":\"no \\\"size\\\"\",\"type\":\"invalid_request_error\",\"param\":\"size\",\"code\":"
      "\"invalid_value\"}}\n");
  EXPECT_EQ(wrong.headers.at(0), (std::pair<std::string, std::string>("x-should-retry", "false")));
  const HttpResponse full = ErrorResponse({.status = 429, .message = "full", .retry_after_s = 3});
  EXPECT_EQ(full.headers.at(0), (std::pair<std::string, std::string>("retry-after", "3")));
  EXPECT_NE(full.body.find("\"param\":null"), std::string::npos);
}

}  // namespace
}  // namespace diptych::server
