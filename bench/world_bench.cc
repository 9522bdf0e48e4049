// How many scenes and pictures of the world one core makes in a second, for each style. Prints JSON.
//   world_bench [SIDE]     pixels a side, 128 unless told
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "processor_rate.h"
#include "world/draw.h"
#include "world/held_out.h"

namespace diptych::bench {
namespace {

void Run(int side) {
  constexpr size_t kScenes = 200;
  std::vector<world::Scene> scenes;
  for (size_t i = 0; i < kScenes; ++i)
    scenes.push_back(world::SampleScene(i, world::Split::kTraining, world::HeldOut()));
  nlohmann::ordered_json result = {{"world_version", world::kWorldVersion}, {"side", side}};
  result["scenes_per_second"] =
      Rate(20 * kScenes, [](size_t i) { world::SampleScene(i, world::Split::kTraining, world::HeldOut()); });
  for (int style = 0; style < world::kStyles; ++style) {
    for (world::Scene& scene : scenes) scene.style = static_cast<world::Style>(style);
    result["pictures_per_second"][std::string(world::kStyleWords[static_cast<size_t>(style)])] =
        Rate(kScenes, [&](size_t i) { world::Draw(scenes[i], side, side); });
  }
  std::cout << result.dump(2) << '\n';
}

}  // namespace
}  // namespace diptych::bench

int main(int argc, char** argv) {
  try {
    diptych::bench::Run(argc > 1 ? std::atoi(argv[1]) : 128);
  } catch (const diptych::base::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
