#include "whole_requests.h"

#include <cstdlib>
#include <utility>

#include "base/base64.h"
#include "base/error.h"
#include "base/picture_file.h"
#include "model/small_config_for_test.h"
#include "plan/lexicon_for_test.h"
#include "record/answer_for_test.h"
#include "record/picture_metadata.h"
#include "server/access.h"
#include "server/request_reader.h"
#include "server/router.h"

namespace diptych {
namespace {

constexpr int kWidth = 32, kHeight = 24;

class NoReply : public server::Reply {
 public:
  void Send(server::HttpResponse) override { begun_ = true; }
  void Begin(server::HttpResponse) override { begun_ = true; }
  void Write(std::string) override {}
  void End() override {}
  bool closed() const override { return false; }
  bool begun() const override { return begun_; }
  void OnClosed(std::function<void()>) override {}

 private:
  bool begun_ = false;
};

// A picture's file with the record of an answer in it.
std::string AnswerFile() {
  record::AnswerRecord record = record::Example();
  record.request.options.width = kWidth;
  record.request.options.height = kHeight;
  const base::Image picture{kWidth, kHeight, std::vector<uint8_t>(size_t{3} * kWidth * kHeight, 90)};
  return record::EncodeWithMetadata(picture, {{std::string(record::kRecordKey), record::RecordJson(record).Line()}},
                                    base::PictureFormat::kPng);
}

std::string PictureFile() {
  const base::Image picture{2, 2, std::vector<uint8_t>(12, 90)};
  return base::EncodePicture(picture, {}, base::PictureFormat::kPng);
}

std::string Get(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"; }

std::string Post(const std::string& path, const std::string& type, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string PostJson(const std::string& path, const std::string& body) { return Post(path, "application/json", body); }

std::string PostForm(const std::string& path, const std::string& fields) {
  return Post(path, "multipart/form-data; boundary=b",
              fields + "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n" +
                  PictureFile() + "\r\n--b--\r\n");
}

std::string Part(const std::string& name, const std::string& value) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}

}  // namespace

struct WholeRequests::State {
  const model::ModelConfig config = model::SmallConfigForTest();
  const model::GenerationConfig generation = [] {
    model::GenerationConfig usual;
    usual.width = kWidth;
    usual.height = kHeight;
    usual.plan = true;
    usual.skills = {model::Skill::kGenerate, model::Skill::kDescribe, model::Skill::kAsk, model::Skill::kCheck,
                    model::Skill::kCompare,  model::Skill::kStory};  // edits are made by the plan
    return usual;
  }();
  const coherence::CheckData check_data{.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  const server::ServedModel served{.name = "none",
                                   .version = "0",
                                   .precision = {},
                                   .processor = {},
                                   .adapters = {},
                                   .config = config,
                                   .generation = generation,
                                   .check_data = check_data};
  const server::AccessRules rules{};
  server::Service service{served, {.workers = 1, .waiting = 1, .threads = 1}, /*quiet=*/true};
};

WholeRequests::WholeRequests() : state_(std::make_unique<State>()) { state_->service.queue.Close(); }

WholeRequests::~WholeRequests() = default;

std::vector<std::string> WholeRequests::Samples() {
  const std::string url = base::DataUrl("image/png", PictureFile()), answer = base::DataUrl("image/png", AnswerFile());
  const std::string own =
      R"("seed":18446744073709551614,"size":"32x24","steps":8,"guidance":2.5,"solver":"heun","check":false,"boxes":true,)"
      R"("language":"zh","output_format":"webp","metadata":"label","strict":true,)";
  return {
      PostJson("/v1/images/generations",
               "{" + own + R"("prompt":"a red \u0062us","n":2,"stream":true,"partial_images":3})"),
      PostJson("/v1/responses",
               R"({"tools":[{"type":"image_generation","size":"auto"}],"input":[{"role":"user","content":)"
               R"([{"type":"input_text","text":"What is it?"},{"type":"input_image","image_url":")" +
                   url + R"("}]}],"max_output_tokens":9})"),
      PostJson("/v1/chat/completions",
               R"({"messages":[{"role":"system","content":"x"},{"role":"user","content":"a bus"}],"pictures":3,)"
               R"("stream":true,"stream_options":{"include_usage":true},"max_tokens":30,"parts":true})"),
      PostJson("/v1beta/models/any:streamGenerateContent?alt=sse",
               R"({"contents":[{"role":"user","parts":[{"text":"describe"},{"inlineData":{"data":")" + url +
                   R"("}}]}],"generationConfig":{"seed":7,"topP":0.5,"maxOutputTokens":20}})"),
      PostJson("/api/describe", R"({"image":")" + url + R"(","language":"en","check":false})"),
      PostJson("/api/ask", R"({"images":[")" + url + R"(",")" + url + R"("],"question":"Which is red?"})"),
      PostForm("/api/check", Part("text", "It is a bus. 一辆公交车。")),
      PostJson("/api/jobs",
               R"({"task":"draw","prompt":"a red bus","plan":"bus: one, red, box 10 20 60 80","keep":true})"),
      PostForm("/api/jobs", Part("task", "describe") + Part("keep", "1")),
      PostJson("/api/jobs", R"({"task":"repair","claim":"bus: red","attempts":3,"image":")" + answer + R"("})"),
      PostJson("/api/jobs", R"({"task":"edit","prompt":"make it night","image":")" + answer + R"("})"),
      PostForm("/v1/images/edits", Part("prompt", "去掉月亮")),
      PostJson("/api/jobs", R"({"task":"plan","prompt":"a jeep","temperature":0.5})"),
      "POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json; charset=utf-8\r\n"
      "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n10;a=b\r\n{\"prompt\":\"bus\"}\r\n0\r\nx: y\r\n\r\n",
      Get("/api/words?near=true"),
      Get("/v1/models/none"),
      Get("/api/jobs"),
      "HEAD /health HTTP/1.0\r\nhost: [::1]:80\r\norigin: http://[::1]:80\r\nx-request-id: a.b-c_d\r\n\r\n",
  };
}

void WholeRequests::Read(const std::string& bytes) const {
  server::RequestReader reader(state_->service.limits);
  try {
    // In two pieces, as a network may cut it.
    std::string waiting = bytes.substr(0, bytes.size() / 2);
    for (const std::string& more : {std::string(), bytes.substr(bytes.size() / 2)}) {
      waiting += more;
      while (const size_t taken = reader.Take(waiting)) waiting.erase(0, taken);
    }
    if (reader.error()) throw server::ApiError(*reader.error());
    if (!reader.is_done()) throw base::Error("request", "it does not end.");
    server::HttpRequest request = reader.Head();
    server::RouteOutcome outcome = server::FindRoute(request);
    const bool open = outcome.found && outcome.found->route->open;
    if (const auto refusal = server::CheckAccess(request, state_->rules, open)) throw server::ApiError(*refusal);
    if (!outcome.found) throw server::ApiError(outcome.refusal);
    request.body = reader.TakeBody();
    outcome.found->route->answer(
        {state_->service, request, std::make_shared<NoReply>(), std::move(outcome.found->parts)});
  } catch (const server::ApiError& error) {
    if (error.content().code == "stopping") return;  // the order is good, and the queue takes none
    throw base::Error("request", server::ErrorJson(error.content()));
  }
}

// The endpoints name the model's work. This program links no model, and its queue takes no work: these are never
// called.
#define NEVER_CALLED(...) \
  __VA_ARGS__ { std::abort(); }

namespace engine {
NEVER_CALLED(model::GenerationConfig WithSizeOf(const Model&, const base::Image&, model::GenerationConfig))
}  // namespace engine

namespace server {
NEVER_CALLED(Drawing Draw(const ServedModel&, const DrawOrder&, int, const WorkListener&))
NEVER_CALLED(Drawing Repair(const ServedModel&, const RepairOrder&, const WorkListener&))
NEVER_CALLED(LookResult Look(const ServedModel&, const LookOrder&, const WorkListener&))
NEVER_CALLED(std::string WritePlan(const ServedModel&, const DrawOrder&, const WorkListener&))
}  // namespace server

}  // namespace diptych
