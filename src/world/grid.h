// Scenes whose things stand on a grid. A model that draws by tokens of so many pixels learns a thing's shape from far
// fewer pictures where the thing falls on its tokens always alike; the other places follow from there.
#pragma once

#include "world/scene.h"

namespace diptych::world {

// So many cells across the picture, and down it.
inline constexpr int kGridCells = 8;

// The scene with its things as wide as whole cells, rather larger than before, and with their sides and lower edges on
// the lines between cells; each keeps its shape, its place and its order, and hides no light. The scene itself where
// its things touch each other, stand in two rows, are near or far, or find no cells of their own.
Scene OnGrid(const Scene& scene);

}  // namespace diptych::world
