#include "gallery/gallery.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <fstream>
#include <thread>

#include "base/files.h"
#include "base/temporary_folder.h"
#include "gallery/answers_for_test.h"
#include "gallery/entry_of_files.h"

namespace diptych::gallery {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> IdsOf(const Found& found) {
  std::vector<std::string> ids;
  for (const Entry& entry : found.entries) ids.push_back(entry.id);
  return ids;
}
std::vector<std::string> Searched(const Gallery& gallery, const std::string& words) {
  return IdsOf(gallery.List({.words = words}));
}
std::string Keep(Gallery& gallery, const record::AnswerRecord& record) {
  const std::string file = PictureOf(record);
  return gallery.Add({&file, 1});
}
std::string Keep(Gallery& gallery, const std::string& prompt, const std::string& narrative = "x") {
  return Keep(gallery, RecordOfTexts(prompt, narrative));
}

class GalleryTest : public testing::Test {
 protected:
  base::TemporaryFolder folder_;
};

TEST_F(GalleryTest, WhatIsKeptIsFoundAgain) {
  Gallery gallery(folder_.path());
  const std::string file = PictureOf(RecordOfTexts("a blue bus", "It drives."));
  const std::string id = gallery.Add({&file, 1});
  EXPECT_TRUE(IsId(id));
  EXPECT_EQ(gallery.Picture(id, 1), file);
  EXPECT_FALSE(gallery.Picture(id, 2));
  EXPECT_FALSE(gallery.Picture(id, 0));
  EXPECT_THAT(gallery.Find(id)->summary, HasSubstr("\"prompt\":\"a blue bus\""));
  EXPECT_EQ(gallery.Read(id)->record.narrative, "It drives.");
  EXPECT_EQ(gallery.totals().count, 1);
  EXPECT_EQ(gallery.totals().bytes, static_cast<int64_t>(file.size()));
  // The same again is the same answer.
  EXPECT_EQ(gallery.Add({&file, 1}), id);
  EXPECT_EQ(gallery.totals().count, 1);
}

TEST_F(GalleryTest, EnglishWordsAndChineseCharactersAreSearched) {
  Gallery gallery(folder_.path());
  const std::string bus = Keep(gallery, "A blue BUS at noon", "Two scarves lie in the café.");
  const std::string panda = Keep(gallery, "雪地里一只开心的熊猫", "熊猫在弹尤克里里。");
  EXPECT_THAT(Searched(gallery, "bus"), ElementsAre(bus));
  EXPECT_THAT(Searched(gallery, "noon Bl"), ElementsAre(bus));
  EXPECT_THAT(Searched(gallery, "cafe"), ElementsAre(bus));  // with and without accents
  EXPECT_THAT(Searched(gallery, "car"), IsEmpty());          // in "scarves", but no word begins with it
  EXPECT_THAT(Searched(gallery, "熊猫"), ElementsAre(panda));
  EXPECT_THAT(Searched(gallery, "猫"), ElementsAre(panda));
  EXPECT_THAT(Searched(gallery, "开心 尤克里里"), ElementsAre(panda));
  EXPECT_THAT(Searched(gallery, "猫熊"), IsEmpty());
  EXPECT_THAT(Searched(gallery, "17"), ElementsAre(panda, bus));  // the seed
  EXPECT_THAT(Searched(gallery, "\" OR * ("), IsEmpty());
  EXPECT_THAT(Searched(gallery, " \"* "), ElementsAre(panda, bus));  // no word: all
}

TEST_F(GalleryTest, PagesAndStars) {
  Gallery gallery(folder_.path());
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.insert(ids.begin(), Keep(gallery, "car " + std::to_string(i)));
  const Found first = gallery.List({.most = 2});
  EXPECT_THAT(IdsOf(first), ElementsAre(ids[0], ids[1]));
  EXPECT_EQ(first.count, 5);
  EXPECT_THAT(IdsOf(gallery.List({.before = ids[1], .most = 2})), ElementsAre(ids[2], ids[3]));
  ASSERT_TRUE(gallery.SetNotes(ids[3], {.starred = true, .other = "一辆汽车"}));
  EXPECT_THAT(IdsOf(gallery.List({.starred = true})), ElementsAre(ids[3]));
  EXPECT_THAT(Searched(gallery, "汽车"), ElementsAre(ids[3]));
}

TEST_F(GalleryTest, DeletingIsUndoneAndTheBinIsEmptiedLater) {
  Gallery gallery(folder_.path());
  const std::string id = Keep(gallery, "car"), other = Keep(gallery, "bus");
  gallery.SetNotes(id, {.starred = true});
  ASSERT_TRUE(gallery.Delete(id));
  EXPECT_THAT(Searched(gallery, ""), ElementsAre(other));
  EXPECT_THAT(IdsOf(gallery.List({.binned = true})), ElementsAre(id));
  EXPECT_EQ(gallery.totals().count, 1);
  EXPECT_TRUE(gallery.Picture(id, 1));
  ASSERT_TRUE(gallery.Restore(id));
  EXPECT_THAT(IdsOf(gallery.List({.starred = true})), ElementsAre(id));

  gallery.Delete(id);
  gallery.EmptyBin();
  EXPECT_TRUE(gallery.Find(id));
  gallery.Delete(id);  // asked twice, it stays
  EXPECT_TRUE(gallery.Find(id));
  EXPECT_FALSE(gallery.Remove(other));  // not in the bin
  EXPECT_TRUE(gallery.Find(other));
  ASSERT_TRUE(gallery.Remove(id));
  EXPECT_FALSE(gallery.Find(id));
  EXPECT_FALSE(fs::exists(folder_ / "bin" / (id + ".png")));

  // What went into the bin longer ago goes at the next start; how long is known without the index.
  gallery.Delete(other);
  const fs::path file = folder_ / "bin" / (other + ".png");
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(24 * 31));
  fs::remove(folder_ / "index.sqlite");
  const Gallery later(folder_.path());
  EXPECT_FALSE(fs::exists(file));
  EXPECT_THAT(IdsOf(later.List({.binned = true})), IsEmpty());
}

TEST_F(GalleryTest, AStoryHasAllItsPictures) {
  Gallery gallery(folder_.path());
  const std::vector<std::string> files = StoryOf({"Once.", "A fox.", "It sleeps."});
  const std::string id = gallery.Add(files);
  gallery.Delete(id);
  gallery.Restore(id);
  EXPECT_EQ(gallery.Find(id)->pictures, 2);
  EXPECT_EQ(gallery.Picture(id, 2), files[1]);
  gallery.Delete(id);
  gallery.Remove(id);
  EXPECT_FALSE(fs::exists(folder_ / "bin" / (id + "-2.png")));
}

TEST_F(GalleryTest, NothingOutsideTheFolderIsReached) {
  Gallery gallery(folder_.path() / "inner");
  const std::string id = Keep(gallery, "car");
  base::WriteFileAtomically(folder_ / (id + ".png"), "secret");
  for (const std::string& bad : {"../" + id, "bin/../" + id, id + "/", std::string("/etc/passwd"), std::string(""),
                                 std::string("..\0", 3), id + std::string("\0", 1), id.substr(1) + "g"}) {
    EXPECT_FALSE(gallery.Find(bad)) << bad;
    EXPECT_FALSE(gallery.Picture(bad, 1)) << bad;
    EXPECT_FALSE(gallery.Delete(bad)) << bad;
    EXPECT_FALSE(gallery.Remove(bad)) << bad;
    EXPECT_FALSE(gallery.SetNotes(bad, {.starred = true})) << bad;
  }
  EXPECT_TRUE(fs::exists(folder_ / (id + ".png")));
}

TEST_F(GalleryTest, WithoutItsIndexItIsTheSame) {
  std::string car, bus;
  {
    Gallery gallery(folder_.path());
    car = Keep(gallery, "a car", "It waits.");
    bus = Keep(gallery, "一辆公共汽车");
    gallery.SetNotes(car, {.starred = true, .other = "它在等。"});
    gallery.Delete(bus);
  }
  for (const char* damage : {"", "SQLite format 3", "no database at all, but long enough to be looked at as one"}) {
    fs::remove(folder_ / "index.sqlite");
    if (*damage != 0) base::WriteFileAtomically(folder_ / "index.sqlite", damage);
    Gallery gallery(folder_.path());
    EXPECT_THAT(IdsOf(gallery.List({.words = "wait 等", .starred = true})), ElementsAre(car)) << damage;
    EXPECT_THAT(IdsOf(gallery.List({.words = "公共", .binned = true})), ElementsAre(bus)) << damage;
  }
}

TEST_F(GalleryTest, TheFilesAreRightWhereTheIndexIsNot) {
  const std::string gone = [&] {
    Gallery gallery(folder_.path());
    return Keep(gallery, "car");
  }();
  // As a crash between file and index leaves it, or a person who tidies up.
  const std::string added = "20260102-030405-006-0a0b0c", half = "20260102-030405-007-0a0b0c";
  fs::remove(folder_ / (gone + ".png"));
  base::WriteFileAtomically(folder_ / (added + ".png"), PictureOf(RecordOfTexts("bus", "x")));
  base::WriteFileAtomically(folder_ / "bin" / (added + "-2.png"), PictureOf(RecordOfTexts("bus", "x")));
  base::WriteFileAtomically(folder_ / (half + "-2.png"), "half of a story");
  base::WriteFileAtomically(folder_ / (half + ".png.abcdef.tmp"), "half of a file");
  base::WriteFileAtomically(folder_ / "20260102-030405-008-0a0b0c.png", "damaged");
  base::WriteFileAtomically(folder_ / "holiday.png", "somebody's own");
  const auto age = [&](const std::string& name) {
    fs::last_write_time(folder_ / name, fs::file_time_type::clock::now() - std::chrono::hours(2));
  };
  age(half + "-2.png");
  const Gallery gallery(folder_.path());
  EXPECT_THAT(Searched(gallery, ""), ElementsAre(added));
  EXPECT_TRUE(fs::exists(folder_ / (added + "-2.png")));
  EXPECT_FALSE(fs::exists(folder_ / (half + "-2.png")));
  EXPECT_TRUE(fs::exists(folder_ / (half + ".png.abcdef.tmp")));  // another server may be writing it
  age(half + ".png.abcdef.tmp");
  const Gallery later(folder_.path());
  EXPECT_FALSE(fs::exists(folder_ / (half + ".png.abcdef.tmp")));
  EXPECT_TRUE(fs::exists(folder_ / "20260102-030405-008-0a0b0c.png"));
  EXPECT_TRUE(fs::exists(folder_ / "holiday.png"));
}

TEST_F(GalleryTest, WhatHoldsNoRecordIsRefused) {
  Gallery gallery(folder_.path());
  const std::string plain = base::EncodePng({.width = 1, .height = 1, .rgb = {1, 2, 3}}, {});
  for (const std::string& file : {plain, std::string("no picture"), std::string()})
    EXPECT_THROW(gallery.Add({&file, 1}), base::Error);
  EXPECT_EQ(gallery.totals().count, 0);
}

TEST_F(GalleryTest, TwoServersAndManyThreadsShareAFolder) {
  Gallery first(folder_.path()), second(folder_.path());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Gallery& gallery = t % 2 == 0 ? first : second;
      for (int i = 0; i < 12; ++i) {
        const std::string id = Keep(gallery, "car " + std::to_string(t) + " " + std::to_string(i));
        gallery.SetNotes(id, {.starred = true});
        if (i % 3 == 0) gallery.Delete(id);
        gallery.List({.words = "car"});
      }
    });
  for (std::thread& thread : threads) thread.join();
  const Gallery third(folder_.path());
  for (const Gallery* gallery : std::initializer_list<const Gallery*>{&first, &second, &third}) {
    EXPECT_EQ(gallery->List({.words = "car", .starred = true}).count, 32);
    EXPECT_EQ(gallery->List({.binned = true}).count, 16);
  }
}

TEST_F(GalleryTest, ChangesOfOneAnswerAtOnceLoseNothing) {
  Gallery gallery(folder_.path());
  const std::string id = Keep(gallery, "car");
  for (int i = 0; i < 50; ++i) {
    const std::string other = "版本" + std::to_string(i);
    const bool starred = i % 2 == 0;
    std::vector<std::thread> threads;
    threads.emplace_back([&] { gallery.SetNotes(id, {.starred = starred}); });
    threads.emplace_back([&] { gallery.SetNotes(id, {.other = other}); });
    threads.emplace_back([&] { gallery.Delete(id); });
    threads.emplace_back([&] { gallery.Delete(id); });
    for (std::thread& thread : threads) thread.join();
    ASSERT_TRUE(gallery.Restore(id));
    EXPECT_EQ(gallery.Find(id)->notes, (Notes{.starred = starred, .other = other}));
  }
  // The files say the same.
  fs::remove(folder_ / "index.sqlite");
  const Gallery later(folder_.path());
  EXPECT_EQ(later.Find(id)->notes, (Notes{.starred = false, .other = "版本49"}));
}

// A process that keeps answers and tells each id once it is kept.
[[noreturn]] void KeepForever(const fs::path& folder, int told) {
  Gallery gallery(folder);
  for (int i = 0;; ++i) {
    const std::string prompt = "car " + std::to_string(getpid()) + " " + std::to_string(i);
    const std::string id = i % 4 == 3 ? gallery.Add(StoryOf({"Once.", prompt, "End."})) : Keep(gallery, prompt);
    if (i % 5 == 4) {
      gallery.Delete(id);
      continue;
    }
    if (write(told, (id + "\n").data(), id.size() + 1) < 0) _exit(1);
  }
}

TEST_F(GalleryTest, KilledInTheMiddleOfWritingItLosesNothingThatItTold) {
  std::vector<std::string> told;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) KeepForever(folder_.path(), ends[1]);
    close(ends[1]);
    std::string text(1, 0);
    ASSERT_EQ(read(ends[0], text.data(), 1), 1);  // it is at work
    std::this_thread::sleep_for(std::chrono::microseconds(20'000 + 1'700 * round));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    char buffer[4096];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof(buffer))) > 0;) text.append(buffer, static_cast<size_t>(n));
    close(ends[0]);
    for (size_t start = 0, end; (end = text.find('\n', start)) != text.npos; start = end + 1)
      told.push_back(text.substr(start, end - start));
  }
  EXPECT_GT(told.size(), 24u);
  const Gallery gallery(folder_.path());
  for (const std::string& id : told) {
    const std::optional<Leaf> leaf = gallery.Read(id);
    ASSERT_TRUE(leaf) << id;
    EXPECT_EQ(leaf->pictures.size(), gallery.Find(id)->pictures == 2 ? 2u : 1u);
  }
  // Every row is whole, whether it was told or not.
  for (const Entry& entry : gallery.List({.words = "car", .most = 100'000}).entries) {
    const Leaf leaf = *gallery.Read(entry.id);
    EXPECT_EQ(static_cast<int>(leaf.pictures.size()), entry.pictures);
    EXPECT_EQ(leaf.record.panels.empty(), entry.pictures == 1);
  }
}

}  // namespace
}  // namespace diptych::gallery
