// Where an answer is stored: picture, narrative and report side by side, named after the prompt and the seed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate.h"
#include "record/picture_metadata.h"

namespace diptych::record {

// "blue-bus-under-a-starry-night" for "A blue bus, under a starry night!": letters and digits of any script are kept,
// at most 60 bytes in whole characters; "picture" when nothing is left. Never a path separator, never a dot.
std::string FileStem(std::string_view prompt);

// Makes the folder and checks that files can be written in it. Error otherwise.
void PrepareFolder(const std::filesystem::path& folder);

struct AnswerContent {
  std::vector<std::string> pngs;  // bytes, in the order of the pictures
  std::string narrative, json;    // the texts of the files
};
struct AnswerFiles {
  std::vector<std::filesystem::path> pictures;
  std::filesystem::path narrative, json;
};

// What the files of an answer hold: the pictures with their metadata, the record with cost.
AnswerContent ContentOf(const AnswerRecord& record, const engine::Answer& answer, MetadataLevel level);

// FOLDER/STEM-SEED.txt, .json and .png; several pictures are STEM-SEED-1.png, STEM-SEED-2.png, ... Nothing that exists
// is replaced, whatever it is: when any of the names is taken, STEM-SEED-2, -3, ... are tried, so that the files of a
// name are always of one answer, also when several programs and threads write into one folder at once. Where this very
// answer stands already (cost aside), nothing is written and its files are returned. Each file is whole when it
// appears, the pictures last. When one cannot be written, those written before are removed, and an Error says why.
AnswerFiles WriteAnswer(const std::filesystem::path& folder, const std::string& stem, uint64_t seed,
                        const AnswerContent& content);

}  // namespace diptych::record
