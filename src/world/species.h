// Which kinds have a jointed figure with a face of our own (figure.h), and what their rows need to know of it.
#pragma once

#include <string_view>
#include <vector>

#include "world/kinds.h"

namespace diptych::world {

struct FigureFacts {
  std::vector<Colour> natural{};  // empty: as the catalogue says
  bool patterned = false;         // its clothes or fur may be striped or spotted
};

// Of a kind's word; nullptr when it has no such figure. Also of the kinds that the program draws without the catalogue.
const FigureFacts* FigureFactsOf(std::string_view word);

}  // namespace diptych::world
