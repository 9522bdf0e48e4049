// What a chat asks for: the newest message of its user, with its pictures, as an order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/answer_json.h"
#include "server/input.h"
#include "server/service.h"

namespace diptych::server {

struct UserMessage {
  std::string text;
  std::vector<base::PictureFile> pictures{};
};

// Adds a message's content to it: a text, or a list of parts in the forms of OpenAI's chat and responses APIs (text,
// input_text, image_url, input_image) or of Google's (text, inlineData). ApiError names the part that cannot be used.
void AddContent(const JsonValue& content, const Limits& limits, UserMessage* message);
// The newest message with the role "user" of a list of {role, content_key}.
UserMessage NewestOfUser(const JsonValue& messages, const std::string& content_key, const Limits& limits);

// Exactly one of the two is set.
struct ChatOrder {
  std::optional<DrawOrder> draw{};
  std::optional<LookOrder> look{};
};
// The field "task" says what is wanted: "draw", "edit", "describe", "ask" or "check". Without it, a message without
// pictures is drawn; one with pictures is a description where it has no words or begins with "describe", a question
// where it ends as one, and else an edit.
ChatOrder ReadChatOrder(const Fields& fields, UserMessage message, const OrderContext& context);
// Fields that chats call otherwise than the table of options does: the newest of these that is there, cut to the limit.
void AddTokenLimit(const Fields& fields, std::initializer_list<const char*> names, const Limits& limits,
                   ChatOrder* order);

struct ChatAnswer {
  std::string text;                           // narrative, description, answer, or the report as text
  std::optional<Drawing> drawing{};           // of an order to draw
  std::optional<record::JsonObject> found{};  // of a look: LookFields
  std::vector<std::string> warnings{};
  TokenCounts counts{};
};
// One answer; `number` as in Draw.
ChatAnswer MakeChatAnswer(Service& service, const ChatOrder& order, int number, WorkListener listener);

// OwnFields of a drawing; LookFields and "warnings" of a look.
record::JsonObject OwnFields(const ChatAnswer& answer);

}  // namespace diptych::server
