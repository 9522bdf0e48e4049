#include "world/narrative_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "world/held_out.h"
#include "world/words.h"

namespace diptych {
namespace {

constexpr Language kLanguages[] = {Language::kEnglish, Language::kChinese};

class NarrativeReaderTest : public testing::Test {
 protected:
  static std::filesystem::path Folder() { return std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words"; }
  std::vector<Scene> Scenes(int count, Split split) const {
    std::vector<Scene> scenes;
    for (int seed = 0; seed < count; ++seed) {
      scenes.push_back(SampleScene(static_cast<uint64_t>(seed), split, held_out_));
    }
    return scenes;
  }

  HeldOut held_out_ = HeldOut::Load(Folder() / "held_out.txt");
  Words words_ = Words::Load(Folder());
  NarrativeReader reader_{words_};
};

TEST_F(NarrativeReaderTest, Explore) {
  double worst = 0, total = 0;
  int n = 0;
  for (const Scene& scene : Scenes(200, Split::kTraining)) {
    for (Language language : kLanguages) {
      Random random(scene.seed, 3);
      const Narrative narrative = words_.MakeStatedNarrative(scene, language, random);
      const auto start = std::chrono::steady_clock::now();
      const ReadText read = reader_.Read(narrative.text, language);
      const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
      worst = std::max(worst, ms);
      total += ms;
      ++n;
      if (!read.whole) {
        std::printf("NOT WHOLE %.2f ms: %s\n", ms, narrative.text.c_str());
        for (auto& s : read.sentences)
          if (!s.grammatical) std::printf("    BAD %s\n", s.text.c_str());
      }
      for (const Fact& fact : narrative.facts)
        if (std::find(read.facts.begin(), read.facts.end(), fact) == read.facts.end())
          std::printf("MISSED %s in %s\n", WriteFact(fact).c_str(), narrative.text.c_str());
    }
  }
  std::printf("mean %.3f ms, worst %.3f ms\n", total / n, worst);
  std::printf("%s", WriteReaderError(MeasureReader(words_, Scenes(300, Split::kTraining))).c_str());
}

}  // namespace
}  // namespace diptych
