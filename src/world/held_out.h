// Combinations that training never shows.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plan/fact.h"
#include "world/scene.h"

namespace diptych::world {

// Read from a data file: lines such as "blue bus, starry night", "cat, reading", "panda, sunset", "apple, guitar" or
// "by twemoji:fox"; a scene is held out when one line's words all apply to it (colour, kind and action to one subject,
// a second kind to another, an artist's drawing to any).
class HeldOut {
 public:
  // Error names file and line of a word that is none of the world's.
  static HeldOut Load(const std::filesystem::path& file);
  bool Contains(const Scene& scene) const;
  // Do the facts by themselves state one of the combinations? Those of one subject must stand under its key.
  bool StatedIn(std::span<const plan::Fact> facts) const;

 private:
  struct Combination {
    std::optional<Colour> colour;
    std::optional<Kind> kind, other;
    std::string drawing;
    std::optional<Action> action;
    std::optional<Hour> hour;
    std::optional<Ground> ground;
    std::optional<Style> style;
  };
  static bool Takes(Combination& combination, std::string_view words);
  static bool Holds(const Combination& held, const Scene& scene);
  static bool IsStated(const Combination& held, std::span<const plan::Fact> facts);
  std::vector<Combination> combinations_;
};

}  // namespace diptych::world
