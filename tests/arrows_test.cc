// Which folder of src/ may see which, and which may see a foreign library: every #include is held to cmake/arrows.txt
// and to the table below.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace diptych {
namespace {

const std::filesystem::path kRoot = DIPTYCH_SOURCE_DIR;

// Foreign headers by the start of their name, and the folders that may include them.
const std::map<std::string_view, std::set<std::string_view>> kForeign = {
    {"torch/", {"train"}},
    {"ATen/", {"train"}},
    {"c10/", {"train"}},
    {"oneapi/", {"kernels"}},
    {"dnnl", {"kernels"}},
    {"hwy/", {"kernels", "train_kernels"}},
    {"cairo", {"world", "train"}},
    {"librsvg/", {"world"}},
    {"archive", {"world"}},
    {"png", {"base"}},
    {"pcre2", {"text"}},
    {"utf8proc", {"text"}},
    {"CLI/", {"cli"}},
    {"toml++/", {"cli", "world"}},
    {"spdlog/", {"cli", "train"}},
    {"boost/", {}},
    {"nlohmann/", {"text", "model", "record", "data", "eval", "train"}},
};

// The folders that are not part of the inference program.
const std::set<std::string> kTrainingFolders = {"train_kernels", "world", "data", "balance", "eval", "train"};

struct Arrows {
  std::vector<std::string> order;
  std::map<std::string, std::set<std::string>> allowed;  // folder, or folder/header.h
};

Arrows ParseArrows(const std::string& text) {
  Arrows arrows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (line.empty() || line[0] == '#' || colon == std::string::npos) continue;
    const std::string folder = line.substr(0, colon);
    arrows.order.push_back(folder);
    arrows.allowed[folder];
    std::istringstream words(line.substr(colon + 1));
    for (std::string word; words >> word;) arrows.allowed[folder].insert(word);
  }
  return arrows;
}

std::string FolderOf(const std::string& path) { return path.substr(0, path.find('/')); }

struct Include {
  std::string header;
  bool quoted = false;
};

std::vector<Include> IncludesOf(const std::string& source) {
  std::vector<Include> includes;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    const size_t hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#' || line.find("include", hash) == std::string::npos) continue;
    const size_t open = line.find_first_of("\"<", hash);
    const size_t close = open == std::string::npos ? open : line.find_first_of("\">", open + 1);
    if (close != std::string::npos) includes.push_back({line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return includes;
}

// What is wrong with including `header`, one of ours, in the file `path` (relative to src/), or nothing.
std::optional<std::string> FaultOfOurs(const Arrows& arrows, const std::string& path, const std::string& header) {
  const std::string folder = FolderOf(path), target = FolderOf(header);
  const std::set<std::string>& allowed = arrows.allowed.at(folder);
  if (target != folder && !allowed.contains(target) && !allowed.contains(header)) {
    return path + ": " + folder + " may not see " + header;
  }
  const bool trains = path.starts_with("cli/train") || path.starts_with("cli/diptych_train");
  if (folder == "cli" && !trains && kTrainingFolders.contains(target)) {
    return path + ": the inference program may not see " + header;
  }
  return {};
}

// The folders that may include a foreign header of the table; nothing for other headers.
const std::set<std::string_view>* UsersOf(const std::string& header) {
  for (const auto& [start, folders] : kForeign) {
    if (header.starts_with(start)) return &folders;
  }
  return nullptr;
}

std::optional<std::string> FaultOf(const Arrows& arrows, const std::string& path, const Include& include) {
  if (include.quoted && arrows.allowed.contains(FolderOf(include.header)))
    return FaultOfOurs(arrows, path, include.header);
  const std::set<std::string_view>* users = UsersOf(include.header);
  if (users == nullptr || users->contains(FolderOf(path))) return {};
  return path + ": " + FolderOf(path) + " may not see " + include.header;
}

using Sources = std::map<std::string, std::vector<Include>>;  // by path relative to src/

// Our headers that bring in a foreign one, directly or through another of ours.
std::set<std::string> ForeignHeaders(const Sources& sources) {
  std::set<std::string> found;
  for (size_t before = 1; before != found.size();) {
    before = found.size();
    for (const auto& [path, includes] : sources) {
      for (const Include& include : includes) {
        if (path.ends_with(".h") && (UsersOf(include.header) != nullptr || found.contains(include.header)))
          found.insert(path);
      }
    }
  }
  return found;
}

// Files that see a foreign library through another folder's header.
std::vector<std::string> LeaksOf(const Sources& sources) {
  const std::set<std::string> foreign = ForeignHeaders(sources);
  std::vector<std::string> leaks;
  for (const auto& [path, includes] : sources) {
    for (const Include& include : includes) {
      if (foreign.contains(include.header) && FolderOf(include.header) != FolderOf(path))
        leaks.push_back(path + ": " + include.header + " brings a foreign library out of its folder");
    }
  }
  return leaks;
}

bool IsSource(const std::filesystem::path& path) {
  const std::string end = path.extension().string();
  return end == ".h" || end == ".cc" || end == ".inc" || end == ".cu";
}

Sources ReadSources() {
  Sources sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / "src")) {
    if (!entry.is_regular_file() || !IsSource(entry.path())) continue;
    sources[std::filesystem::relative(entry.path(), kRoot / "src").generic_string()] =
        IncludesOf(base::ReadFile(entry.path()));
  }
  return sources;
}

TEST(Arrows, EveryIncludeIsAllowed) {
  const Arrows arrows = ParseArrows(base::ReadFile(kRoot / "cmake/arrows.txt"));
  const Sources sources = ReadSources();
  EXPECT_GT(sources.size(), 50u);
  for (const auto& [path, includes] : sources) {
    for (const Include& include : includes) {
      const auto fault = FaultOf(arrows, path, include);
      EXPECT_FALSE(fault) << *fault;
    }
  }
}

TEST(Arrows, ForeignLibrariesStayInTheirFolders) { EXPECT_THAT(LeaksOf(ReadSources()), testing::IsEmpty()); }

TEST(Arrows, LeaksAreSeenThroughOurOwnHeaders) {
  const Sources sources = {{"model/json.h", {{"nlohmann/json.hpp", false}}},
                           {"model/config.h", {{"model/json.h", true}}},
                           {"model/config.cc", {{"model/config.h", true}}},
                           {"engine/a.cc", {{"model/config.h", true}}}};
  EXPECT_THAT(LeaksOf(sources), testing::ElementsAre(testing::StartsWith("engine/a.cc: model/config.h")));
}

TEST(Arrows, PointOnlyToPartsListedBefore) {
  const Arrows arrows = ParseArrows(base::ReadFile(kRoot / "cmake/arrows.txt"));
  std::set<std::string> before;
  for (const std::string& folder : arrows.order) {
    for (const std::string& target : arrows.allowed.at(folder)) {
      EXPECT_TRUE(before.contains(FolderOf(target))) << folder << " -> " << target;
    }
    before.insert(folder);
  }
}

TEST(Arrows, EveryFolderIsListed) {
  const Arrows arrows = ParseArrows(base::ReadFile(kRoot / "cmake/arrows.txt"));
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / "src")) {
    if (!entry.is_directory()) continue;
    EXPECT_THAT(arrows.order, testing::Contains(entry.path().filename().string()));
  }
}

// The namespaces that a file opens, nested ones written out; without anonymous ones.
std::vector<std::string> NamespacesOf(const std::string& source) {
  static constexpr std::string_view kStart = "namespace diptych";
  std::vector<std::string> names;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kStart) && line.ends_with(" {")) names.push_back(line.substr(10, line.size() - 12));
  }
  return names;
}

// What is wrong with the namespaces of the file `path` (relative to src/), or nothing: a folder's names stand in
// diptych::FOLDER or in a namespace within it, and the public API's alone in diptych.
std::optional<std::string> NamespaceFaultOf(const std::string& path, const std::string& source) {
  const std::string folder = FolderOf(path);
  const std::string own = folder == "api" ? "diptych" : "diptych::" + folder;
  for (const std::string& name : NamespacesOf(source)) {
    if (name != own && !name.starts_with(own + "::")) return path + ": opens " + name + ", it must be " + own;
  }
  return {};
}

TEST(Arrows, AFolderHasItsOwnNamespace) {
  size_t opened = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / "src")) {
    if (!entry.is_regular_file() || !IsSource(entry.path())) continue;
    const std::string source = base::ReadFile(entry.path());
    const auto fault =
        NamespaceFaultOf(std::filesystem::relative(entry.path(), kRoot / "src").generic_string(), source);
    EXPECT_FALSE(fault) << *fault;
    opened += NamespacesOf(source).size();
  }
  EXPECT_GT(opened, 300u);
}

TEST(Arrows, AForeignNamespaceIsSeen) {
  EXPECT_FALSE(NamespaceFaultOf("text/a.h", "namespace diptych::text {\n}"));
  EXPECT_FALSE(NamespaceFaultOf("api/a.cc", "namespace diptych {\n}"));
  EXPECT_TRUE(NamespaceFaultOf("text/a.h", "namespace diptych {\n}"));
  EXPECT_TRUE(NamespaceFaultOf("text/a.h", "namespace diptych::engine {\n}"));
}

TEST(Arrows, TheCheckSeesFaults) {
  const Arrows arrows = ParseArrows(
      "# a note\nbase:\ntext: base\nworld: base text/plan.h\nkernels: base\ntrain: base\ncli: base train world\n");
  const auto fault = [&](const std::string& path, const std::string& line) {
    return FaultOf(arrows, path, IncludesOf(line).at(0)).has_value();
  };
  EXPECT_FALSE(fault("text/a.cc", "#include \"base/error.h\""));
  EXPECT_FALSE(fault("text/a.cc", "#include \"text/b.h\""));
  EXPECT_FALSE(fault("text/a.cc", "#include <vector>"));
  EXPECT_TRUE(fault("text/a.cc", "#include \"world/scene.h\""));
  EXPECT_TRUE(fault("base/a.cc", "#include \"text/plan.h\""));
  EXPECT_FALSE(fault("world/a.cc", "#include \"text/plan.h\""));
  EXPECT_TRUE(fault("world/a.cc", "  #  include \"text/tokenizer.h\""));
  EXPECT_FALSE(fault("train/a.h", "#include <torch/torch.h>"));
  EXPECT_TRUE(fault("kernels/a.cc", "#include <torch/torch.h>"));
  EXPECT_FALSE(fault("kernels/a.cc", "#include <oneapi/dnnl/dnnl.hpp>"));
  EXPECT_TRUE(fault("base/a.cc", "#include <nlohmann/json.hpp>"));
  EXPECT_TRUE(fault("train/a.cc", "#include <boost/asio.hpp>"));
  EXPECT_TRUE(fault("cli/diptych.cc", "#include \"world/scene.h\""));
  EXPECT_FALSE(fault("cli/diptych_train.cc", "#include \"world/scene.h\""));
}

}  // namespace
}  // namespace diptych
