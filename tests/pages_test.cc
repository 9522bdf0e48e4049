// The pages for people name what exists: repository paths, links, and names of the code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"

namespace diptych {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = DIPTYCH_SOURCE_DIR;

std::vector<fs::path> Pages() {
  std::vector<fs::path> pages = {kRoot / "README.md", kRoot / "ARCHITECTURE.md", kRoot / "CONTRIBUTING.md"};
  for (const auto& entry : fs::directory_iterator(kRoot / "docs"))
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  std::sort(pages.begin(), pages.end());
  return pages;
}

// The first group of every match.
std::vector<std::string> Matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) found.push_back((*it)[1]);
  return found;
}

// "a.{h,cc}" is "a.h" and "a.cc"; one pair of braces.
std::vector<std::string> Expanded(const std::string& path) {
  const size_t open = path.find('{'), close = path.find('}');
  if (open == path.npos || close == path.npos) return {path};
  std::vector<std::string> all;
  const std::string choices = path.substr(open + 1, close - open - 1);
  for (size_t at = 0; at <= choices.size();) {
    const size_t end = std::min(choices.find(',', at), choices.size());
    all.push_back(path.substr(0, open) + choices.substr(at, end - at) + path.substr(close + 1));
    at = end + 1;
  }
  return all;
}

// "a/b*": a file of the folder a begins with "b"; other paths as they are.
bool Exists(const fs::path& path) {
  const std::string name = path.filename();
  if (!name.ends_with('*')) return fs::exists(path);
  if (!fs::is_directory(path.parent_path())) return false;
  const auto files = fs::directory_iterator(path.parent_path());
  return std::any_of(begin(files), end(files), [&](const fs::directory_entry& entry) {
    return entry.path().filename().string().starts_with(name.substr(0, name.size() - 1));
  });
}

// Whether a text in backticks is a path of this repository: its first part is a folder at the top, and no part is a
// placeholder in capitals. What is built is not there before it is built.
bool IsRepositoryPath(const std::string& text) {
  static const std::regex kForm(R"((\./)?[\w.-]+/[\w./*{},-]*)"), kPlaceholder(R"((^|.*/)[A-Z]+(/.*|$))");
  if (!std::regex_match(text, kForm) || std::regex_match(text, kPlaceholder)) return false;
  const std::string first = text.substr(0, text.find('/'));
  return first == "." || (first != "build" && fs::is_directory(kRoot / first));
}

// Paths that a page names and that do not exist.
std::vector<std::string> MissingPaths(const std::string& page) {
  std::vector<std::string> missing;
  for (const std::string& text : Matches(page, "`([^`\n]+)`"))
    if (IsRepositoryPath(text))
      for (const std::string& path : Expanded(text))
        if (!Exists(kRoot / path)) missing.push_back(path);
  return missing;
}

// In the drawings of a page, "engine/generate" stands for files of src/ whose names begin so; "record/" for a folder.
std::vector<std::string> MissingInDrawings(const std::string& page) {
  std::vector<std::string> missing;
  for (const std::string& drawing : Matches(page, "```\n([^`]*)```"))
    for (const std::string& path : Matches(drawing, R"((?:^|[ (])([a-z_]+/[a-z_]*)(?=[ ,;)\n]))"))
      if (!Exists(kRoot / "src" / (path.ends_with('/') ? path : path + "*"))) missing.push_back(path);
  return missing;
}

// Links within the repository that lead nowhere; `folder` is the page's.
std::vector<std::string> MissingLinks(const std::string& page, const fs::path& folder) {
  std::vector<std::string> missing;
  for (const std::string& link : Matches(page, R"(\]\(([^)\s]+)\))")) {
    const std::string path = link.substr(0, link.find('#'));
    if (link.find("://") == link.npos && !path.empty() && !fs::exists(folder / path)) missing.push_back(link);
  }
  return missing;
}

// Every word of the sources that could be a name.
std::set<std::string> WordsOfSources() {
  std::set<std::string> words;
  for (const char* folder : {"src", "include", "tests", "bench", "cmake"})
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc" && extension != ".cu" && extension != ".cmake") continue;
      if (entry.path().filename() == "pages_test.cc") continue;
      std::string word;
      for (const char c : base::ReadFile(entry.path()) + ' ') {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_')
          word += c;
        else if (!word.empty())
          words.insert(std::exchange(word, {}));
      }
    }
  return words;
}

// Types, functions, constants and macros that a page names in backticks and that no source holds.
std::vector<std::string> MissingNames(const std::string& page, const std::set<std::string>& words) {
  static const std::regex kName(R"((?:\w+::)*([A-Z][a-z]\w*[A-Z]\w*|k[A-Z]\w+|DIPTYCH_\w+))");
  std::vector<std::string> missing;
  std::smatch match;
  for (const std::string& text : Matches(page, "`([^`\n]+)`"))
    if (std::regex_match(text, match, kName) && !words.contains(match[1])) missing.push_back(text);
  return missing;
}

TEST(Pages, NameWhatExists) {
  const std::set<std::string> words = WordsOfSources();
  for (const fs::path& path : Pages()) {
    const std::string page = base::ReadFile(path);
    EXPECT_THAT(MissingPaths(page), testing::IsEmpty()) << path;
    EXPECT_THAT(MissingInDrawings(page), testing::IsEmpty()) << path;
    EXPECT_THAT(MissingLinks(page, path.parent_path()), testing::IsEmpty()) << path;
    EXPECT_THAT(MissingNames(page, words), testing::IsEmpty()) << path;
  }
}

TEST(Pages, NameEveryPreset) {
  const std::vector<std::string> presets =
      Matches(base::ReadFile(kRoot / "CMakePresets.json"), R"--("configurePreset": "(\w+)")--");
  const std::string page = base::ReadFile(kRoot / "CONTRIBUTING.md");
  EXPECT_GT(presets.size(), 0u);
  for (const std::string& preset : presets) EXPECT_THAT(page, testing::HasSubstr("\n| `" + preset + "` | "));
}

TEST(Pages, WhatIsMissingIsSeen) {
  EXPECT_THAT(
      MissingPaths("`src/base/error.{h,cc,txt}`, `src/eng*`, `src/xyz*`, `tests/nothing.cc`, `build/x`, `a/NAME`"),
      testing::ElementsAre("src/base/error.txt", "src/xyz*", "tests/nothing.cc"));
  EXPECT_THAT(MissingInDrawings("```\n engine/generate   x (engine/nothing)\n record/ , nowhere/\n```\n"),
              testing::ElementsAre("engine/nothing", "nowhere/"));
  EXPECT_THAT(MissingLinks("[a](docs/README.md#x) [b](docs/none.md) [c](https://a.b/c)", kRoot),
              testing::ElementsAre("docs/none.md"));
  EXPECT_THAT(MissingNames("`base::Error`, `base::GoneType`, `kOptions`, `kGone`, `Prompt`", {"Error", "kOptions"}),
              testing::ElementsAre("base::GoneType", "kGone"));
}

}  // namespace
}  // namespace diptych
