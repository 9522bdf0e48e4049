// /api/describe, /api/ask and /api/check: looks at a picture that is sent along.
#include <memory>
#include <utility>

#include "server/answer_json.h"
#include "server/endpoints.h"
#include "server/input.h"

namespace diptych::server {
namespace {

void QueueLook(const Call& call, LookOrder::Task task, const char* name, const char* text_field) {
  const Input input = ReadInput(call);
  const Limits& limits = call.service.limits;
  std::string text = text_field == nullptr ? "" : input.fields.Text(text_field, limits.prompt_bytes).value_or("");
  const auto order = std::make_shared<const LookOrder>(ReadLookOrder(
      task, input.fields, ImagesOf(ReadPictures(input, limits)), std::move(text), call.service.order_context()));
  QueueReply(call.service, name, call.request, call.reply,
             [&service = call.service, order, reply = call.reply](const WorkListener& base) {
               reply->Send({.body = LookJson(*order, Look(service.served, *order, base)).Line()});
             });
}

}  // namespace

void AnswerDescribe(const Call& call) { QueueLook(call, LookOrder::Task::kDescribe, "describe", nullptr); }

void AnswerAsk(const Call& call) { QueueLook(call, LookOrder::Task::kAsk, "ask", "question"); }

void AnswerCheck(const Call& call) { QueueLook(call, LookOrder::Task::kCheck, "check", "text"); }

}  // namespace diptych::server
