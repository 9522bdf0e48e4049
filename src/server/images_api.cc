// OpenAI's images API: /v1/images/generations and /v1/images/edits.
#include <memory>
#include <utility>

#include "base/base64.h"
#include "server/answer_json.h"
#include "server/endpoints.h"
#include "server/input.h"

namespace diptych::server {
namespace {

using record::JsonObject;

// What the answer needs beside the drawing itself.
struct ImagesOrder {
  DrawOrder draw;
  std::string kind;  // of its events: "image_generation" or "image_edit"
  int partial_images = 0;
  bool streams = false, as_url = false;
};

void AddFormat(const ImagesOrder& order, JsonObject* json) {
  const model::GenerationConfig& options = order.draw.request.options;
  const base::PictureFormat format = order.draw.style.format;
  json->Add("size", std::to_string(options.width) + "x" + std::to_string(options.height));
  json->Add("quality", "auto").Add("background", "opaque");
  json->Add("output_format", format == base::PictureFormat::kJpeg ? "jpeg" : base::ExtensionOf(format));
}

JsonObject ImagesUsageJson(const TokenCounts& counts) {
  JsonObject json = {
      {"input_tokens", counts.input}, {"output_tokens", counts.output}, {"total_tokens", counts.input + counts.output}};
  return std::move(json.Add("input_tokens_details", JsonObject{{"text_tokens", counts.input}, {"image_tokens", 0}}));
}

// The pictures of a drawing: one, but for a story.
void AddImages(const ImagesOrder& order, const Drawing& drawing, const std::vector<std::string>& warnings,
               std::vector<JsonObject>* data) {
  for (const std::string& file : drawing.content.pictures) {
    JsonObject image;
    if (order.as_url)
      image.Add("url", PictureUrl(file, order.draw));
    else
      image.Add("b64_json", base::EncodeBase64(file));
    data->push_back(std::move(image.AddAll(OwnFields(drawing, warnings))));
  }
}

void AnswerWhole(Service& service, const ImagesOrder& order, Reply& reply, const WorkListener& base) {
  std::vector<JsonObject> data;
  TokenCounts counts;
  for (int i = 0; i < order.draw.count; ++i) {
    std::vector<std::string> warnings;
    const Drawing drawing = DrawCounted(service, order.draw, i, Collecting(base, &warnings));
    counts += CountsOf(drawing, service.served);
    AddImages(order, drawing, warnings, &data);
  }
  JsonObject json = {{"created", UnixTime()}};
  json.Add("data", data);
  AddFormat(order, &json);
  reply.Send({.body = json.Add("usage", ImagesUsageJson(counts)).Line()});
}

void SendEvent(const std::string& type, const JsonObject& members, Reply& reply) {
  JsonObject json = {{"type", type}};
  reply.Write(ServerSentEvent(type, json.AddAll(members).Line()));
}

void StreamOne(Service& service, const ImagesOrder& order, int number, Reply& reply, const WorkListener& base) {
  std::vector<std::string> warnings;
  WorkListener listener = Collecting(base, &warnings);
  int partial = 0;
  listener.on_step = [&](int step, int steps, const base::Image& preview) {
    if (!IsPartialStep(step, steps, order.partial_images)) return;
    JsonObject json = {{"b64_json", base::EncodeBase64(base::EncodePicture(preview, {}, order.draw.style.format))},
                       {"partial_image_index", partial++},
                       {"created_at", UnixTime()}};
    AddFormat(order, &json);
    SendEvent(order.kind + ".partial_image", json, reply);
  };
  const Drawing drawing = DrawCounted(service, order.draw, number, listener);
  for (const std::string& file : drawing.content.pictures) {
    JsonObject json = {{"b64_json", base::EncodeBase64(file)}, {"created_at", UnixTime()}};
    AddFormat(order, &json);
    json.Add("usage", ImagesUsageJson(CountsOf(drawing, service.served))).AddAll(OwnFields(drawing, warnings));
    SendEvent(order.kind + ".completed", json, reply);
  }
}

void QueueImages(const Call& call, ImagesOrder wanted) {
  const auto order = std::make_shared<const ImagesOrder>(std::move(wanted));
  QueueReply(call.service, "images", call.request, call.reply,
             [&service = call.service, order, reply = call.reply](const WorkListener& base) {
               if (!order->streams) {
                 AnswerWhole(service, *order, *reply, base);
                 return;
               }
               reply->Begin(EventStreamHead());
               for (int i = 0; i < order->draw.count; ++i) StreamOne(service, *order, i, *reply, base);
               reply->End();
             });
}

ImagesOrder ReadOrder(const Call& call, const Fields& fields, std::vector<base::PictureFile> pictures) {
  const Limits& limits = call.service.limits;
  const bool edits = !pictures.empty();
  const std::string format = fields.Word("response_format", {"b64_json", "url"}).value_or("b64_json");
  return {.draw = ReadDrawOrder(fields, fields.Text("prompt", limits.prompt_bytes).value_or(""), std::move(pictures),
                                call.service.order_context()),
          .kind = edits ? "image_edit" : "image_generation",
          .partial_images = static_cast<int>(fields.Integer("partial_images", 0, limits.partial_images).value_or(0)),
          .streams = fields.Switch("stream").value_or(false),
          .as_url = format == "url"};
}

}  // namespace

void AnswerGenerations(const Call& call) {
  const Input input = ReadInput(call);
  QueueImages(call, ReadOrder(call, input.fields, {}));
}

void AnswerEdits(const Call& call) {
  const Input input = ReadInput(call);
  for (const FormPart& part : input.parts)
    if (part.name == "mask") RefuseField("mask", "masks are not understood; say in the prompt what to change.");
  std::vector<base::PictureFile> pictures = ReadPictures(input, call.service.limits);
  if (pictures.empty()) RefuseField("image", "an edit needs a picture, a file in the field \"image\".");
  QueueImages(call, ReadOrder(call, input.fields, std::move(pictures)));
}

}  // namespace diptych::server
