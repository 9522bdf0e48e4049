// OpenAI's chat API, /v1/chat/completions, with pictures in answers as OpenRouter's clients read them
// (message.images[]), or as ordered parts of the content.
#include <memory>
#include <utility>

#include "server/conversation.h"
#include "server/endpoints.h"

namespace diptych::server {
namespace {

using record::JsonObject;

struct ChatCall {
  ChatOrder order;
  int count = 1;
  bool streams = false, with_usage = false;
  bool in_parts = false;  // the content is a list of parts
  std::string id, model;
  int64_t created = 0;
};

JsonObject ImageJson(std::string_view file, const DrawOrder& order, int index) {
  JsonObject json = {{"type", "image_url"}, {"index", index}};
  return std::move(json.Add("image_url", JsonObject().Add("url", PictureUrl(file, order))));
}

// Parts of the content, in order; a chunk's say also of which kind they are.
std::vector<JsonObject> PartsJson(const ChatCall& call, const ChatAnswer& answer) {
  std::vector<JsonObject> parts;
  if (!answer.drawing) {
    parts.push_back({{"type", "text"}, {"text", answer.text}});
    return parts;
  }
  int pictures = 0;
  for (const AnswerPart& part : PartsOf(*answer.drawing)) {
    if (!part.is_picture) {
      parts.push_back({{"type", "text"}, {"text", part.content}});
      continue;
    }
    parts.push_back(ImageJson(part.content, *call.order.draw, pictures++));
    parts.back().Add("modality", "image");
  }
  return parts;
}

std::vector<JsonObject> ImagesJson(const ChatCall& call, const ChatAnswer& answer) {
  std::vector<JsonObject> images;
  if (!answer.drawing) return images;
  for (const std::string& file : answer.drawing->content.pictures)
    images.push_back(ImageJson(file, *call.order.draw, static_cast<int>(images.size())));
  return images;
}

JsonObject ChatUsageJson(const TokenCounts& counts) {
  return {{"prompt_tokens", counts.input},
          {"completion_tokens", counts.output},
          {"total_tokens", counts.input + counts.output}};
}

JsonObject EnvelopeJson(const ChatCall& call, std::string_view object) {
  return {{"id", call.id}, {"object", object}, {"created", call.created}, {"model", call.model}};
}

JsonObject ChoiceJson(const ChatCall& call, const ChatAnswer& answer, int index) {
  JsonObject message = {{"role", "assistant"}, {"content", answer.text}, {"refusal", nullptr}};
  if (call.in_parts) message.Add("content", PartsJson(call, answer));
  if (!call.in_parts && answer.drawing) message.Add("images", ImagesJson(call, answer));
  message.AddAll(OwnFields(answer));
  JsonObject choice = {{"index", index}};
  return std::move(choice.Add("message", message).Add("logprobs", nullptr).Add("finish_reason", "stop"));
}

void AnswerWhole(Service& service, const ChatCall& call, Reply& reply, const WorkListener& base) {
  std::vector<JsonObject> choices;
  TokenCounts counts;
  for (int i = 0; i < call.count; ++i) {
    const ChatAnswer answer = MakeChatAnswer(service, call.order, i, base);
    counts += answer.counts;
    choices.push_back(ChoiceJson(call, answer, i));
  }
  JsonObject json = EnvelopeJson(call, "chat.completion");
  reply.Send({.body = json.Add("choices", choices).Add("usage", ChatUsageJson(counts)).Line()});
}

void SendChunk(const ChatCall& call, int index, const JsonObject& delta, bool ends, Reply& reply) {
  std::vector<JsonObject> choices;
  choices.push_back({{"index", index}});
  choices[0].Add("delta", delta).Add("logprobs", nullptr).Add("finish_reason", nullptr);
  if (ends) choices[0].Add("finish_reason", "stop");
  reply.Write(ServerSentEvent({}, EnvelopeJson(call, "chat.completion.chunk").Add("choices", choices).Line()));
}

// The text's pieces as they come and the pictures behind them; or, in parts, each part when all are there.
TokenCounts StreamOne(Service& service, const ChatCall& call, int index, Reply& reply, const WorkListener& base) {
  const auto send = [&](const JsonObject& delta) { SendChunk(call, index, delta, false, reply); };
  send({{"role", "assistant"}, {"content", ""}});
  WorkListener listener = base;
  listener.on_plan = [&](std::string_view text) { send({{"plan", text}}); };
  bool told = false;
  if (!call.in_parts)
    listener.on_narrative = [&](std::string_view text) {
      told = true;
      send({{"content", text}});
    };
  const ChatAnswer answer = MakeChatAnswer(service, call.order, index, listener);
  if (call.in_parts) {
    for (JsonObject& part : PartsJson(call, answer)) {
      std::vector<JsonObject> one;
      one.push_back(std::move(part));
      send(JsonObject().Add("content", one));
    }
  } else {
    if (!told) send({{"content", answer.text}});
    const std::vector<JsonObject> images = ImagesJson(call, answer);
    if (!images.empty()) send(JsonObject().Add("images", images));
  }
  send(OwnFields(answer));
  SendChunk(call, index, {}, true, reply);
  return answer.counts;
}

void Stream(Service& service, const ChatCall& call, Reply& reply, const WorkListener& base) {
  reply.Begin(EventStreamHead());
  TokenCounts counts;
  for (int i = 0; i < call.count; ++i) counts += StreamOne(service, call, i, reply, base);
  if (call.with_usage) {
    JsonObject json = EnvelopeJson(call, "chat.completion.chunk");
    json.Add("choices", std::vector<JsonObject>()).Add("usage", ChatUsageJson(counts));
    reply.Write(ServerSentEvent({}, json.Line()));
  }
  reply.Write(ServerSentEvent({}, "[DONE]"));
  reply.End();
}

bool WantsUsage(const JsonValue& top) {
  const std::optional<JsonValue> options = top.Find("stream_options");
  const std::optional<JsonValue> usage = options ? options->Find("include_usage") : std::nullopt;
  return usage && usage->AsBool().value_or(false);
}

ChatCall ReadCall(const Call& call) {
  const Input input = ReadInput(call);
  const Limits& limits = call.service.limits;
  const std::optional<JsonValue> messages = input.top().Find("messages");
  if (!messages) RefuseField("messages", "messages are missing.");
  ChatCall chat{
      .order = ReadChatOrder(input.fields, NewestOfUser(*messages, "content", limits), call.service.order_context()),
      .count = static_cast<int>(input.fields.Integer("n", 1, limits.count).value_or(1)),
      .streams = input.fields.Switch("stream").value_or(false),
      .with_usage = WantsUsage(input.top()),
      .id = "chatcmpl-" + call.request.id,
      .model = call.service.served.name,
      .created = UnixTime()};
  AddTokenLimit(input.fields, {"max_tokens", "max_completion_tokens"}, limits, &chat.order);
  const bool is_story = chat.order.draw && chat.order.draw->request.options.max_pictures > 1;
  chat.in_parts = is_story || input.fields.Switch("parts").value_or(false);
  return chat;
}

}  // namespace

void AnswerChat(const Call& call) {
  const auto chat = std::make_shared<const ChatCall>(ReadCall(call));
  QueueReply(call.service, "chat", call.request, call.reply,
             [&service = call.service, chat, reply = call.reply](const WorkListener& base) {
               if (chat->streams)
                 Stream(service, *chat, *reply, base);
               else
                 AnswerWhole(service, *chat, *reply, base);
             });
}

}  // namespace diptych::server
