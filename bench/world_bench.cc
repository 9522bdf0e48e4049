// How many scenes and pictures of the world one core makes in a second, for each style. Prints JSON.
//   world_bench [SIDE]     pixels a side, 128 unless told
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "clock.h"
#include "world/draw.h"
#include "world/held_out.h"

namespace diptych::bench {
namespace {

// Processor time of this thread, so that what else the machine does does not count.
double ProcessorSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Calls work(i) for i below `count`, five times over; how many calls a second.
nlohmann::ordered_json Rate(int count, const std::function<void(int)>& work) {
  constexpr int kRounds = 5;
  std::vector<double> rates;
  for (int round = 0; round < kRounds; ++round) {
    const double start = ProcessorSeconds();
    for (int i = 0; i < count; ++i) work(i);
    rates.push_back(count / (ProcessorSeconds() - start));
  }
  const Spread spread = SpreadOf(rates);
  return {
      {"median", spread.median}, {"lowest", spread.lowest}, {"highest", spread.highest}, {"repeats", spread.repeats}};
}

void Run(int side) {
  constexpr int kScenes = 200;
  std::vector<world::Scene> scenes;
  for (int i = 0; i < kScenes; ++i)
    scenes.push_back(world::SampleScene(static_cast<uint64_t>(i), world::Split::kTraining, world::HeldOut()));
  nlohmann::ordered_json result = {{"world_version", world::kWorldVersion}, {"side", side}};
  result["scenes_per_second"] = Rate(20 * kScenes, [](int i) {
    world::SampleScene(static_cast<uint64_t>(i), world::Split::kTraining, world::HeldOut());
  });
  for (int style = 0; style < world::kStyles; ++style) {
    for (world::Scene& scene : scenes) scene.style = static_cast<world::Style>(style);
    result["pictures_per_second"][std::string(world::kStyleWords[static_cast<size_t>(style)])] =
        Rate(kScenes, [&](int i) { world::Draw(scenes[static_cast<size_t>(i)], side, side); });
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
