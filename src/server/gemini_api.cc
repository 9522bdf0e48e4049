// A thin form of Google's generateContent and streamGenerateContent: parts in the order in which they were made.
#include <memory>
#include <utility>

#include "base/base64.h"
#include "server/conversation.h"
#include "server/endpoints.h"

namespace diptych::server {
namespace {

using record::JsonObject;

struct GeminiCall {
  ChatOrder order;
  bool streams = false, as_events = false;
  std::string id, model;
};

std::vector<JsonObject> PartsJson(const GeminiCall& call, const ChatAnswer& answer) {
  std::vector<JsonObject> parts;
  if (!answer.drawing) {
    parts.push_back({{"text", answer.text}});
    return parts;
  }
  for (const AnswerPart& part : PartsOf(*answer.drawing)) {
    if (!part.is_picture) {
      parts.push_back({{"text", part.content}});
      continue;
    }
    const std::string_view type = MediaTypeOf(call.order.draw->style.format);
    JsonObject json;
    json.Add("inlineData", JsonObject{{"mimeType", type}, {"data", base::EncodeBase64(part.content)}});
    parts.push_back(std::move(json));
  }
  return parts;
}

// One answer, or one piece of a streamed one; `answer` where it is the last.
JsonObject ContentJson(const GeminiCall& call, const std::vector<JsonObject>& parts, const ChatAnswer* answer) {
  JsonObject content = {{"role", "model"}}, candidate;
  candidate.Add("content", content.Add("parts", parts)).Add("index", 0);
  if (answer != nullptr) candidate.Add("finishReason", "STOP");
  std::vector<JsonObject> candidates;
  candidates.push_back(std::move(candidate));
  JsonObject json;
  json.Add("candidates", candidates).Add("modelVersion", call.model).Add("responseId", call.id);
  if (answer == nullptr) return json;
  json.Add("usageMetadata", JsonObject{{"promptTokenCount", answer->counts.input},
                                       {"candidatesTokenCount", answer->counts.output},
                                       {"totalTokenCount", answer->counts.input + answer->counts.output}});
  return std::move(json.AddAll(OwnFields(*answer)));
}

// The plan as it is written, as a thought; then each part.
void Stream(Service& service, const GeminiCall& call, Reply& reply, const WorkListener& base) {
  HttpResponse head = call.as_events ? EventStreamHead() : HttpResponse{};
  reply.Begin(std::move(head));
  bool first = true;
  const auto send = [&](JsonObject part, const ChatAnswer* answer) {
    std::vector<JsonObject> parts;
    parts.push_back(std::move(part));
    const std::string json = ContentJson(call, parts, answer).Line();
    reply.Write(call.as_events ? ServerSentEvent({}, json) : (std::exchange(first, false) ? "[" : ",") + json + "\n");
  };
  WorkListener listener = base;
  listener.on_plan = [&](std::string_view text) { send({{"text", text}, {"thought", true}}, nullptr); };
  const ChatAnswer answer = MakeChatAnswer(service, call.order, 0, listener);
  std::vector<JsonObject> parts = PartsJson(call, answer);
  for (size_t i = 0; i < parts.size(); ++i) send(std::move(parts[i]), i + 1 == parts.size() ? &answer : nullptr);
  if (!call.as_events) reply.Write("]\n");
  reply.End();
}

GeminiCall ReadCall(const Call& call, const std::string& action) {
  Input input = ReadInput(call);
  const Limits& limits = call.service.limits;
  const std::optional<JsonValue> contents = input.top().Find("contents");
  if (!contents) RefuseField("contents", "contents are missing.");
  if (const auto config = input.top().Find("generationConfig")) {
    Fields fields(*config);
    fields.Rename("topP", "top_p");
    input.fields.AddMissing(fields, {"seed", "temperature", "top_p", "maxOutputTokens"});
  }
  GeminiCall gemini{
      .order = ReadChatOrder(input.fields, NewestOfUser(*contents, "parts", limits), call.service.order_context()),
      .streams = action == "streamGenerateContent",
      .as_events = call.request.Query("alt") == "sse",
      .id = call.request.id,
      .model = call.service.served.name};
  AddTokenLimit(input.fields, {"maxOutputTokens"}, limits, &gemini.order);
  return gemini;
}

}  // namespace

void AnswerGemini(const Call& call) {
  const std::string& name = call.parts.at(0);
  const size_t colon = name.rfind(':');
  const std::string action = colon == std::string::npos ? "" : name.substr(colon + 1);
  if (action != "generateContent" && action != "streamGenerateContent")
    throw ApiError(
        {.status = 404, .message = "a model takes :generateContent and :streamGenerateContent.", .code = "not_found"});
  const auto gemini = std::make_shared<const GeminiCall>(ReadCall(call, action));
  QueueReply(call.service, "gemini", call.request, call.reply,
             [&service = call.service, gemini, reply = call.reply](const WorkListener& base) {
               if (gemini->streams) {
                 Stream(service, *gemini, *reply, base);
                 return;
               }
               const ChatAnswer answer = MakeChatAnswer(service, gemini->order, 0, base);
               reply->Send({.body = ContentJson(*gemini, PartsJson(*gemini, answer), &answer).Line()});
             });
}

}  // namespace diptych::server
