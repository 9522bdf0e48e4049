// The judge as the benchmark's reader of pictures.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "eval/benchmark.h"
#include "eval/judge_error.h"
#include "eval/results.h"
#include "judge/judge.h"

namespace diptych::train_cli {

class JudgeObserver : public eval::PictureObserver {
 public:
  // Error as Judge::Load's.
  explicit JudgeObserver(const std::filesystem::path& file) : judge_(judge::Judge::Load(file)) {}

  std::vector<eval::PictureReading> Read(std::span<const base::Image> pictures) const override;
  const judge::Judge& judge() const { return judge_; }
  // Its error on pictures of what it is to judge. Error: a kind of it that it does not know.
  eval::JudgeError Measure(int pictures, const world::Repertoire& shown) const;

 private:
  judge::Judge judge_;
};

// How many of the true facts of exact pictures a judge grants, and how many false ones it refuses.
std::vector<eval::ReaderQuality> QualityOf(const eval::JudgeError& error);

}  // namespace diptych::train_cli
