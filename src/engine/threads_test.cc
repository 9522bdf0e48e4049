// One const model, used by several threads at once, each with sessions and contexts of its own: what each gets is what
// it gets alone. Run under the thread sanitizer too (preset tsan), which needs no suppressions: the loops run on
// threads of our own (kernels/team.h), not on libgomp's, whose barriers the sanitizer does not see.
#include "base/threads.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/temporary_folder.h"
#include "engine/generate.h"
#include "engine/look.h"
#include "engine/tiny_model_for_test.h"

namespace diptych::engine {
namespace {

// Everything that a request asks of a model.
struct Results {
  Answer answer;
  std::string plan, description, facts;
  std::vector<double> claims;
  bool operator==(const Results& other) const {
    return answer.plan == other.answer.plan && answer.picture == other.answer.picture &&
           answer.narrative == other.answer.narrative && plan == other.plan && description == other.description &&
           facts == other.facts && claims == other.claims;
  }
};

Results ResultsOf(const Model& model, uint64_t seed) {
  GenerateRequest request;
  request.prompt = seed % 2 == 0 ? "a blue bus under a starry night" : "a red bus";
  request.seed = seed;
  request.options = model.generation();
  request.options.temperature = 1;
  request.options.candidates = 2;
  Results results;
  results.answer = Generate(model, request, {});
  results.plan = MakePlan(model, request, {}).text;
  PictureLook look(model, results.answer.picture);
  results.description = look.Describe(text::Language::kEnglish, {});
  results.claims = look.Check({"the bus is blue", "sky: blue"}, text::Language::kEnglish);
  results.facts = ReadFacts(model, request.prompt);
  return results;
}

// Calls `work` with 0 to `count` - 1, each in a thread of its own, all at once.
void AtOnce(int count, const std::function<void(int)>& work) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&work, i] {
      base::UseThreads(1 + i % 2);
      work(i);
    });
}

class ThreadsTest : public testing::TestWithParam<Precision> {};

TEST_P(ThreadsTest, SessionsOfOneModelAtOnceGiveWhatEachGivesAlone) {
  constexpr int kThreads = 4, kRounds = 2;
  const base::TemporaryFolder folder;
  WriteTinyModel(folder.path());
  const Model model = Model::Load(folder.path(), GetParam());
  std::vector<Results> alone, together(kThreads * kRounds);
  for (size_t i = 0; i < together.size(); ++i) alone.push_back(ResultsOf(model, i));
  AtOnce(kThreads, [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      const auto i = static_cast<size_t>(thread * kRounds + round);
      together[i] = ResultsOf(model, i);
    }
  });
  for (size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(alone[i] == together[i]) << i;
  EXPECT_FALSE(alone[0] == alone[1]);
}

TEST_P(ThreadsTest, ModelsAreLoadedAtOnce) {
  const base::TemporaryFolder folder;
  WriteTinyModel(folder.path());
  std::vector<std::unique_ptr<Model>> models(3);
  AtOnce(3, [&](int i) {
    models[static_cast<size_t>(i)] = std::make_unique<Model>(Model::Load(folder.path(), GetParam()));
  });
  EXPECT_TRUE(ResultsOf(*models[0], 1) == ResultsOf(*models[2], 1));
}

INSTANTIATE_TEST_SUITE_P(Precisions, ThreadsTest, testing::Values(Precision::kFloat32, Precision::kAuto));

}  // namespace
}  // namespace diptych::engine
