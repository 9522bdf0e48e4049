// The judge as the benchmark's reader of pictures.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "eval/benchmark.h"
#include "eval/results.h"
#include "judge/judge.h"

namespace diptych::train_cli {

class JudgeObserver : public eval::PictureObserver {
 public:
  // Error as Judge::Load's.
  explicit JudgeObserver(const std::filesystem::path& file) : judge_(judge::Judge::Load(file)) {}

  std::vector<eval::PictureReading> Read(std::span<const base::Image> pictures) const override;
  // How many of the true facts of exact pictures it grants, and how many false ones it refuses.
  std::vector<eval::ReaderQuality> Measure(int pictures) const;

 private:
  judge::Judge judge_;
};

}  // namespace diptych::train_cli
