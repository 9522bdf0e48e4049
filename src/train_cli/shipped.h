// The data that comes with the trainer: the world's words and drawings, the shipped models.
#pragma once

#include <filesystem>
#include <string_view>

namespace diptych::train_cli {

// Named by their place in the repository.
inline constexpr std::string_view kWords = "src/world/words", kThings = "src/world/catalogue/things.tsv",
                                  kDrawings = "src/world/art/drawings.tar.xz", kDefaultModel = "models/default",
                                  kJudge = "models/judge/judge.safetensors", kBlindPrompts = "src/eval/blind";

// Where one of these is: below the current folder; else in the repository that the program was built in; else, for an
// installed program, in PREFIX/share/diptych, without "src/". The name itself when it is nowhere.
std::filesystem::path Shipped(std::string_view name);

}  // namespace diptych::train_cli
