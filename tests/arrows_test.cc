// Which folder of src/ may see which, and which may see a foreign library: every #include is held to cmake/arrows.txt
// and to the table below.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

struct Foreign {
  std::set<std::string_view> folders;  // that may include it
  bool in_headers = false;             // whether their headers may bring it into each other
};

// Foreign headers by the start of their name.
const std::map<std::string_view, Foreign> kForeign = {
    {"torch/", {{"train", "judge"}, true}},
    {"ATen/", {{"train", "judge"}, true}},
    {"c10/", {}},
    {"oneapi/", {{"kernels"}}},
    {"dnnl", {}},  // as oneapi/dnnl
    {"hwy/", {{"kernels", "train_kernels"}}},
    {"cairo", {{"world", "train"}}},
    {"librsvg/", {{"world"}}},
    {"archive", {{"world"}}},
    {"png", {{"base"}}},
    {"jpeglib", {{"base"}}},
    {"webp/", {{"base"}}},
    {"pcre2", {{"text"}}},
    {"utf8proc", {{"text"}}},
    {"CLI/", {{"cli", "train_cli"}}},
    {"toml++/", {{"cli"}}},
    {"sqlite3", {{"gallery"}}},
    {"zlib", {{"gallery"}}},
    {"boost/", {{"server"}}},
    {"nlohmann/", {{"text", "model", "coherence", "record", "eval", "server"}}},
};

// The folders that are not part of the inference program or of the library.
const std::set<std::string> kTrainingFolders = {"train_kernels", "world", "data",  "balance",
                                                "eval",          "train", "judge", "train_cli"};

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
  return {};
}

// The row of the table for a header, or null.
const Foreign* ForeignOf(const std::string& header) {
  for (const auto& [start, foreign] : kForeign) {
    if (header.starts_with(start)) return &foreign;
  }
  return nullptr;
}

std::optional<std::string> FaultOf(const Arrows& arrows, const std::string& path, const Include& include) {
  if (include.quoted && arrows.allowed.contains(FolderOf(include.header)))
    return FaultOfOurs(arrows, path, include.header);
  const Foreign* foreign = ForeignOf(include.header);
  if (foreign == nullptr || foreign->folders.contains(FolderOf(path))) return {};
  return path + ": " + FolderOf(path) + " may not see " + include.header;
}

using Sources = std::map<std::string, std::vector<Include>>;  // by path relative to src/

// What each of our headers brings in of foreign libraries, directly or through another of ours.
std::map<std::string, std::set<const Foreign*>> ForeignHeaders(const Sources& sources) {
  std::map<std::string, std::set<const Foreign*>> found;
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [path, includes] : sources) {
      if (!path.ends_with(".h")) continue;
      for (const Include& include : includes) {
        std::set<const Foreign*> more = found[include.header];
        if (const Foreign* foreign = ForeignOf(include.header)) more.insert(foreign);
        const size_t before = found[path].size();
        found[path].insert(more.begin(), more.end());
        grown = grown || found[path].size() != before;
      }
    }
  }
  return found;
}

// Files that see a foreign library through another folder's header.
std::vector<std::string> LeaksOf(const Sources& sources) {
  const auto brought = ForeignHeaders(sources);
  std::vector<std::string> leaks;
  for (const auto& [path, includes] : sources) {
    for (const Include& include : includes) {
      const auto found = brought.find(include.header);
      if (found == brought.end() || FolderOf(include.header) == FolderOf(path)) continue;
      const bool leaks_out = std::ranges::any_of(found->second, [&](const Foreign* foreign) {
        return !foreign->in_headers || !foreign->folders.contains(FolderOf(path));
      });
      if (leaks_out) leaks.push_back(path + ": " + include.header + " brings a foreign library out of its folder");
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

TEST(Arrows, LibtorchIsSeenThroughHeadersWhereItMayBe) {
  const Sources sources = {{"train/ops.h", {{"torch/torch.h", false}}},
                           {"judge/loss.cc", {{"train/ops.h", true}}},
                           {"train_cli/run.cc", {{"train/ops.h", true}}}};
  EXPECT_THAT(LeaksOf(sources), testing::ElementsAre(testing::StartsWith("train_cli/run.cc: train/ops.h")));
}

// What the rules allow and nobody uses; "FOLDER -> WHAT".
std::vector<std::string> UnusedOf(const Arrows& arrows, const Sources& sources) {
  std::set<std::string> used;
  for (const auto& [path, includes] : sources) {
    for (const Include& include : includes) {
      used.insert(FolderOf(path) + " -> " + include.header);
      used.insert(FolderOf(path) + " -> " + FolderOf(include.header));
      for (const auto& [start, foreign] : kForeign)
        if (include.header.starts_with(start)) used.insert(FolderOf(path) + " -> " + std::string(start));
    }
  }
  std::vector<std::string> unused;
  const auto want = [&](const std::string& arrow) {
    if (!used.contains(arrow)) unused.push_back(arrow);
  };
  for (const auto& [folder, targets] : arrows.allowed)
    for (const std::string& target : targets) want(folder + " -> " + target);
  for (const auto& [start, foreign] : kForeign)
    for (std::string_view folder : foreign.folders) want(std::string(folder) + " -> " + std::string(start));
  return unused;
}

TEST(Arrows, NothingIsAllowedThatNobodyUses) {
  EXPECT_THAT(UnusedOf(ParseArrows(base::ReadFile(kRoot / "cmake/arrows.txt")), ReadSources()), testing::IsEmpty());
  const Sources none;
  EXPECT_THAT(UnusedOf(ParseArrows("base:\ntext: base\n"), none), testing::Contains("text -> base"));
}

// Every folder that this one can see, directly or through others.
std::set<std::string> ReachOf(const Arrows& arrows, const std::string& folder) {
  std::set<std::string> reach;
  for (const std::string& target : arrows.allowed.at(folder)) {
    reach.insert(FolderOf(target));
    reach.merge(ReachOf(arrows, FolderOf(target)));
  }
  return reach;
}

TEST(Arrows, TheInferenceProgramAndTheLibraryReachNothingOfTheTrainer) {
  const Arrows arrows = ParseArrows(base::ReadFile(kRoot / "cmake/arrows.txt"));
  for (const char* folder : {"cli", "api"}) {
    for (const std::string& reached : ReachOf(arrows, folder))
      EXPECT_FALSE(kTrainingFolders.contains(reached)) << folder << " -> " << reached;
  }
  EXPECT_THAT(ReachOf(ParseArrows("base:\ntrain: base\neval: train\ncli: eval\n"), "cli"), testing::Contains("train"));
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
      "# a note\nbase:\ntext: base\nworld: base text/plan.h\nkernels: base\ntrain: base\ncli: base\n"
      "train_cli: base train world\n");
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
  EXPECT_FALSE(fault("train_cli/diptych_train.cc", "#include \"world/scene.h\""));
}

}  // namespace
}  // namespace diptych
