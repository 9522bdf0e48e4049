// The C interface over the C++ one: every exception becomes a status and a text.
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/error.h"
#include "diptych/diptych.h"
#include "diptych/diptych_c.h"

struct diptych_engine {
  diptych::Engine engine;
};

struct diptych_report {
  diptych::Report report;
};

struct diptych_answer {
  diptych::Answer answer;
  diptych_report report;
};

namespace diptych {
namespace {

// Null where there is no memory left.
char* CopyText(const std::string& text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy != nullptr) std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

diptych_status Say(diptych_status status, const std::string& text, char** error) {
  if (error != nullptr) *error = CopyText(text);
  return status;
}

template <typename Work>
diptych_status Guarded(char** error, const Work& work) {
  if (error != nullptr) *error = nullptr;
  try {
    work();
    return DIPTYCH_OK;
  } catch (const base::Cancelled& cancelled) {
    return Say(DIPTYCH_CANCELLED, cancelled.what(), error);
  } catch (const std::bad_alloc&) {
    return Say(DIPTYCH_NO_MEMORY, "there is not enough memory.", error);
  } catch (const std::runtime_error& wrong) {
    return Say(DIPTYCH_BAD_INPUT, wrong.what(), error);
  } catch (const std::exception& mistake) {
    return Say(DIPTYCH_INTERNAL, mistake.what(), error);
  }
}

// The pointer; Error when the caller gave NULL.
template <typename Pointer>
Pointer Given(Pointer pointer, const char* name) {
  if (pointer == nullptr) throw base::Error("call", std::string(name) + " is NULL.");
  return pointer;
}

Language LanguageNamed(const char* name) {
  if (name == nullptr) return Language::kLikePrompt;
  const std::string_view language(name);
  if (language == "en") return Language::kEnglish;
  if (language == "zh") return Language::kChinese;
  throw base::Error("call", "the language is \"" + std::string(language) + "\", it must be en or zh.");
}

Picture PictureFrom(const diptych_picture* from) {
  Given(Given(from, "picture")->rgb, "picture->rgb");
  if (from->width <= 0 || from->height <= 0) throw base::Error("picture", "its sides must be positive.");
  const size_t size = static_cast<size_t>(from->width) * static_cast<size_t>(from->height) * 3;
  return {from->width, from->height, {from->rgb, from->rgb + size}};
}

diptych_picture ViewOf(const Picture& picture) { return {picture.width, picture.height, picture.rgb.data()}; }

std::optional<int> Chosen(int value) { return value == 0 ? std::nullopt : std::optional(value); }

std::optional<double> Chosen(const double* value) { return value == nullptr ? std::nullopt : std::optional(*value); }

Request RequestFrom(const diptych_request& from) {
  Request request;
  request.prompt = Given(from.prompt, "request->prompt");
  if (from.plan != nullptr) request.plan = from.plan;
  request.narrative = LanguageNamed(from.language);
  request.seed = from.seed;
  request.width = Chosen(from.width);
  request.height = Chosen(from.height);
  request.steps = Chosen(from.steps);
  request.candidates = Chosen(from.candidates);
  request.max_new_tokens = Chosen(from.max_new_tokens);
  request.guidance = Chosen(from.guidance);
  request.temperature = Chosen(from.temperature);
  request.check = from.no_check == 0;
  request.boxes = from.boxes != 0;
  return request;
}

Events EventsFrom(const diptych_events* from) {
  Events events;
  if (from == nullptr) return events;
  if (from->on_plan != nullptr)
    events.on_plan = [from](std::string_view text) { from->on_plan(from->user, text.data(), text.size()); };
  if (from->on_narrative != nullptr)
    events.on_narrative = [from](std::string_view text) { from->on_narrative(from->user, text.data(), text.size()); };
  if (from->on_step != nullptr)
    events.on_step = [from](int step, int steps, const Picture& preview) {
      const diptych_picture view = ViewOf(preview);
      from->on_step(from->user, step, steps, &view);
    };
  if (from->cancelled != nullptr) events.cancelled = [from] { return from->cancelled(from->user) != 0; };
  return events;
}

void HandOut(const std::string& text, char** to) {
  *Given(to, "text") = CopyText(text);
  if (*to == nullptr) throw std::bad_alloc();
}

}  // namespace
}  // namespace diptych

diptych_status diptych_load(const char* folder, int threads, diptych_engine** engine, char** error) {
  return diptych::Guarded(error, [&] {
    *diptych::Given(engine, "engine") = nullptr;
    *engine = new diptych_engine{diptych::Engine::Load(diptych::Given(folder, "folder"), threads)};
  });
}

void diptych_free_engine(diptych_engine* engine) { delete engine; }

int diptych_size_step(const diptych_engine* engine) { return engine->engine.size_step(); }

diptych_status diptych_generate(const diptych_engine* engine, const diptych_request* request,
                                const diptych_events* events, diptych_answer** answer, char** error) {
  return diptych::Guarded(error, [&] {
    *diptych::Given(answer, "answer") = nullptr;
    diptych::Answer made =
        diptych::Given(engine, "engine")
            ->engine.Generate(diptych::RequestFrom(*diptych::Given(request, "request")), diptych::EventsFrom(events));
    diptych_report report{made.report.value_or(diptych::Report{})};
    *answer = new diptych_answer{std::move(made), std::move(report)};
  });
}

void diptych_free_answer(diptych_answer* answer) { delete answer; }

const char* diptych_plan(const diptych_answer* answer) { return answer->answer.plan.c_str(); }

const char* diptych_narrative(const diptych_answer* answer) { return answer->answer.narrative.c_str(); }

diptych_picture diptych_drawing(const diptych_answer* answer) { return diptych::ViewOf(answer->answer.picture); }

const diptych_report* diptych_answer_report(const diptych_answer* answer) {
  return answer->answer.report ? &answer->report : nullptr;
}

diptych_status diptych_describe(const diptych_engine* engine, const diptych_picture* picture, const char* language,
                                char** text, char** error) {
  return diptych::Guarded(error, [&] {
    const diptych::Language wanted =
        language == nullptr ? diptych::Language::kEnglish : diptych::LanguageNamed(language);
    diptych::HandOut(diptych::Given(engine, "engine")->engine.Describe(diptych::PictureFrom(picture), wanted), text);
  });
}

diptych_status diptych_ask(const diptych_engine* engine, const diptych_picture* picture, const char* question,
                           char** text, char** error) {
  return diptych::Guarded(error, [&] {
    diptych::HandOut(diptych::Given(engine, "engine")
                         ->engine.Ask(diptych::PictureFrom(picture), diptych::Given(question, "question")),
                     text);
  });
}

diptych_status diptych_check(const diptych_engine* engine, const diptych_picture* picture, const char* text,
                             diptych_report** report, char** error) {
  return diptych::Guarded(error, [&] {
    *diptych::Given(report, "report") = nullptr;
    *report = new diptych_report{
        diptych::Given(engine, "engine")->engine.Check(diptych::PictureFrom(picture), diptych::Given(text, "text"))};
  });
}

void diptych_free_report(diptych_report* report) { delete report; }

size_t diptych_claim_count(const diptych_report* report) { return report->report.claims.size(); }

diptych_claim diptych_claim_at(const diptych_report* report, size_t index) {
  const diptych::CheckedClaim& from = report->report.claims[index];
  diptych_claim claim{from.text.c_str(), from.probability, from.holds ? (*from.holds ? 1 : 0) : -1, 0, {}};
  if (!from.box) return claim;
  claim.has_box = 1;
  for (size_t i = 0; i < from.box->size(); ++i) claim.box[i] = (*from.box)[i];
  return claim;
}

diptych_figure diptych_followed(const diptych_report* report) {
  return {report->report.followed.holding, report->report.followed.count};
}

diptych_figure diptych_told(const diptych_report* report) {
  return {report->report.told.holding, report->report.told.count};
}

diptych_status diptych_save_picture(const diptych_picture* picture, const char* path, char** error) {
  return diptych::Guarded(error,
                          [&] { diptych::SavePicture(diptych::PictureFrom(picture), diptych::Given(path, "path")); });
}

void diptych_free_text(char* text) { std::free(text); }
