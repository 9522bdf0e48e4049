// A contact sheet of the world with its texts.
#pragma once

#include <cstdint>
#include <filesystem>

namespace diptych::data {

struct PreviewOptions {
  std::filesystem::path file, words = "src/world/words";
  uint64_t seed = 0;
  int size = 128, columns = 8, rows = 8;
};
// Writes FILE (PNG) and, with the extension .txt, the texts of each picture. Same options, same bytes.
void WritePreview(const PreviewOptions& options);

}  // namespace diptych::data
