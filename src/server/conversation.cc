#include "server/conversation.h"

#include <algorithm>
#include <utility>

#include "record/report.h"
#include "server/api_error.h"

namespace diptych::server {
namespace {

// The address of a picture's part: {image_url: {url}} or {image_url: "..."}.
const std::string* UrlOf(const JsonValue& part) {
  const std::optional<JsonValue> value = part.Find("image_url");
  if (!value) return nullptr;
  if (value->AsText() != nullptr) return value->AsText();
  const std::optional<JsonValue> url = value->Find("url");
  return url ? url->AsText() : nullptr;
}

// The data of {inlineData: {mimeType, data}}, in either spelling.
const std::string* InlineDataOf(const JsonValue& part) {
  for (const char* name : {"inlineData", "inline_data"}) {
    const std::optional<JsonValue> value = part.Find(name);
    const std::optional<JsonValue> data = value ? value->Find("data") : std::nullopt;
    if (data) return data->AsText();
  }
  return nullptr;
}

void AddPart(const JsonValue& part, const Limits& limits, UserMessage* message) {
  const std::string* url = UrlOf(part);
  if (url == nullptr) url = InlineDataOf(part);
  if (url != nullptr) {
    if (static_cast<int64_t>(message->pictures.size()) >= limits.pictures_given)
      RefuseField("messages", "there are more than " + std::to_string(limits.pictures_given) + " pictures.");
    message->pictures.push_back(ReadPictureFile(BytesOfPictureUrl(*url, "image_url"), "image_url", limits));
    return;
  }
  const std::optional<JsonValue> text = part.Find("text");
  if (!text || text->AsText() == nullptr) RefuseField("messages", "a part must be a text or a picture as a data URL.");
  message->text += (message->text.empty() ? "" : "\n") + *text->AsText();
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool IsQuestion(std::string_view text) { return text.ends_with('?') || text.ends_with("？"); }

bool AsksToDescribe(std::string_view text) {
  return text.empty() || AsciiLowered(text.substr(0, 8)) == "describe" || text.starts_with("描述");
}

std::string TaskOf(const Fields& fields, const UserMessage& message) {
  if (const auto task = fields.Word("task", {"draw", "edit", "describe", "ask", "check"})) return *task;
  const std::string_view text = Trimmed(message.text);
  if (message.pictures.empty()) return "draw";
  if (AsksToDescribe(text)) return "describe";
  return IsQuestion(text) ? "ask" : "edit";
}

}  // namespace

void AddContent(const JsonValue& content, const Limits& limits, UserMessage* message) {
  if (content.AsText() != nullptr) {
    message->text = *content.AsText();
    return;
  }
  if (!content.IsList()) RefuseField("messages", "a message's content must be a text or a list of parts.");
  for (size_t i = 0; i < content.size(); ++i) AddPart(content.At(i), limits, message);
}

UserMessage NewestOfUser(const JsonValue& messages, const std::string& content_key, const Limits& limits) {
  if (!messages.IsList()) RefuseField("messages", "messages must be a list.");
  for (size_t i = messages.size(); i > 0; --i) {
    const JsonValue message = messages.At(i - 1);
    const std::optional<JsonValue> role = message.Find("role"), content = message.Find(content_key);
    if (role && role->AsText() != nullptr && *role->AsText() != "user") continue;
    if (!content) continue;
    UserMessage newest;
    AddContent(*content, limits, &newest);
    return newest;
  }
  RefuseField("messages", "there is no message of the user.");
}

ChatOrder ReadChatOrder(const Fields& fields, UserMessage message, const OrderContext& context) {
  const std::string task = TaskOf(fields, message);
  if (task == "draw" || task == "edit") {
    if (task == "draw") message.pictures.clear();
    if (task == "edit" && message.pictures.empty()) RefuseField("task", "an edit needs a picture in the message.");
    return {.draw = ReadDrawOrder(fields, std::move(message.text), std::move(message.pictures), context)};
  }
  const auto kind = task == "describe" ? LookOrder::Task::kDescribe
                    : task == "ask"    ? LookOrder::Task::kAsk
                                       : LookOrder::Task::kCheck;
  return {.look = ReadLookOrder(kind, fields, ImagesOf(std::move(message.pictures)), std::move(message.text), context)};
}

void AddTokenLimit(const Fields& fields, std::initializer_list<const char*> names, const Limits& limits,
                   ChatOrder* order) {
  for (const char* name : names) {
    const auto most = fields.Integer(name, 1, int64_t{1} << 31);
    if (most && order->draw)
      order->draw->request.options.max_new_tokens = static_cast<int>(std::min(*most, limits.new_tokens));
  }
}

ChatAnswer MakeChatAnswer(Service& service, const ChatOrder& order, int number, WorkListener listener) {
  ChatAnswer answer;
  listener = Collecting(std::move(listener), &answer.warnings);
  if (order.draw) {
    answer.drawing = DrawCounted(service, *order.draw, number, listener);
    answer.text = answer.drawing->record.narrative;
    answer.counts = CountsOf(*answer.drawing, service.served);
  } else {
    const LookResult result = Look(service.served, *order.look, listener);
    answer.text =
        order.look->task == LookOrder::Task::kCheck ? record::ReportText(*result.report, {}) : result.reply.text;
    answer.found = LookFields(*order.look, result);
  }
  return answer;
}

record::JsonObject OwnFields(const ChatAnswer& answer) {
  if (answer.drawing) return OwnFields(*answer.drawing, answer.warnings);
  record::JsonObject json;
  if (answer.found) json.AddAll(*answer.found);
  return std::move(json.Add("warnings", answer.warnings));
}

}  // namespace diptych::server
