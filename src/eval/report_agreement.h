// How far reports agree with the benchmark's readers, which share nothing with the model.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "coherence/report.h"
#include "eval/score.h"

namespace diptych::eval {

// Spearman's rank correlation of pairs, ties at their mean rank; nothing where one side is constant.
std::optional<double> RankCorrelation(std::span<const std::pair<double, double>> pairs);

// Sums over answers.
class ReportAgreement {
 public:
  // `score` and `picture` are the readers'; facts of the topics left out are not counted. Nothing is added where the
  // readers read nothing.
  void Add(const coherence::Report& report, std::span<const StatedFact> asked, const std::set<world::Topic>& left_out,
           const AnswerReadings& readings, const AnswerScore& score);

  struct Shares {
    int answers = 0;
    std::optional<double> error{};        // mean absolute difference of the two shares, 0..1
    std::optional<double> correlation{};  // by ranks
  };
  Shares followed() const { return SharesOf(followed_); }  // against the facts of the prompt that are drawn
  Shares told() const { return SharesOf(told_); }          // against the facts of the narrative that are drawn
  int lost() const { return lost_; }                       // facts of prompts that the pictures do not show
  int flagged() const { return flagged_; }                 // of these the reports name
  int shown() const { return shown_; }                     // facts of prompts that the pictures show
  int accused() const { return accused_; }                 // of these reports say that they fail

 private:
  using Pairs = std::vector<std::pair<double, double>>;  // report, readers
  static Shares SharesOf(const Pairs& pairs);

  Pairs followed_, told_;
  int lost_ = 0, flagged_ = 0, shown_ = 0, accused_ = 0;
};

// Markdown.
std::string TableOf(const ReportAgreement& agreement);

}  // namespace diptych::eval
