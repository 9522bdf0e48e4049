// The hashes of a model folder's files, by which a single flipped bit is found: SHA256SUMS, as sha256sum writes and
// checks it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace diptych::model {

// Writes FOLDER/SHA256SUMS with a line for each file of weights, configuration and tokenizer: "HASH  NAME".
void WriteHashes(const std::filesystem::path& folder);

// Compares the folder's files with its SHA256SUMS and returns how many there are; 0 when it has none. Error names a
// file that differs or is missing, or a line that is none. `on_progress` may be empty and may throw to stop.
int CheckHashes(const std::filesystem::path& folder,
                const std::function<void(uint64_t bytes_done, uint64_t bytes_in_all)>& on_progress);

}  // namespace diptych::model
