// The plan language: what is in a picture, one thing a line, "key: value, value, ...". Knows the form, not the words.
//
//   hour: starry night
//   weather: clear
//   style: impressionist
//   mood: melancholy
//   moon: crescent, at 78 20
//   ground: road, horizon 62
//   bus: two, blue, large, left, facing right, left of panda, look 1, box 3 48 25 60, box 27 47 49 59
//   panda: one, black, small, right, playing ukulele, sad, facing left, right of bus, look 3, box 70 50 87 85
//
// Numbers are percent of the picture's width and height, except that of "look": the number of the variant in which a
// subject is drawn. Every value that holds no digit is a fact in words (fact.h); values with digits ("at", "box",
// "horizon", "look") are layout. The same subject may stand on two lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::plan {

struct Box {
  int left = 0, top = 0, right = 0, bottom = 0;  // percent of the picture, left < right, top < bottom
  bool operator==(const Box&) const = default;
};

struct PlanLine {
  std::string key;                  // "hour", "ground", "bus"
  std::vector<std::string> values;  // as written, without the commas
  bool operator==(const PlanLine&) const = default;
};

struct Plan {
  std::vector<PlanLine> lines;
  bool operator==(const Plan&) const = default;
};

// Error with the line's number when a line is not of the form or a number is outside 0..100; for the text of a file the
// message begins with `file`. Lines that begin with # are passed over; in a file, empty ones too.
Plan ParsePlan(std::string_view text, const std::string& file = {});
// The lines of a text that a model wrote: those that are not of the form are dropped.
Plan ParseWellFormedLines(std::string_view text);
// Lines joined by "\n", no newline at the end. ParsePlan(WritePlan(p)) == p.
std::string WritePlan(const Plan& plan);
// Lower-case ASCII words with single spaces between them: what keys are, and values that are no layout.
bool IsWords(std::string_view text);
// Boxes of a line, in order.
std::vector<Box> BoxesOf(const PlanLine& line);
// "10 48 52 80" and back; nothing when the text is not four numbers in 0..100 that make a box.
std::string WriteBox(const Box& box);
std::optional<Box> ParseBox(std::string_view text);

}  // namespace diptych::plan
