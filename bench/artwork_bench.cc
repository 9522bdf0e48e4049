// How many drawings of the catalogue one core makes in a second: new, new in another colour, and kept. Prints JSON.
//   artwork_bench [THINGS.tsv DRAWINGS.tar.xz]
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "processor_rate.h"
#include "world/artwork.h"

namespace diptych::bench {
namespace {

void Run(const std::string& things_file, const std::string& pack) {
  constexpr size_t kDrawings = 500;
  const std::vector<world::Thing> things = world::LoadCatalogue(things_file);
  nlohmann::ordered_json result;
  const double start = ProcessorSeconds();
  const world::Artwork uncached = world::Artwork::Load(pack, things, 0);
  result["load_seconds"] = ProcessorSeconds() - start;
  const world::Artwork cached = world::Artwork::Load(pack, things, size_t{1} << 30);
  const std::vector<std::string> all = uncached.names();
  std::vector<std::string> names;
  for (size_t i = 0; i < kDrawings; ++i) names.push_back(all[i * all.size() / kDrawings]);
  // What is measured once of each drawing is measured here.
  const double before = ProcessorSeconds();
  for (const std::string& name : names) uncached.RecolouredShare(name);
  result["measured_per_second"] = kDrawings / (ProcessorSeconds() - before);
  for (const int side : {128, 256}) {
    const auto request = [&](size_t i) {
      return world::ArtworkRequest{.drawing = names[i], .width = side, .height = side};
    };
    nlohmann::ordered_json& rates = result["drawings_per_second"][std::to_string(side)];
    rates["new"] = Rate(kDrawings, [&](size_t i) { uncached.Render(request(i)); });
    rates["recoloured"] = Rate(kDrawings, [&](size_t i) {
      world::ArtworkRequest blue = request(i);
      blue.colour = world::Colour::kBlue;
      uncached.Render(blue);
    });
    for (size_t i = 0; i < kDrawings; ++i) cached.Render(request(i));
    rates["cached"] = Rate(kDrawings, [&](size_t i) { cached.Render(request(i)); });
  }
  std::cout << result.dump(2) << '\n';
}

}  // namespace
}  // namespace diptych::bench

int main(int argc, char** argv) {
  try {
    diptych::bench::Run(argc > 2 ? argv[1] : "src/world/catalogue/things.tsv",
                        argc > 2 ? argv[2] : "src/world/art/drawings.tar.xz");
  } catch (const diptych::base::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
