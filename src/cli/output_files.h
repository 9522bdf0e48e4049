// Where an answer is stored: files named after the prompt and the seed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::cli {

// "blue-bus-under-a-starry-night" for "A blue bus, under a starry night!": ASCII letters, digits and Han characters are
// kept, at most 60 bytes; "picture" when nothing is left. Never a path separator, never a dot.
std::string FileStem(std::string_view prompt);

// Makes the folder and checks that files can be written in it. Error otherwise.
void PrepareFolder(const std::filesystem::path& folder);

struct OutputContent {
  std::vector<std::string> pngs;
  std::string narrative, json;
};
struct OutputFiles {
  std::vector<std::filesystem::path> pictures;
  std::filesystem::path narrative, json;
};
// FOLDER/STEM-SEED.png, .txt and .json, each atomically, the picture last; several pictures are STEM-SEED-1.png,
// STEM-SEED-2.png, ... A name whose pictures or narrative differ is left alone: STEM-SEED-2, -3, ... are tried. When
// one file cannot be written, those written before are removed, and an Error says why.
OutputFiles WriteOutput(const std::filesystem::path& folder, const std::string& stem, uint64_t seed,
                        const OutputContent& content);

}  // namespace diptych::cli
