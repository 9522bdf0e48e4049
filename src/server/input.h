// The body of a request, JSON or a form, with the pictures in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/endpoints.h"
#include "server/fields.h"
#include "server/json_value.h"
#include "server/multipart.h"

namespace diptych::server {

// Lives as long as what was read from it is used.
struct Input {
  std::optional<JsonDocument> json{};  // absent: a form
  std::vector<FormPart> parts{};
  Fields fields;

  // Where it is JSON.
  JsonValue top() const { return json->top(); }
};
Input ReadInput(const Call& call);

// Pictures under "image" or "images": data URLs or base64 in JSON, files or texts of this kind in a form ("image[]"
// too), with the texts of their files.
std::vector<base::PictureFile> ReadPictures(const Input& input, const Limits& limits);

// The one picture under "image" with the texts of its file. ApiError where there is none.
base::PictureFile ReadPictureFile(const Input& input, const Limits& limits);

}  // namespace diptych::server
