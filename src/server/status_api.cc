// The page, what watches the server, and what the model is.
#include <utility>

#include "coherence/skills.h"
#include "record/options_json.h"
#include "server/answer_json.h"
#include "server/endpoints.h"
#include "server/gallery_api.h"
#include "server/page.h"
#include "server/words.h"

namespace diptych::server {
namespace {

using record::JsonObject;

// Nothing is loaded from other hosts, and no page of another site shows this one in a frame.
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src data:; media-src data: blob:; manifest-src data:; form-action 'none'; base-uri "
    "'none'; "
    "frame-ancestors 'none'";

bool IsReady(const Service& service) { return !service.stopping && service.queue.has_room(); }

std::string_view KindOf(const model::GenerationOption& option) {
  if (std::holds_alternative<model::IntegerOption>(option.form)) return "integer";
  return std::holds_alternative<model::NumberOption>(option.form) ? "number" : "word";
}

// One row of the table of options.
JsonObject OptionJson(const model::GenerationOption& option, const Service& service) {
  const model::GenerationConfig& usual = service.served.generation;
  JsonObject json = {{"name", option.name}, {"kind", KindOf(option)}, {"help", option.help}};
  std::visit([&](const auto& value) { json.Add("default", value); }, model::ValueOf(option, usual));
  if (const auto* whole = std::get_if<model::IntegerOption>(&option.form))
    json.Add("low", whole->low).Add("high", MostOf(option, service.limits));
  if (const auto* number = std::get_if<model::NumberOption>(&option.form))
    json.Add("low", number->low).Add("high", number->high);
  if (const auto* word = std::get_if<model::WordOption>(&option.form))
    json.Add("words", std::vector<std::string>(word->words.begin(), word->words.end()));
  return std::move(json.Add("range", model::RangeOf(option)));
}

}  // namespace

void AnswerPage(const Call& call) {
  call.reply->Send({.content_type = "text/html; charset=utf-8",
                    .headers = {{"content-security-policy", kPagePolicy},
                                {"referrer-policy", "no-referrer"},
                                {"cache-control", "no-cache"}},
                    .body = std::string(Page())});
}

void AnswerHealth(const Call& call) { call.reply->Send({.body = "{\"status\":\"ok\"}\n"}); }

void AnswerReady(const Call& call) {
  const Service& service = call.service;
  const std::string_view state = service.stopping ? "stopping" : IsReady(service) ? "ready" : "busy";
  JsonObject json = {{"status", state}, {"waiting", service.queue.waiting()}, {"running", service.queue.running()}};
  call.reply->Send({.status = IsReady(service) ? 200 : 503, .body = json.Line() + "\n"});
}

void AnswerMetrics(const Call& call) {
  const Service& service = call.service;
  const gallery::Totals kept = GalleryTotals(call.service);
  const Gauges gauges{.waiting = service.queue.waiting(),
                      .running = service.queue.running(),
                      .places = service.queue.sizes().waiting,
                      .connections = service.connections,
                      .jobs = service.jobs.size(),
                      .ready = IsReady(service),
                      .gallery_answers = kept.count,
                      .gallery_bytes = kept.bytes};
  call.reply->Send({.content_type = "text/plain; version=0.0.4",
                    .body = service.metrics.Text(gauges, service.served.version, service.served.name)});
}

void AnswerModel(const Call& call) {
  const Service& service = call.service;
  const ServedModel& served = service.served;
  JsonObject json = {{"name", served.name},
                     {"version", served.version},
                     {"precision", served.precision},
                     {"processor", served.processor},
                     {"gallery", service.gallery != nullptr},
                     {"pdf", gallery::PdfProblem().empty()},
                     {"size_step", served.config.token_pixels()},
                     {"stories_by_sentence", coherence::TellsByPlan(served.generation, served.check_data)}};
  std::vector<JsonObject> options;
  for (const model::GenerationOption& option : model::GenerationOptions())
    options.push_back(OptionJson(option, service));
  JsonObject limits;
  for (const LimitSpec& limit : LimitTable()) limits.Add(limit.name, service.limits.*limit.member);
  json.Add("skills", SkillsOf(served)).Add("options", options).Add("limits", limits);
  call.reply->Send({.body = json.Line()});
}

void AnswerWords(const Call& call) {
  const std::optional<JsonObject> words =
      WordsJson(call.service.served.check_data, {.near = call.request.Query("near") == "true"});
  if (!words)
    throw ApiError({.status = 404, .message = "this model does not say what it can draw.", .code = "no_lexicon"});
  call.reply->Send({.headers = {{"cache-control", "private, max-age=3600"}}, .body = words->Line()});
}

}  // namespace diptych::server
