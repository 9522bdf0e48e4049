#include "server/request_reader.h"

#include <gtest/gtest.h>

namespace diptych::server {
namespace {

// What is left when the reader takes nothing more.
std::string TakeAll(RequestReader& reader, std::string bytes) {
  while (const size_t taken = reader.Take(bytes)) bytes.erase(0, taken);
  return bytes;
}

// The same where the bytes come one by one.
std::string TakeEach(RequestReader& reader, std::string_view bytes) {
  std::string waiting;
  for (const char c : bytes) waiting = TakeAll(reader, waiting + c);
  return waiting;
}

constexpr std::string_view kChunked =
    "POST /v1/responses?a=b HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: mine\r\nAccept: a\r\naccept: b\r\n"
    "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3;x=y\r\n:1}\r\n0\r\n\r\n";

TEST(RequestReader, ReadsAChunkedRequestHoweverItComes) {
  const Limits limits;
  for (const bool each : {false, true}) {
    RequestReader reader(limits);
    const std::string all = std::string(kChunked) + "GET";
    EXPECT_EQ(each ? TakeEach(reader, all) : TakeAll(reader, all), "GET");
    ASSERT_TRUE(reader.has_head() && reader.is_done() && !reader.error());
    const HttpRequest request = reader.Head();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/v1/responses");
    EXPECT_EQ(request.Query("a"), "b");
    EXPECT_EQ(request.id, "mine");
    EXPECT_EQ(request.Header("accept"), "a, b");
    EXPECT_TRUE(reader.keeps_alive() && reader.allows_chunks());
    EXPECT_EQ(reader.body_size(), 7u);
    EXPECT_EQ(reader.TakeBody(), "{\"a\":1}");
  }
}

TEST(RequestReader, StopsBehindTheHeaders) {
  const Limits limits;
  RequestReader reader(limits);
  const std::string head = "POST / HTTP/1.0\r\ncontent-length: 2\r\n\r\n";
  EXPECT_EQ(reader.Take(head + "{}"), head.size());
  EXPECT_TRUE(reader.has_head() && !reader.is_done());
  EXPECT_FALSE(reader.keeps_alive() || reader.allows_chunks());
  EXPECT_EQ(reader.Take("{}"), 2u);
  EXPECT_TRUE(reader.is_done());
}

int StatusOf(const std::string& bytes, const Limits& limits = {}) {
  RequestReader reader(limits);
  TakeAll(reader, bytes);
  if (reader.error()) return reader.error()->status;
  if (!reader.has_head()) return 0;
  try {
    reader.Head();
  } catch (const ApiError& error) {
    return error.content().status;
  }
  return reader.is_done() ? 200 : 0;
}

TEST(RequestReader, RefusesWhatIsBeyondTheLimits) {
  const std::string get = "GET / HTTP/1.1\r\n", post = "POST / HTTP/1.1\r\n";
  EXPECT_EQ(StatusOf(get + "\r\n"), 200);
  EXPECT_EQ(StatusOf(get + "a: " + std::string(20'000, 'b')), 431);  // before it has an end
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a: b\r\n";
  EXPECT_EQ(StatusOf(get + many + "\r\n"), 431);
  EXPECT_EQ(StatusOf(post + "content-length: 99\r\n\r\n", {.body_bytes = 98}), 413);
  EXPECT_EQ(StatusOf(post + "transfer-encoding: chunked\r\n\r\n63\r\n" + std::string(99, 'a'), {.body_bytes = 98}),
            413);
}

TEST(RequestReader, RefusesHugeFieldsBehindABody) {
  const std::string chunked = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\na: ";
  EXPECT_EQ(StatusOf(chunked + "b\r\n\r\n"), 200);
  EXPECT_EQ(StatusOf(chunked + std::string(70'000, 'b') + "\r\n\r\n"), 431);
}

TEST(RequestReader, RefusesWhatIsMalformed) {
  const std::string post = "POST / HTTP/1.1\r\n";
  for (const std::string& bytes :
       {std::string("nonsense\r\n\r\n"), std::string("GET / HTTP/2.0\r\n\r\n"),
        std::string("GET /%ff HTTP/1.1\r\n\r\n"), std::string("GET\0/ HTTP/1.1\r\n\r\n", 17), post + "a\r\n\r\n",
        post + "a b: c\r\n\r\n", post + "content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        post + "content-length: -1\r\n\r\n", post + "transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n",
        post + "transfer-encoding: chunked\r\n\r\nzz\r\n"})
    EXPECT_EQ(StatusOf(bytes), 400) << bytes;
}

}  // namespace
}  // namespace diptych::server
