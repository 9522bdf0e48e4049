#include "coherence/plan_room.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/box.h"

namespace diptych::coherence {
namespace {

using plan::Box, plan::Plan, plan::PlanLine;

// Whether their common part is much of the smaller one.
bool Hide(const Box& a, const Box& b) {
  constexpr double kHidden = 0.35;
  return plan::CommonArea(a, b) > kHidden * std::min(plan::AreaOf(a), plan::AreaOf(b));
}

bool HidesAny(const std::vector<Box>& boxes, const std::string& key, const Plan& plan) {
  for (const PlanLine& other : plan.lines)
    for (const Box& there : plan::BoxesOf(other))
      if (other.key != key && std::ranges::any_of(boxes, [&](const Box& box) { return Hide(box, there); })) return true;
  return false;
}

// How far the boxes move to have room; nothing where there is none.
std::optional<int> ShiftOf(const std::vector<Box>& boxes, const std::string& key, const Plan& plan) {
  constexpr int kWidth = 100;
  for (int distance = 1; distance < kWidth; ++distance) {
    for (const int shift : {distance, -distance}) {
      std::vector<Box> moved = boxes;
      for (Box& box : moved) box = {box.left + shift, box.top, box.right + shift, box.bottom};
      const auto inside = [](const Box& box) { return box.left >= 0 && box.right <= kWidth; };
      if (std::ranges::all_of(moved, inside) && !HidesAny(moved, key, plan)) return shift;
    }
  }
  return {};
}

bool SaysWhere(const PlanLine& line, const std::string& value, const plan::Vocabulary& vocabulary) {
  const auto typed = vocabulary.Read(plan::Fact{line.key, value});
  if (!typed) return false;
  const plan::Property& property = vocabulary.properties()[typed->property];
  return property.IsRelation() || property.name == "place";
}

void Move(PlanLine& line, int shift, const plan::Vocabulary& vocabulary) {
  std::erase_if(line.values, [&](const std::string& value) { return SaysWhere(line, value, vocabulary); });
  for (std::string& value : line.values) {
    constexpr std::string_view kBox = "box ";
    if (!value.starts_with(kBox)) continue;
    const auto box = plan::ParseBox(std::string_view(value).substr(kBox.size()));
    if (box) value = std::string(kBox) + plan::WriteBox({box->left + shift, box->top, box->right + shift, box->bottom});
  }
}

}  // namespace

Plan WithRoom(Plan plan, const MergedPlan& merged, const plan::Vocabulary& vocabulary) {
  for (PlanLine& line : plan.lines) {
    const auto asked = std::ranges::find(merged.plan.lines, line.key, &PlanLine::key);
    if (!merged.open.contains(line.key) || asked == merged.plan.lines.end()) continue;
    const bool is_placed = std::ranges::any_of(
        asked->values, [&](const std::string& value) { return SaysWhere(line, value, vocabulary); });
    const std::vector<Box> boxes = plan::BoxesOf(line);
    if (is_placed || !HidesAny(boxes, line.key, plan)) continue;
    if (const std::optional<int> shift = ShiftOf(boxes, line.key, plan)) Move(line, *shift, vocabulary);
  }
  return plan;
}

}  // namespace diptych::coherence
