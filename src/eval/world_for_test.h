// The world's words and held-out combinations, for the tests of this folder.
#pragma once

#include <filesystem>

#include "world/held_out.h"
#include "world/words.h"

namespace diptych::eval {

struct WorldForTest {
  std::filesystem::path folder = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "src/world/words";
  world::Words words = world::Words::Load(folder);
  world::HeldOut held_out = world::HeldOut::Load(folder / "held_out.txt");
};

}  // namespace diptych::eval
