#include "data/source.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::data {
namespace {

namespace fs = std::filesystem;

// Counts how often its lexicon is made.
class CountingSource : public Source {
 public:
  std::vector<Document> Make(uint64_t, uint64_t, Split) const override { return {}; }
  plan::Lexicon MakeLexicon() const override {
    ++made_;
    return plan::Lexicon::Parse("bus\tkind\tbus\n", "test");
  }
  const plan::Vocabulary& PlanVocabulary() const override { return vocabulary_; }
  int made() const { return made_; }

 private:
  plan::Vocabulary vocabulary_{{"bus"}, {}, "test"};
  mutable int made_ = 0;
};

TEST(RefreshLexicon, WritesWhereAFileLacksOrTheWordsAreNewer) {
  const base::TemporaryFolder folder;
  const SourceOptions options{.words = folder / "words", .mix = {}};
  fs::create_directories(options.words / "en");
  base::WriteFileAtomically(options.words / "en" / "nouns.txt", "bus");
  const CountingSource source;
  const auto times_made = [&] {
    const int before = source.made();
    RefreshLexicon(source, options, folder.path());
    return source.made() - before;
  };
  EXPECT_EQ(times_made(), 1);
  EXPECT_TRUE(fs::exists(folder / "lexicon.tsv") && fs::exists(folder / "vocabulary.txt"));
  EXPECT_EQ(times_made(), 0);
  fs::remove(folder / "vocabulary.txt");
  EXPECT_EQ(times_made(), 1);
  const auto later = fs::last_write_time(folder / "lexicon.tsv") + std::chrono::seconds(1);
  fs::last_write_time(options.words / "en" / "nouns.txt", later);
  EXPECT_EQ(times_made(), 1);
}

}  // namespace
}  // namespace diptych::data
