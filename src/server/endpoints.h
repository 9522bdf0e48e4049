// The endpoints: what each path does. The table of them is in router.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/http.h"
#include "server/service.h"

namespace diptych::server {

struct Call {
  Service& service;
  const HttpRequest& request;
  std::shared_ptr<Reply> reply;
  std::vector<std::string> parts{};  // what stands for each {} of the path
};

// Each answers now or later, or throws what CurrentFailure knows.
// status_api.cc
void AnswerPage(const Call& call);
void AnswerHealth(const Call& call);
void AnswerReady(const Call& call);
void AnswerMetrics(const Call& call);
void AnswerModel(const Call& call);
void AnswerWords(const Call& call);
// openai_models_api.cc: names of models in the shapes of OpenAI and of Google
void AnswerModels(const Call& call);
void AnswerOneModel(const Call& call);
void AnswerGeminiModels(const Call& call);
void AnswerOneGeminiModel(const Call& call);
// images_api.cc, responses_api.cc, chat_api.cc, gemini_api.cc
void AnswerGenerations(const Call& call);
void AnswerEdits(const Call& call);
void AnswerResponses(const Call& call);
void AnswerChat(const Call& call);
void AnswerGemini(const Call& call);
// looks_api.cc
void AnswerDescribe(const Call& call);
void AnswerAsk(const Call& call);
void AnswerCheck(const Call& call);
// jobs_api.cc
void AnswerNewJob(const Call& call);
void AnswerJobs(const Call& call);
void AnswerJob(const Call& call);
void AnswerJobEvents(const Call& call);
void AnswerJobPreview(const Call& call);
void AnswerJobPicture(const Call& call);
void AnswerJobEnd(const Call& call);
// gallery_api.cc
void AnswerGallery(const Call& call);
void AnswerGalleryImport(const Call& call);
void AnswerGalleryExport(const Call& call);
void AnswerGalleryEntry(const Call& call);
void AnswerGalleryChange(const Call& call);
void AnswerGalleryDelete(const Call& call);
void AnswerGalleryPicture(const Call& call);

}  // namespace diptych::server
