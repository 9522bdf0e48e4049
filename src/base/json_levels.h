// How deeply JSON from outside may nest.
#pragma once

namespace diptych::base {

// Levels of lists and objects within each other. nlohmann's parser does not recurse, but its writer does, and much
// deeper values would overflow its stack.
inline constexpr int kMostJsonLevels = 100;

}  // namespace diptych::base
