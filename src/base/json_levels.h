// How deeply JSON from outside may nest.
#pragma once

namespace diptych::base {

// Lists and objects within each other. Parsing does not recurse, writing does: what is much deeper overflows the stack.
inline constexpr int kMostJsonLevels = 100;

}  // namespace diptych::base
