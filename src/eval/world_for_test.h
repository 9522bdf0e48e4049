// The world's words and held-out combinations, for the tests of this folder.
#pragma once

#include <filesystem>

#include "world/held_out.h"
#include "world/words.h"

namespace diptych {

struct WorldForTest {
  std::filesystem::path folder = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words";
  Words words = Words::Load(folder);
  HeldOut held_out = HeldOut::Load(folder / "held_out.txt");
};

}  // namespace diptych
