// The catalogue of things: a row a kind, with its names in both languages, where it is usual and who has drawn it.
// Data; catalogue/README.md tells the columns.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::world {

// "twemoji:fox<@": a drawing of an artist's set, which way it faces, and whether it shows a head alone.
struct ThingDrawing {
  enum class Faces { kViewer, kLeft, kRight };
  std::string set, name;
  Faces faces = Faces::kViewer;
  bool head_alone = false;
};

// An English noun.
struct EnglishNoun {
  std::string singular, plural;
};

struct Thing {
  std::string kind;                           // its key, and its name in the plan language
  std::string family;                         // "animal", "fruit", ...
  std::vector<EnglishNoun> english;           // the everyday name first
  std::vector<std::string> chinese;           // simplified characters, the everyday name first
  std::vector<std::string> measure_words;     // Chinese, the usual one first
  std::vector<std::string> traditional;       // the Chinese names in traditional characters, where they differ
  std::vector<std::string> stands;            // "ground", "water", "surface" (of a table), "hand", ...
  int centimetres = 0;                        // of its longest side
  std::vector<std::string> grounds, colours;  // usual ones, the most usual first
  bool recolourable = false;                  // in another colour it still is plainly this thing
  bool holdable = false;                      // fits into a hand or two
  std::vector<std::string> uses;              // "eat", "ride", "wear", ...
  std::vector<ThingDrawing> drawings;         // for the world
  std::vector<ThingDrawing> examiners;        // drawings that only the benchmark's judge is trained on
};

// Every row of `file`. Error with the line for a wrong number of columns, an empty name, a word that a column does not
// have, a kind or an everyday name that stands there twice, or a drawing of an examiner's set for the world.
std::vector<Thing> LoadCatalogue(const std::filesystem::path& file);

}  // namespace diptych::world
