#include "server/metrics.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "base/memory.h"

namespace diptych::server {
namespace {

std::string Shown(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.9g", value);
  return text;
}

void Head(std::string_view name, std::string_view type, std::string_view help, std::string* text) {
  text->append("# HELP ").append(name).append(" ").append(help).append("\n");
  text->append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Sample(std::string_view name, const std::string& labels, double value, std::string* text) {
  text->append(name);
  if (!labels.empty()) text->append("{").append(labels).append("}");
  text->append(" ").append(Shown(value)).append("\n");
}

// Bytes of the process in memory now; 0 where the system does not say. The second number of /proc/self/statm, in pages.
double ResidentMemory() {
  std::ifstream file("/proc/self/statm");
  double whole = 0, resident = 0;
  file >> whole >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

struct Single {
  std::string_view name, type, help;
  double value;
};

std::string Label(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + LabelValue(value) + "\"";
}

}  // namespace

std::string LabelValue(std::string_view text) {
  std::string value;
  for (const char c : text) {
    if (c == '"' || c == '\\') value += '\\';
    if (c == '\n')
      value += "\\n";
    else
      value += c;
  }
  return value;
}

void Metrics::Histogram::Add(double value) {
  for (size_t i = 0; i < kBounds.size(); ++i) buckets[i] += value <= kBounds[i] ? 1 : 0;
  ++count;
  sum += value;
}

void Metrics::CountRequest(std::string_view route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(route), status}];
  request_seconds_[std::string(route)].Add(seconds);
}

void Metrics::CountWork(std::string_view task, std::string_view outcome) {
  const std::lock_guard lock(mutex_);
  ++work_[{std::string(task), std::string(outcome)}];
  if (outcome != "done") ++failures_[std::string(outcome)];
}

void Metrics::CountAnswer(const record::AnswerRecord& record) {
  if (!record.cost) return;
  const engine::Timings& t = record.cost->timings;
  const std::array seconds = {t.prompt_s, t.plan_s, t.picture_s, t.narrative_s, record.cost->check_s};
  constexpr double kNewest = 0.2;
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < seconds.size(); ++i) {
    if (i + 1 == seconds.size() && !record.report) continue;
    stage_seconds_[i].Add(seconds[i]);
    const double unit = i == kPicture ? seconds[i] / std::max(1, t.steps) : seconds[i];
    means_[i] = means_[i] == 0 ? unit : means_[i] + kNewest * (unit - means_[i]);
  }
  ++answers_;
  const int tokens = t.plan_tokens + t.narrative_tokens;
  tokens_ += static_cast<uint64_t>(std::max(0, tokens));
  steps_ += static_cast<uint64_t>(std::max(0, t.steps));
  writing_s_ += t.plan_s + t.narrative_s;
  drawing_s_ += t.picture_s;
  if (t.plan_s + t.narrative_s > 0) tokens_per_s_ = tokens / (t.plan_s + t.narrative_s);
  if (t.picture_s > 0) steps_per_s_ = t.steps / t.picture_s;
}

double Metrics::StageSeconds(size_t stage, int steps) const {
  return stage == kPicture ? means_[stage] * std::max(1, steps) : means_[stage];
}

std::optional<double> Metrics::SecondsLeft(const Place& place) const {
  const std::lock_guard lock(mutex_);
  const auto now = std::find(kStages.begin(), kStages.end(), place.stage);
  if (answers_ == 0 || now == kStages.end()) return {};
  const auto at = static_cast<size_t>(now - kStages.begin());
  double left = at == kPicture && place.steps > 0 ? means_[kPicture] * (place.steps - place.step)
                                                  : std::max(0.0, StageSeconds(at, place.steps) - place.in_stage_s);
  for (size_t i = at + 1; i < kStages.size(); ++i) left += StageSeconds(i, place.steps);
  return left;
}

std::optional<double> Metrics::SecondsOfAnswer(int steps) const {
  const std::lock_guard lock(mutex_);
  if (answers_ == 0) return {};
  double sum = 0;
  for (size_t i = 0; i < kStages.size(); ++i) sum += StageSeconds(i, steps);
  return sum;
}

void Metrics::AppendHistogram(std::string_view name, const std::string& labels, const Histogram& histogram,
                              std::string* text) {
  const std::string base(name);
  for (size_t i = 0; i < kBounds.size(); ++i)
    Sample(base + "_bucket", labels + "," + Label("le", Shown(kBounds[i])), static_cast<double>(histogram.buckets[i]),
           text);
  Sample(base + "_bucket", labels + ",le=\"+Inf\"", static_cast<double>(histogram.count), text);
  Sample(base + "_sum", labels, histogram.sum, text);
  Sample(base + "_count", labels, static_cast<double>(histogram.count), text);
}

std::string Metrics::Text(const Gauges& gauges, std::string_view version, std::string_view model) const {
  const std::lock_guard lock(mutex_);
  std::string text;
  const std::array singles = {
      Single{"diptych_queue_waiting", "gauge", "Requests that wait for a worker.", double(gauges.waiting)},
      Single{"diptych_queue_running", "gauge", "Requests that are worked on.", double(gauges.running)},
      Single{"diptych_queue_places", "gauge", "Requests that may wait.", double(gauges.places)},
      Single{"diptych_connections", "gauge", "Open connections.", double(gauges.connections)},
      Single{"diptych_jobs", "gauge", "Jobs that are remembered.", double(gauges.jobs)},
      Single{"diptych_ready", "gauge", "1 while /readyz says so.", gauges.ready ? 1.0 : 0.0},
      Single{"diptych_gallery_answers", "gauge", "Answers on the gallery's shelf.", double(gauges.gallery_answers)},
      Single{"diptych_gallery_bytes", "gauge", "Of their pictures' files.", double(gauges.gallery_bytes)},
      Single{"diptych_answers_total", "counter", "Answers that were made.", double(answers_)},
      Single{"diptych_tokens_total", "counter", "Tokens of plans and narratives.", double(tokens_)},
      Single{"diptych_steps_total", "counter", "Denoising steps.", double(steps_)},
      Single{"diptych_writing_seconds_total", "counter", "Seconds of writing plans and narratives.", writing_s_},
      Single{"diptych_drawing_seconds_total", "counter", "Seconds of denoising.", drawing_s_},
      Single{"diptych_tokens_per_second", "gauge", "Of the last answer.", tokens_per_s_},
      Single{"diptych_steps_per_second", "gauge", "Of the last answer.", steps_per_s_},
      Single{"diptych_peak_memory_bytes", "gauge", "Of the process.", double(base::PeakMemory())},
      Single{"process_resident_memory_bytes", "gauge", "Of the process.", ResidentMemory()},
      Single{"process_start_time_seconds", "gauge", "Since 1970.",
             std::chrono::duration<double>(started_.time_since_epoch()).count()},
  };
  for (const Single& single : singles) {
    Head(single.name, single.type, single.help, &text);
    Sample(single.name, {}, single.value, &text);
  }
  Head("diptych_build_info", "gauge", "Version and model.", &text);
  Sample("diptych_build_info", Label("version", version) + "," + Label("model", model), 1, &text);
  Head("diptych_requests_total", "counter", "Answered requests.", &text);
  for (const auto& [key, count] : requests_)
    Sample("diptych_requests_total", Label("route", key.first) + "," + Label("status", std::to_string(key.second)),
           double(count), &text);
  Head("diptych_work_total", "counter", "Pieces of model work by their end.", &text);
  for (const auto& [key, count] : work_)
    Sample("diptych_work_total", Label("task", key.first) + "," + Label("outcome", key.second), double(count), &text);
  Head("diptych_failures_total", "counter", "Pieces of work that failed, by kind.", &text);
  for (const auto& [kind, count] : failures_)
    Sample("diptych_failures_total", Label("kind", kind), double(count), &text);
  Head("diptych_request_seconds", "histogram", "From a request's headers to the end of its answer.", &text);
  for (const auto& [route, histogram] : request_seconds_)
    AppendHistogram("diptych_request_seconds", Label("route", route), histogram, &text);
  Head("diptych_stage_seconds", "histogram", "Of each stage of an answer.", &text);
  for (size_t i = 0; i < kStages.size(); ++i)
    AppendHistogram("diptych_stage_seconds", Label("stage", kStages[i]), stage_seconds_[i], &text);
  return text;
}

}  // namespace diptych::server
