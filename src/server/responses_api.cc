// OpenAI's responses API, /v1/responses: an image_generation_call and a message in one answer.
#include <memory>
#include <utility>

#include "base/base64.h"
#include "server/conversation.h"
#include "server/endpoints.h"

namespace diptych::server {
namespace {

using record::JsonObject;

struct ResponseCall {
  ChatOrder order;
  int partial_images = 0;
  bool streams = false;
  std::string id, model;
  int64_t created = 0;
};

std::string ImageId(const ResponseCall& call) { return "ig_" + call.id; }
std::string MessageId(const ResponseCall& call) { return "msg_" + call.id; }

JsonObject ImageItem(const ResponseCall& call, const ChatAnswer* answer) {
  JsonObject item = {
      {"id", ImageId(call)}, {"type", "image_generation_call"}, {"status", "in_progress"}, {"result", nullptr}};
  if (answer == nullptr) return item;
  const model::GenerationConfig& options = call.order.draw->request.options;
  item.Add("status", "completed");
  if (!answer->drawing->content.pictures.empty())
    item.Add("result", base::EncodeBase64(answer->drawing->content.pictures[0]));
  item.Add("size", std::to_string(options.width) + "x" + std::to_string(options.height));
  const base::PictureFormat format = call.order.draw->style.format;
  item.Add("output_format", format == base::PictureFormat::kJpeg ? "jpeg" : base::ExtensionOf(format));
  item.AddAll(OwnFields(*answer));
  // A story's pictures after the first.
  std::vector<std::string> further;
  for (size_t i = 1; i < answer->drawing->content.pictures.size(); ++i)
    further.push_back(base::EncodeBase64(answer->drawing->content.pictures[i]));
  if (!further.empty()) item.Add("further_results", further);
  return item;
}

JsonObject TextPart(std::string_view text) {
  JsonObject part = {{"type", "output_text"}, {"text", text}};
  return std::move(part.Add("annotations", std::vector<JsonObject>()).Add("logprobs", std::vector<JsonObject>()));
}

// `answer` is null before it is finished.
JsonObject MessageItem(const ResponseCall& call, const ChatAnswer* answer) {
  JsonObject item = {{"id", MessageId(call)}, {"type", "message"}, {"status", "in_progress"}, {"role", "assistant"}};
  std::vector<JsonObject> content;
  if (answer != nullptr) {
    item.Add("status", "completed");
    content.push_back(TextPart(answer->text));
    if (!answer->drawing) item.AddAll(OwnFields(*answer));
  }
  return std::move(item.Add("content", content));
}

std::vector<JsonObject> OutputOf(const ResponseCall& call, const ChatAnswer& answer) {
  std::vector<JsonObject> output;
  if (answer.drawing) output.push_back(ImageItem(call, &answer));
  output.push_back(MessageItem(call, &answer));
  return output;
}

JsonObject ResponseJson(const ResponseCall& call, const ChatAnswer* answer) {
  JsonObject json = {{"id", call.id},
                     {"object", "response"},
                     {"created_at", call.created},
                     {"status", answer == nullptr ? "in_progress" : "completed"},
                     {"error", nullptr},
                     {"incomplete_details", nullptr},
                     {"instructions", nullptr},
                     {"metadata", nullptr},
                     {"model", call.model},
                     {"parallel_tool_calls", false},
                     {"temperature", nullptr},
                     {"tool_choice", "auto"},
                     {"top_p", nullptr}};
  json.Add("tools", std::vector<JsonObject>()).Add("output", std::vector<JsonObject>()).Add("usage", nullptr);
  if (answer == nullptr) return json;
  const TokenCounts& counts = answer->counts;
  JsonObject usage = {
      {"input_tokens", counts.input}, {"output_tokens", counts.output}, {"total_tokens", counts.input + counts.output}};
  usage.Add("input_tokens_details", JsonObject{{"cached_tokens", 0}});
  usage.Add("output_tokens_details", JsonObject{{"reasoning_tokens", 0}});
  json.Add("output", OutputOf(call, *answer)).Add("usage", usage);
  return json;
}

// One streamed answer: numbers its events.
class EventWriter {
 public:
  EventWriter(const ResponseCall& call, Reply& reply) : call_(call), reply_(reply) {}

  void Send(const std::string& type, const JsonObject& members) {
    JsonObject json = {{"type", type}, {"sequence_number", number_++}};
    reply_.Write(ServerSentEvent(type, json.AddAll(members).Line()));
  }
  void SendResponse(const std::string& type, const ChatAnswer* answer) {
    Send(type, JsonObject().Add("response", ResponseJson(call_, answer)));
  }
  void SendItem(const std::string& type, int index, const JsonObject& item) {
    JsonObject members = {{"output_index", index}};
    Send(type, members.Add("item", item));
  }
  void SendImage(const std::string& type, JsonObject members) {
    JsonObject all = {{"output_index", 0}, {"item_id", ImageId(call_)}};
    Send("response.image_generation_call." + type, all.AddAll(members));
  }
  // Of the message's only part.
  void SendText(const std::string& type, const JsonObject& members) {
    JsonObject all = {{"output_index", message_index()}, {"content_index", 0}, {"item_id", MessageId(call_)}};
    Send(type, all.AddAll(members));
  }
  int message_index() const { return call_.order.draw ? 1 : 0; }

 private:
  const ResponseCall& call_;
  Reply& reply_;
  int number_ = 0;
};

void BeginMessage(const ResponseCall& call, EventWriter& writer) {
  writer.SendItem("response.output_item.added", writer.message_index(), MessageItem(call, nullptr));
  writer.SendText("response.content_part.added", JsonObject().Add("part", TextPart("")));
}

void EndMessage(const ResponseCall& call, const ChatAnswer& answer, EventWriter& writer) {
  JsonObject done = {{"text", answer.text}};
  writer.SendText("response.output_text.done", done.Add("logprobs", std::vector<JsonObject>()));
  writer.SendText("response.content_part.done", JsonObject().Add("part", TextPart(answer.text)));
  writer.SendItem("response.output_item.done", writer.message_index(), MessageItem(call, &answer));
}

void SendPartialImage(const ResponseCall& call, int index, const base::Image& preview, EventWriter& writer) {
  writer.SendImage(
      "partial_image",
      {{"partial_image_index", index},
       {"partial_image_b64", base::EncodeBase64(base::EncodePicture(preview, {}, call.order.draw->style.format))}});
}

void Stream(Service& service, const ResponseCall& call, Reply& reply, const WorkListener& base) {
  reply.Begin(EventStreamHead());
  EventWriter writer(call, reply);
  writer.SendResponse("response.created", nullptr);
  writer.SendResponse("response.in_progress", nullptr);
  if (call.order.draw) {
    writer.SendItem("response.output_item.added", 0, ImageItem(call, nullptr));
    writer.SendImage("in_progress", {});
  }
  WorkListener listener = base;
  int partial = 0;
  listener.on_step = [&](int step, int steps, const base::Image& preview) {
    if (step == 1) writer.SendImage("generating", {});
    if (IsPartialStep(step, steps, call.partial_images)) SendPartialImage(call, partial++, preview, writer);
  };
  bool told = false;
  const auto tell = [&](std::string_view text) {
    if (!std::exchange(told, true)) BeginMessage(call, writer);
    JsonObject delta = {{"delta", text}};
    writer.SendText("response.output_text.delta", delta.Add("logprobs", std::vector<JsonObject>()));
  };
  listener.on_narrative = tell;
  const ChatAnswer answer = MakeChatAnswer(service, call.order, 0, listener);
  if (!told) tell(answer.text);
  if (answer.drawing) {
    writer.SendImage("completed", {});
    writer.SendItem("response.output_item.done", 0, ImageItem(call, &answer));
  }
  EndMessage(call, answer, writer);
  writer.SendResponse("response.completed", &answer);
  reply.End();
}

UserMessage ReadUserMessage(const JsonValue& top, const Limits& limits) {
  const std::optional<JsonValue> input = top.Find("input");
  if (!input) RefuseField("input", "input is missing.");
  if (input->IsList()) return NewestOfUser(*input, "content", limits);
  UserMessage message;
  AddContent(*input, limits, &message);
  return message;
}

// The image_generation tool's settings count as fields where the request itself has none.
std::optional<JsonValue> ImageTool(const JsonValue& top) {
  const std::optional<JsonValue> tools = top.Find("tools");
  for (size_t i = 0; tools && tools->IsList() && i < tools->size(); ++i) {
    const std::optional<JsonValue> type = tools->At(i).Find("type");
    if (type && type->AsText() != nullptr && *type->AsText() == "image_generation") return tools->At(i);
  }
  return {};
}

ResponseCall ReadCall(const Call& call) {
  Input input = ReadInput(call);
  const Limits& limits = call.service.limits;
  if (const auto tool = ImageTool(input.top()))
    input.fields.AddMissing(Fields(*tool), {"size", "output_format", "partial_images"});
  ResponseCall response{
      .order = ReadChatOrder(input.fields, ReadUserMessage(input.top(), limits), call.service.order_context()),
      .partial_images = static_cast<int>(input.fields.Integer("partial_images", 0, limits.partial_images).value_or(0)),
      .streams = input.fields.Switch("stream").value_or(false),
      .id = "resp_" + call.request.id,
      .model = call.service.served.name,
      .created = UnixTime()};
  AddTokenLimit(input.fields, {"max_output_tokens"}, limits, &response.order);
  return response;
}

}  // namespace

void AnswerResponses(const Call& call) {
  const auto response = std::make_shared<const ResponseCall>(ReadCall(call));
  QueueReply(call.service, "responses", call.request, call.reply,
             [&service = call.service, response, reply = call.reply](const WorkListener& base) {
               if (response->streams) {
                 Stream(service, *response, *reply, base);
                 return;
               }
               const ChatAnswer answer = MakeChatAnswer(service, response->order, 0, base);
               reply->Send({.body = ResponseJson(*response, &answer).Line()});
             });
}

}  // namespace diptych::server
