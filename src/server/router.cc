#include "server/router.h"

#include <array>

namespace diptych::server {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kForm = "multipart/form-data";
constexpr std::string_view kJsonOrForm = "application/json multipart/form-data";

constexpr std::array kRoutes = {
    Route{"GET", "/", AnswerPage, true},
    Route{"GET", "/health", AnswerHealth, true},
    Route{"GET", "/readyz", AnswerReady, true},
    Route{"GET", "/metrics", AnswerMetrics},
    Route{"GET", "/v1/models", AnswerModels},
    Route{"GET", "/v1/models/{}", AnswerOneModel},
    Route{"POST", "/v1/images/generations", AnswerGenerations, false, kJson},
    Route{"POST", "/v1/images/edits", AnswerEdits, false, kForm},
    Route{"POST", "/v1/responses", AnswerResponses, false, kJson},
    Route{"POST", "/v1/chat/completions", AnswerChat, false, kJson},
    Route{"GET", "/v1beta/models", AnswerGeminiModels},
    Route{"GET", "/v1beta/models/{}", AnswerOneGeminiModel},
    Route{"POST", "/v1beta/models/{}", AnswerGemini, false, kJson},
    Route{"POST", "/v1/models/{}", AnswerGemini, false, kJson},  // newer clients of Google's
    Route{"GET", "/api/model", AnswerModel},
    Route{"GET", "/api/words", AnswerWords},
    Route{"POST", "/api/describe", AnswerDescribe, false, kJsonOrForm},
    Route{"POST", "/api/ask", AnswerAsk, false, kJsonOrForm},
    Route{"POST", "/api/check", AnswerCheck, false, kJsonOrForm},
    Route{"POST", "/api/jobs", AnswerNewJob, false, kJsonOrForm},
    Route{"GET", "/api/jobs", AnswerJobs},
    Route{"GET", "/api/jobs/{}", AnswerJob},
    Route{"DELETE", "/api/jobs/{}", AnswerJobEnd},
    Route{"GET", "/api/jobs/{}/events", AnswerJobEvents},
    Route{"GET", "/api/jobs/{}/preview", AnswerJobPreview},
    Route{"GET", "/api/jobs/{}/pictures/{}", AnswerJobPicture},
    Route{"GET", "/api/gallery", AnswerGallery},
    Route{"POST", "/api/gallery", AnswerGalleryImport, false, kJsonOrForm},
    Route{"POST", "/api/gallery/export", AnswerGalleryExport, false, kJson},
    Route{"GET", "/api/gallery/{}", AnswerGalleryEntry},
    Route{"POST", "/api/gallery/{}", AnswerGalleryChange, false, kJson},
    Route{"DELETE", "/api/gallery/{}", AnswerGalleryDelete},
    Route{"GET", "/api/gallery/{}/pictures/{}", AnswerGalleryPicture},
};

std::string_view TakePart(std::string_view* path) {
  const std::string_view part = path->substr(0, path->find('/', 1));
  path->remove_prefix(part.size());
  return part;
}

// Whether the path has the route's form; what stands for its {} goes to `parts`.
bool Matches(std::string_view form, std::string_view path, std::vector<std::string>* parts) {
  parts->clear();
  while (!form.empty() && !path.empty()) {
    const std::string_view wanted = TakePart(&form), given = TakePart(&path);
    if (wanted == "/{}" && given.size() > 1)
      parts->emplace_back(given.substr(1));
    else if (wanted != given)
      return false;
  }
  return form.empty() && path.empty();
}

bool Takes(const Route& route, const std::string& content_type) {
  if (route.body_types.empty()) return true;
  return !content_type.empty() && route.body_types.find(content_type) != std::string_view::npos;
}

}  // namespace

std::span<const Route> AllRoutes() { return kRoutes; }

RouteOutcome FindRoute(const HttpRequest& request) {
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  RouteOutcome outcome;
  std::vector<std::string> parts;
  for (const Route& route : kRoutes) {
    if (!Matches(route.path, request.path, &parts)) continue;
    if (route.method == method) {
      if (!Takes(route, request.ContentType())) {
        outcome.refusal = {.status = 415,
                           .message = "the content type must be " + std::string(route.body_types) + ".",
                           .code = "unsupported_media_type"};
        return outcome;
      }
      outcome.found = {&route, std::move(parts)};
      return outcome;
    }
    outcome.allowed += (outcome.allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  outcome.refusal =
      outcome.allowed.empty()
          ? ErrorContent{.status = 404, .message = "there is nothing at this path.", .code = "not_found"}
          : ErrorContent{
                .status = 405, .message = "this path takes " + outcome.allowed + ".", .code = "method_not_allowed"};
  return outcome;
}

}  // namespace diptych::server
