#include "engine/token_sampler.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace diptych::engine {

int32_t SampleToken(std::span<const float> logits, const SamplingOptions& options, base::Random& random) {
  const auto best = std::max_element(logits.begin(), logits.end());
  if (options.temperature <= 0) return static_cast<int32_t>(best - logits.begin());
  struct Candidate {
    double weight = 0;
    int32_t id = 0;
    bool operator<(const Candidate& other) const {  // the top of a heap is the likeliest token, among equals the first
      return weight != other.weight ? weight < other.weight : id > other.id;
    }
  };
  std::vector<Candidate> heap;
  double total = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const double weight = std::exp((double{logits[i]} - *best) / options.temperature);
    total += weight;
    heap.push_back({weight, static_cast<int32_t>(i)});
  }
  std::make_heap(heap.begin(), heap.end());
  // The most likely tokens, until together they have the probability top_p; as a rule a few of the vocabulary.
  std::vector<Candidate> kept;
  double sum = 0;
  while (!heap.empty() && (kept.empty() || sum < options.top_p * total)) {
    std::pop_heap(heap.begin(), heap.end());
    kept.push_back(heap.back());
    heap.pop_back();
    sum += kept.back().weight;
  }
  double left = random.Uniform() * sum;
  for (const Candidate& candidate : kept) {
    left -= candidate.weight;
    if (left < 0) return candidate.id;
  }
  return kept.back().id;
}

}  // namespace diptych::engine
