// Areas of boxes in a plan, in percent of the picture's width times percent of its height.
#pragma once

#include <algorithm>

#include "plan/plan.h"

namespace diptych::plan {

// 0 of a box whose sides have crossed.
inline double AreaOf(const Box& box) {
  return std::max(0, box.right - box.left) * static_cast<double>(std::max(0, box.bottom - box.top));
}

// The area that both have in common.
inline double CommonArea(const Box& a, const Box& b) {
  return AreaOf(
      {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)});
}

}  // namespace diptych::plan
