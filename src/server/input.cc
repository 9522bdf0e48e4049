#include "server/input.h"

#include "server/api_error.h"

namespace diptych::server {
namespace {

void CheckCount(size_t count, const Limits& limits) {
  if (static_cast<int64_t>(count) >= limits.pictures_given)
    RefuseField("image", "there are more than " + std::to_string(limits.pictures_given) + " pictures.");
}

void AddPicture(const JsonValue& value, const Limits& limits, std::vector<base::PictureFile>* pictures) {
  CheckCount(pictures->size(), limits);
  const std::string* url = value.AsText();
  if (url == nullptr) RefuseField("image", "a picture must be a data URL in base64: data:image/png;base64,...");
  pictures->push_back(ReadPictureFile(BytesOfPictureUrl(*url, "image"), "image", limits));
}

}  // namespace

Input ReadInput(const Call& call) {
  const HttpRequest& request = call.request;
  const Limits& limits = call.service.limits;
  if (request.ContentType() == "multipart/form-data") {
    std::vector<FormPart> parts = ParseForm(request.Header("content-type"), request.body, limits);
    Fields fields(parts);
    return {.parts = std::move(parts), .fields = std::move(fields)};
  }
  JsonDocument json = JsonDocument::Parse(request.body, limits);
  Fields fields(json.top());
  return {.json = std::move(json), .fields = std::move(fields)};
}

std::vector<base::PictureFile> ReadPictures(const Input& input, const Limits& limits) {
  std::vector<base::PictureFile> pictures;
  if (!input.json) {
    for (const FormPart& part : input.parts) {
      if (part.name != "image" && part.name != "image[]") continue;
      CheckCount(pictures.size(), limits);
      pictures.push_back(
          ReadPictureFile(part.is_file ? part.bytes : BytesOfPictureUrl(part.bytes, "image"), "image", limits));
    }
    return pictures;
  }
  for (const char* name : {"image", "images"}) {
    const std::optional<JsonValue> value = input.top().Find(name);
    if (!value) continue;
    if (!value->IsList()) AddPicture(*value, limits, &pictures);
    for (size_t i = 0; value->IsList() && i < value->size(); ++i) AddPicture(value->At(i), limits, &pictures);
  }
  return pictures;
}

base::PictureFile ReadPictureFile(const Input& input, const Limits& limits) {
  for (const FormPart& part : input.parts)
    if (part.is_file && part.name == "image") return ReadPictureFile(part.bytes, "image", limits);
  const std::optional<std::string> url = input.fields.Text("image", limits.body_bytes);
  if (!url) RefuseField("image", "there is no picture.");
  return ReadPictureFile(BytesOfPictureUrl(*url, "image"), "image", limits);
}

}  // namespace diptych::server
