#include "server/http.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

#include "base/ascii.h"
#include "base/split.h"
#include "text/unicode.h"

namespace diptych::server {
namespace {

std::string_view Found(const std::map<std::string, std::string>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? std::string_view() : found->second;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// False for a bad escape, a control character, or bytes that are no UTF-8.
bool Unescape(std::string_view text, bool plus_is_space, std::string* out) {
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = HexDigit(text[i + 1]), low = HexDigit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
    *out += c;
  }
  return text::RepairUtf8(*out) == *out;
}

bool ParseQuery(std::string_view text, std::map<std::string, std::string>* query) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(pair.size() < text.size() ? pair.size() + 1 : text.size());
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    std::string name, value;
    if (!Unescape(pair.substr(0, equals), true, &name)) return false;
    if (equals != std::string_view::npos && !Unescape(pair.substr(equals + 1), true, &value)) return false;
    query->insert_or_assign(std::move(name), std::move(value));
  }
  return true;
}

}  // namespace

std::string AsciiLowered(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = base::AsciiLower(c);
  return lowered;
}

std::string_view HttpRequest::Header(const std::string& name) const { return Found(headers, name); }

std::string_view HttpRequest::Query(const std::string& name) const { return Found(query, name); }

std::string HttpRequest::ContentType() const {
  const std::string_view whole = Header("content-type");
  return AsciiLowered(base::Trim(whole.substr(0, whole.find(';'))));
}

bool ParseTarget(std::string_view target, HttpRequest* request) {
  if (!target.starts_with('/')) return false;
  const size_t mark = target.find('?');
  std::string_view path = target.substr(0, mark);
  path = path.substr(0, path.find('#'));
  if (!Unescape(path, false, &request->path)) return false;
  if (mark == std::string_view::npos) return true;
  std::string_view query = target.substr(mark + 1);
  return ParseQuery(query.substr(0, query.find('#')), &request->query);
}

std::string NewRequestId() {
  std::random_device random;
  char text[40];
  std::snprintf(text, sizeof(text), "req_%08x%08x%08x", random(), random(), random());
  return text;
}

HttpRequest RequestWithoutHead() {
  HttpRequest request;
  request.id = NewRequestId();
  return request;
}

std::string_view ReasonOf(int status) {
  struct Row {
    int status;
    std::string_view reason;
  };
  constexpr std::array kRows = {// RFC 9110, section 15; RFC 6585
                                Row{200, "OK"},
                                Row{202, "Accepted"},
                                Row{204, "No Content"},
                                Row{400, "Bad Request"},
                                Row{401, "Unauthorized"},
                                Row{403, "Forbidden"},
                                Row{404, "Not Found"},
                                Row{405, "Method Not Allowed"},
                                Row{408, "Request Timeout"},
                                Row{413, "Content Too Large"},
                                Row{415, "Unsupported Media Type"},
                                Row{429, "Too Many Requests"},
                                Row{431, "Request Header Fields Too Large"},
                                Row{500, "Internal Server Error"},
                                Row{503, "Service Unavailable"}};
  const auto* const row = std::ranges::find(kRows, status, &Row::status);
  return row == kRows.end() ? "Error" : row->reason;
}

std::string ServerSentEvent(std::string_view name, std::string_view data, std::string_view id) {
  std::string event;
  event.reserve(data.size() + name.size() + id.size() + 32);
  if (!id.empty()) event.append("id: ").append(id).append("\n");
  if (!name.empty()) event.append("event: ").append(name).append("\n");
  return event.append("data: ").append(data).append("\n\n");
}

HttpResponse EventStreamHead() {
  return {.content_type = "text/event-stream", .headers = {{"cache-control", "no-cache"}, {"x-accel-buffering", "no"}}};
}

}  // namespace diptych::server
