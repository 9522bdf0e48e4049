// Forms with files: multipart/form-data (RFC 7578).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/limits.h"

namespace diptych::server {

struct FormPart {
  std::string name;
  bool is_file = false;    // it has a file's name
  std::string_view bytes;  // within the body
};

// The parts of a form. `content_type` is the whole header, with the boundary. ApiError for a form that is malformed,
// cut or has too many parts.
std::vector<FormPart> ParseForm(std::string_view content_type, std::string_view body, const Limits& limits);

}  // namespace diptych::server
