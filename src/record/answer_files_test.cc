#include "record/answer_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::record {
namespace {

TEST(FileStem, KeepsLettersDigitsAndHan) {
  EXPECT_EQ(FileStem("a blue bus driving under a starry night"), "blue-bus-driving-under-a-starry-night");
  EXPECT_EQ(FileStem("The  Cat's 2 hats!"), "cat-s-2-hats");
  EXPECT_EQ(FileStem("星夜下的蓝色公交车，真好"), "星夜下的蓝色公交车-真好");
}

TEST(FileStem, KeepsLettersOfEveryScript) {
  EXPECT_EQ(FileStem("a café with naïve façade"), "café-with-naïve-façade");
  EXPECT_EQ(FileStem("赤い家、カタカナ"), "赤い家-カタカナ");
  EXPECT_EQ(FileStem("Красный дом № 7"), "красный-дом-7");
  EXPECT_EQ(FileStem("بيت أحمر"), "بيت-أحمر");
  EXPECT_EQ(FileStem("빨간 집"), "빨간-집");
  EXPECT_EQ(FileStem("हिन्दी घर"), "हिन्दी-घर");
  EXPECT_EQ(FileStem("Cafe\u0301 A\u030Angstro\u0308m"), "café-ångström");  // marks apart from their letters
  EXPECT_EQ(FileStem("\u0301 \u200B\u202E\uFE0F"), "picture");
}

TEST(FileStem, NeverLeavesTheFolder) {
  EXPECT_EQ(FileStem("../../etc/passwd"), "etc-passwd");
  EXPECT_EQ(FileStem("/"), "picture");
  EXPECT_EQ(FileStem(""), "picture");
  EXPECT_EQ(FileStem("🚀\xff\xe4"), "picture");
}

TEST(FileStem, IsShort) {
  EXPECT_EQ(FileStem(std::string(100000, 'a')).size(), 60u);
  EXPECT_LE(FileStem("word " + std::string(50, 'b') + " tail tail").size(), 60u);
  std::string han;
  for (int i = 0; i < 1000; ++i) han += "夜";
  EXPECT_EQ(FileStem(han).size(), 60u);
  EXPECT_EQ(FileStem(han + "a"), FileStem(han));
  EXPECT_EQ(FileStem("x" + han), "x" + han.substr(0, 57));  // whole characters
}

class AnswerFilesTest : public testing::Test {
 protected:
  void SetUp() override { PrepareFolder(folder_); }
  int CountFiles() const {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  const base::TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_ / "outer/inner";
};

TEST_F(AnswerFilesTest, NamesAfterPromptAndSeedAndNeverOverwritesAnotherPicture) {
  const AnswerFiles first = WriteAnswer(folder_, "bus", 7, {.pictures = {"P"}, .narrative = "N", .json = "{}"});
  EXPECT_EQ(first.pictures[0].filename(), "bus-7.png");
  EXPECT_EQ(base::ReadFile(first.narrative), "N");
  EXPECT_EQ(WriteAnswer(folder_, "bus", 7, {.pictures = {"P"}, .narrative = "N", .json = "{}"}).pictures,
            first.pictures);
  const AnswerFiles second = WriteAnswer(folder_, "bus", 7, {.pictures = {"Q"}, .narrative = "M", .json = "{}"});
  EXPECT_EQ(second.pictures[0].filename(), "bus-7-2.png");
  EXPECT_EQ(base::ReadFile(first.pictures[0]), "P");
  EXPECT_EQ(CountFiles(), 6);
}

TEST_F(AnswerFilesTest, AStoryHasNumberedPicturesAndTakesNobodysName) {
  const AnswerContent story{.pictures = {"P", "Q"}, .narrative = "N", .json = "{}"};
  const AnswerFiles files = WriteAnswer(folder_, "bus", 7, story);
  EXPECT_EQ(files.pictures[0].filename(), "bus-7-1.png");
  EXPECT_EQ(files.pictures[1].filename(), "bus-7-2.png");
  EXPECT_EQ(WriteAnswer(folder_, "bus", 7, story).pictures, files.pictures);
  // Another answer of the same prompt and seed: neither the story's text nor its second picture is lost.
  const AnswerFiles single = WriteAnswer(folder_, "bus", 7, {.pictures = {"R"}, .narrative = "M", .json = "{}"});
  EXPECT_EQ(single.pictures[0].filename(), "bus-7-3.png");
  EXPECT_EQ(base::ReadFile(files.narrative), "N");
  EXPECT_EQ(base::ReadFile(files.pictures[1]), "Q");
  EXPECT_EQ(
      WriteAnswer(folder_, "bus", 7, {.pictures = {"P", "S"}, .narrative = "N", .json = "{}"}).narrative.filename(),
      "bus-7-2.txt");
  // A story without a picture.
  EXPECT_EQ(WriteAnswer(folder_, "cat", 1, {.pictures = {}, .narrative = "N", .json = "{}"}).narrative.filename(),
            "cat-1.txt");
}

// Whatever has one of the three names, a file, a folder or a link to nothing, keeps it.
TEST_F(AnswerFilesTest, NothingThatExistsIsReplaced) {
  for (const std::string end : {".png", ".txt", ".json"}) {
    const std::string stem = "bus" + end.substr(1);
    base::WriteFileAtomically(folder_ / (stem + "-7" + end), "notes");
    std::filesystem::create_directories(folder_ / (stem + "-7-2" + end) / "x");
    std::filesystem::create_symlink("nowhere", folder_ / (stem + "-7-3" + end));
    const AnswerFiles files = WriteAnswer(folder_, stem, 7, {.pictures = {"P"}, .narrative = "N", .json = "{}"});
    EXPECT_EQ(files.pictures[0].filename(), stem + "-7-4.png");
    EXPECT_EQ(files.json.filename(), stem + "-7-4.json");
    EXPECT_EQ(base::ReadFile(folder_ / (stem + "-7" + end)), "notes");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "nowhere"));
  }
  EXPECT_EQ(CountFiles(), 3 * (1 + 3));
}

// An answer that was drawn and checked again costs other seconds.
TEST_F(AnswerFilesTest, TheSameAnswerAgainIsNotStoredTwice) {
  const auto json = [](const char* report, int cost) {
    return JsonObject{{"report", report}, {"cost", cost}}.Lines() + "\n";
  };
  const AnswerFiles first = WriteAnswer(folder_, "bus", 7, {.pictures = {"P"}, .narrative = "N", .json = json("r", 1)});
  EXPECT_EQ(WriteAnswer(folder_, "bus", 7, {.pictures = {"P"}, .narrative = "N", .json = json("r", 2)}).json,
            first.json);
  EXPECT_EQ(base::ReadFile(first.json), json("r", 1));
  EXPECT_EQ(WriteAnswer(folder_, "bus", 7, {.pictures = {"P"}, .narrative = "N", .json = json("s", 2)}).json.filename(),
            "bus-7-2.json");
}

// A limit of the files' size, as a full disk, lets the narrative and the report be written and the picture not.
TEST_F(AnswerFilesTest, AFailureLeavesNoPart) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit limit{4096, 4096};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
    try {
      WriteAnswer(folder_, "bus", 7, {.pictures = {std::string(10000, 'P')}, .narrative = "N", .json = "{}"});
    } catch (const base::Error&) {
      _exit(17);
    }
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 17);
  EXPECT_EQ(CountFiles(), 0);
}

constexpr int kWriters = 12, kAnswersEach = 5;

// One writer's answers to one prompt and seed; every third is a story, whose second picture has the name that another
// writer's second answer wants.
void WriteAnswersOf(int writer, const std::filesystem::path& folder) {
  for (int i = 0; i < kAnswersEach; ++i) {
    const std::string mark = std::to_string(writer) + "." + std::to_string(i);
    AnswerContent content{.pictures = {mark}, .narrative = mark, .json = JsonObject{{"mark", mark}}.Line()};
    if (writer % 3 == 0) content.pictures.push_back(mark);
    WriteAnswer(folder, "bus", 7, content);
  }
}

// Each answer is there once, whole, and all files of a name are of one answer.
void ExpectAllAnswers(const std::filesystem::path& folder) {
  std::map<std::string, int> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string text = base::ReadFile(entry.path());
    EXPECT_NE(entry.path().extension(), ".tmp");
    if (entry.path().extension() != ".txt") continue;
    ++files[text];
    const std::string name = entry.path().stem();
    EXPECT_EQ(base::ReadFile(folder / (name + ".json")), JsonObject({{"mark", text}}).Line());
    const std::vector<std::string> ends =
        std::stoi(text) % 3 == 0 ? std::vector<std::string>{"-1.png", "-2.png"} : std::vector<std::string>{".png"};
    for (const std::string& end : ends) EXPECT_EQ(base::ReadFile(folder / (name + end)), text);
  }
  EXPECT_EQ(files.size(), size_t{kWriters * kAnswersEach});
  for (const auto& [mark, count] : files) EXPECT_EQ(count, 1) << mark;
}

TEST_F(AnswerFilesTest, ThreadsAtOnceLoseNothing) {
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < kWriters; ++writer) threads.emplace_back(WriteAnswersOf, writer, folder_);
  threads.clear();
  ExpectAllAnswers(folder_);
}

TEST_F(AnswerFilesTest, ProcessesAtOnceLoseNothing) {
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    try {
      WriteAnswersOf(writer, folder_);
    } catch (const std::exception&) {
      _exit(1);
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  ExpectAllAnswers(folder_);
}

TEST_F(AnswerFilesTest, AFolderThatIsAFileIsAnError) {
  base::WriteFileAtomically(folder_ / "file", "x");
  EXPECT_THROW(PrepareFolder(folder_ / "file"), base::Error);
  EXPECT_THROW(PrepareFolder(folder_ / "file/inner"), base::Error);
}

}  // namespace
}  // namespace diptych::record
