// Where the check says that things are, against where the world has drawn them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "coherence/check.h"
#include "coherence/claims.h"
#include "plan/plan.h"
#include "world/draw.h"
#include "world/facts.h"
#include "world/held_out.h"
#include "world/repertoire.h"

namespace diptych {
namespace {

double AreaOf(const plan::Box& box) {
  return std::max(0, box.right - box.left) * static_cast<double>(std::max(0, box.bottom - box.top));
}

double Overlap(const plan::Box& a, const plan::Box& b) {
  const double both = AreaOf(
      {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)});
  return both / (AreaOf(a) + AreaOf(b) - both);
}

TEST(Boxes, AreWhereTheWorldHasDrawnThings) {
  constexpr int kScenes = 24;
  const auto folder = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "models/default";
  const engine::Model model = engine::Model::Load(folder);
  const coherence::CheckData data = coherence::CheckData::Load(folder);
  // What the model knows, as the program itself draws it.
  const auto known = world::Repertoire::Of(data.vocabulary.value(), /*artists=*/false);
  int things = 0, right = 0;
  for (uint64_t seed = 0; seed < kScenes; ++seed) {
    const world::Scene scene = world::SampleScene(900 + seed, world::Split::kTraining, world::HeldOut(), known);
    const plan::Plan plan = world::PlanOfScene(scene);
    std::map<std::string, std::vector<plan::Box>> drawn;
    for (const plan::PlanLine& line : plan.lines)
      for (const plan::Box& box : plan::BoxesOf(line)) drawn[line.key].push_back(box);
    std::vector<coherence::CheckedClaim> claims = coherence::ClaimsOf({}, plan::WritePlan(plan), data);
    engine::PictureLook look(model, world::Draw(scene, 128, 128));
    coherence::FindBoxes(look, data, {}, claims);
    std::map<std::string, plan::Box> found;
    for (const coherence::CheckedClaim& claim : claims) {
      EXPECT_TRUE(!claim.subject.empty() || !claim.box) << claim.text;  // the scene's facts are nowhere
      if (claim.box) found[claim.subject] = *claim.box;
    }
    for (const auto& [kind, boxes] : drawn) {
      ++things;
      if (!found.contains(kind)) continue;
      right += std::any_of(boxes.begin(), boxes.end(),
                           [&, &kind = kind](const plan::Box& box) { return Overlap(box, found.at(kind)) >= 0.5; });
    }
  }
  EXPECT_GT(things, kScenes);
  EXPECT_GE(right, 0.65 * things) << right << " of " << things;
}

}  // namespace
}  // namespace diptych
