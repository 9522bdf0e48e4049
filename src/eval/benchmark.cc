#include "eval/benchmark.h"

#include <algorithm>

#include "base/error.h"

namespace diptych::eval {
namespace {

// Pictures that a reader gets in one call.
constexpr size_t kBatch = 32;

struct Seeded {
  const BenchmarkPrompt* prompt;
  uint64_t seed;
  engine::Answer answer;
};

// Reads all answers; the pictures in batches.
std::vector<AnswerReadings> ReadAnswers(const std::vector<Seeded>& answers, const Readers& readers) {
  std::vector<AnswerReadings> readings(answers.size());
  std::vector<base::Image> pictures;
  std::vector<size_t> owners;
  for (size_t i = 0; i < answers.size(); ++i) {
    const engine::Answer& answer = answers[i].answer;
    if (!answer.plan.empty()) readings[i].plan = plan::FactsOfLines(answer.plan);
    if (readers.narrative) readings[i].narrative = readers.narrative(answer.narrative, answers[i].prompt->language);
    if (answer.picture.rgb.empty() || readers.picture == nullptr) continue;
    pictures.push_back(answer.picture);
    owners.push_back(i);
  }
  if (pictures.empty()) return readings;
  std::vector<PictureReading> seen = readers.picture->Read(pictures);
  DIPTYCH_CHECK(seen.size() == pictures.size(), "one reading a picture");
  for (size_t i = 0; i < owners.size(); ++i) readings[owners[i]].picture = std::move(seen[i]);
  return readings;
}

// The number of distinct narratives over all seeds, out of the number of seeds.
Share Distinct(const BenchmarkPrompt& prompt, const std::string& first, const Answerer& answerer,
               const SeedChoice& seeds) {
  std::set<std::string> narratives = {first};
  for (int i = 1; i < seeds.seeds; ++i) {
    // Seeds that no other prompt uses.
    const uint64_t seed = SeedOf(prompt, seeds) + static_cast<uint64_t>(i) * 1000000;
    narratives.insert(answerer(prompt, seed).narrative);
  }
  return {static_cast<int>(narratives.size()), seeds.seeds};
}

}  // namespace

uint64_t SeedOf(const BenchmarkPrompt& prompt, const SeedChoice& seeds) {
  return seeds.first + static_cast<uint64_t>(prompt.rung) * 1000 + static_cast<uint64_t>(prompt.index);
}

std::vector<PromptResult> RunBenchmark(const BenchmarkTask& task, const Answerer& answerer,
                                       const BenchmarkListener& listener) {
  const auto& [prompts, readers, seeds] = task;
  std::vector<PromptResult> results(prompts.size());
  for (size_t first = 0; first < prompts.size(); first += kBatch) {
    std::vector<Seeded> answers;
    for (size_t i = first; i < std::min(first + kBatch, prompts.size()); ++i) {
      const uint64_t seed = SeedOf(prompts[i], seeds);
      answers.push_back({&prompts[i], seed, answerer(prompts[i], seed)});
      if (seeds.seeds > 1 && prompts[i].index < seeds.prompts_of_many)
        results[i].distinct = Distinct(prompts[i], answers.back().answer.narrative, answerer, seeds);
      if (listener.on_progress) listener.on_progress(i + 1, prompts.size());
    }
    const std::vector<AnswerReadings> readings = ReadAnswers(answers, readers);
    for (size_t i = 0; i < answers.size(); ++i) {
      AnswerScore& score = results[first + i].score;
      score = ScoreAnswer(answers[i].prompt->facts, readings[i], readers.left_out);
      if (listener.on_answer)
        listener.on_answer({*answers[i].prompt, answers[i].seed, answers[i].answer, readings[i], score});
    }
  }
  return results;
}

}  // namespace diptych::eval
