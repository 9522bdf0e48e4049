// What the server counts, in the text form of Prometheus, and what it knows of how long work takes.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "record/answer_record.h"

namespace diptych::server {

// Of the moment when they are asked for.
struct Gauges {
  int waiting = 0, running = 0, places = 0, connections = 0, jobs = 0;
  bool ready = false;
  int64_t gallery_answers = 0, gallery_bytes = 0;
};

// Used by any thread.
class Metrics {
 public:
  void CountRequest(std::string_view route, int status, double seconds);
  // `outcome`: "done" or a kind of failure.
  void CountWork(std::string_view task, std::string_view outcome);
  void CountAnswer(const record::AnswerRecord& record);
  std::string Text(const Gauges& gauges, std::string_view version, std::string_view model) const;

  // How long is left of a drawing that is at this step of this stage, by what earlier ones took; nothing before the
  // first. `in_stage_s`: since the stage began.
  struct Place {
    std::string_view stage;
    int step = 0, steps = 0;
    double in_stage_s = 0;
  };
  std::optional<double> SecondsLeft(const Place& place) const;
  // Of a whole drawing of so many steps.
  std::optional<double> SecondsOfAnswer(int steps) const;

 private:
  static constexpr std::array kStages = {"prompt", "plan", "picture", "narrative", "check"};
  static constexpr size_t kPicture = 2;
  static constexpr std::array kBounds = {0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0};
  struct Histogram {
    std::array<uint64_t, kBounds.size()> buckets{};  // at most the bound, each
    uint64_t count = 0;
    double sum = 0;
    void Add(double value);
  };
  static void AppendHistogram(std::string_view name, const std::string& labels, const Histogram& histogram,
                              std::string* text);
  double StageSeconds(size_t stage, int steps) const;

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> requests_;
  std::map<std::string, Histogram> request_seconds_;
  std::map<std::pair<std::string, std::string>, uint64_t> work_;
  std::map<std::string, uint64_t> failures_;
  std::array<Histogram, kStages.size()> stage_seconds_;
  std::array<double, kStages.size()> means_{};  // seconds, of the picture's stage a step; recent ones weigh more
  uint64_t answers_ = 0, tokens_ = 0, steps_ = 0;
  double writing_s_ = 0, drawing_s_ = 0, tokens_per_s_ = 0, steps_per_s_ = 0;
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

// A text as the value of a label: quotes, backslashes and line ends escaped.
std::string LabelValue(std::string_view text);

}  // namespace diptych::server
