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
  std::vector<std::string> pictures;  // bytes of their files, in their order
  std::string narrative, json;        // the texts of the files
  std::string extension = "png";      // of the pictures' names
  bool keeps_record = true;           // false: the record has no room in the pictures' files
};
struct AnswerFiles {
  std::vector<std::filesystem::path> pictures;
  std::filesystem::path narrative, json;
};

// How pictures are stored.
struct PictureStyle {
  base::PictureFormat format = base::PictureFormat::kPng;
  MetadataLevel metadata = MetadataLevel::kFull;
};

// What the files of an answer hold: the pictures with their metadata, the record with cost.
AnswerContent ContentOf(const AnswerRecord& record, const engine::Answer& answer, const PictureStyle& style);

// Writes FOLDER/STEM-SEED.txt, .json and .png (or another extension); several pictures are STEM-SEED-1.png,
// STEM-SEED-2.png, ... Nothing that exists is replaced: when any of the names is taken, STEM-SEED-2, -3, ... are tried,
// so that files of one name always belong to one answer, also when several programs and threads write into one folder
// at once. When this very answer (cost aside) exists already, nothing is written and its files are returned. Each file
// is complete when it appears, the pictures last. When one cannot be written, those written before are removed, and an
// Error says why.
AnswerFiles WriteAnswer(const std::filesystem::path& folder, const std::string& stem, uint64_t seed,
                        const AnswerContent& content);
// The same under a name of the caller's: FOLDER/NAME.txt, ..., then NAME-2 and so on.
AnswerFiles WriteAnswerAs(const std::filesystem::path& folder, const std::string& name, const AnswerContent& content);

// Error when the picture, or the text or report beside it, exists. For names that a user chose, before anything is
// drawn.
void RefuseTaken(const std::filesystem::path& picture);

}  // namespace diptych::record
