#include "server/multipart.h"

#include <optional>

#include "base/split.h"
#include "server/api_error.h"
#include "server/http.h"
#include "text/unicode.h"

namespace diptych::server {
namespace {

constexpr size_t kLongestBoundary = 70;  // RFC 2046, section 5.1.1
constexpr size_t kLongestPartHeaders = 4096;

[[noreturn]] void RefuseForm(const std::string& message) {
  throw ApiError({.message = "the form " + message, .code = "invalid_form"});
}

// The value of a parameter, `form-data; name="prompt"` say; nothing when it has none. A quoted value may hold escapes.
std::optional<std::string> ParameterOf(std::string_view header, const std::string& name) {
  for (size_t at = header.find(';'); at != std::string_view::npos; at = header.find(';', at)) {
    ++at;
    while (at < header.size() && header[at] == ' ') ++at;
    const size_t equals = header.find('=', at);
    if (equals == std::string_view::npos) return {};
    const std::string key = AsciiLowered(base::Trim(header.substr(at, equals - at)));
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size()) ++at;
        value += header[at];
      }
    } else {
      const size_t end = header.find(';', at);
      value = base::Trim(header.substr(at, end == std::string_view::npos ? end : end - at));
    }
    if (key == name) return value;
  }
  return {};
}

// The part's name, and whether it is a file, from its header lines.
FormPart PartOf(std::string_view headers) {
  for (const std::string_view line : base::Split(headers, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || AsciiLowered(base::Trim(line.substr(0, colon))) != "content-disposition")
      continue;
    const std::string_view value = line.substr(colon + 1);
    std::optional<std::string> name = ParameterOf(value, "name");
    if (!name || text::RepairUtf8(*name) != *name) break;
    return {.name = std::move(*name), .is_file = ParameterOf(value, "filename").has_value(), .bytes = {}};
  }
  RefuseForm("has a part without a name.");
}

}  // namespace

std::vector<FormPart> ParseForm(std::string_view content_type, std::string_view body, const Limits& limits) {
  const std::optional<std::string> boundary = ParameterOf(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary) RefuseForm("states no fit boundary.");
  const std::string first = "--" + *boundary, next = "\r\n" + first;
  std::vector<FormPart> parts;
  size_t at = body.starts_with(first) ? 0 : body.find(next);
  if (at == std::string_view::npos) RefuseForm("has no part.");
  at += body.starts_with(first) ? first.size() : next.size();
  while (!body.substr(at).starts_with("--")) {
    if (!body.substr(at).starts_with("\r\n")) RefuseForm("is malformed behind a boundary.");
    // The headers may be none, so that the blank line stands at once.
    const size_t blank = body.find("\r\n\r\n", at), start = at + 2;
    if (blank == std::string_view::npos || blank - at > kLongestPartHeaders) RefuseForm("has a part without an end.");
    FormPart part = PartOf(blank < start ? std::string_view() : body.substr(start, blank - start));
    const size_t content = blank + 4, end = body.find(next, content - 2);
    if (end == std::string_view::npos) RefuseForm("has a part without an end.");
    part.bytes = end < content ? std::string_view() : body.substr(content, end - content);
    parts.push_back(std::move(part));
    if (static_cast<int64_t>(parts.size()) > limits.form_parts)
      RefuseForm("has more than " + std::to_string(limits.form_parts) + " parts.");
    at = end + next.size();
  }
  return parts;
}

}  // namespace diptych::server
