// The file of all artists' drawings: a tar.xz with SET/NAME.svg entries, as tools/pack_art makes it.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace diptych::world {

// SVG text by "SET:NAME". Error, with the file and the entry: not a tar.xz, truncated or damaged, no drawings, an entry
// that is no plain file SET/NAME.svg, stands there twice, is larger than 1 MiB or is no SVG.
std::map<std::string, std::string, std::less<>> ReadArtPack(const std::filesystem::path& file);

}  // namespace diptych::world
