// /v1/models and /v1beta/models: the one model, under whatever name it is asked for.
#include <utility>

#include "server/answer_json.h"
#include "server/endpoints.h"

namespace diptych::server {
namespace {

using record::JsonObject;

JsonObject ModelJson(const Service& service) {
  JsonObject json = {{"id", service.served.name}, {"object", "model"}, {"created", 0}, {"owned_by", "diptych"}};
  return std::move(json.Add("skills", SkillsOf(service.served)));
}

JsonObject GeminiModelJson(const Service& service) {
  JsonObject json = {{"name", "models/" + service.served.name},
                     {"displayName", service.served.name},
                     {"version", service.served.version},
                     {"inputTokenLimit", service.served.config.max_positions},
                     {"outputTokenLimit", service.limits.new_tokens}};
  return std::move(
      json.Add("supportedGenerationMethods", std::vector<std::string>{"generateContent", "streamGenerateContent"}));
}

// There is one model: a list of others would only make clients choose wrongly.
void RequireModel(const Call& call) {
  if (call.parts.at(0) == call.service.served.name) return;
  throw ApiError({.status = 404,
                  .message = "this server has one model, \"" + call.service.served.name +
                             "\"; requests may name any, it answers all.",
                  .param = "model",
                  .code = "model_not_found"});
}

}  // namespace

void AnswerModels(const Call& call) {
  std::vector<JsonObject> data;
  data.push_back(ModelJson(call.service));
  JsonObject json = {{"object", "list"}};
  call.reply->Send({.body = json.Add("data", data).Line()});
}

void AnswerOneModel(const Call& call) {
  RequireModel(call);
  call.reply->Send({.body = ModelJson(call.service).Line()});
}

void AnswerGeminiModels(const Call& call) {
  std::vector<JsonObject> models;
  models.push_back(GeminiModelJson(call.service));
  call.reply->Send({.body = JsonObject().Add("models", models).Line()});
}

void AnswerOneGeminiModel(const Call& call) {
  RequireModel(call);
  call.reply->Send({.body = GeminiModelJson(call.service).Line()});
}

}  // namespace diptych::server
