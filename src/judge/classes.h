// What a judge tells apart: for each attribute, the values of the world that are its classes.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "eval/seen_scene.h"
#include "world/repertoire.h"

namespace diptych::judge {

// Values are the numbers of the world's enumerations (eval/seen_scene.h), each at most once an attribute.
struct JudgeClasses {
  std::array<std::vector<int>, eval::kSceneAttributes> scene;
  std::array<std::vector<int>, eval::kThingAttributes> things;
  bool operator==(const JudgeClasses&) const = default;
};

// Kinds and held things of the repertoire; of all other attributes every value.
JudgeClasses ClassesOf(const world::Repertoire& repertoire);

// As the entries of a file of weights, "classes.kind": "bus, car" and so on: words, so that they mean the same when the
// world has grown. ReadClasses(WriteClasses(c), ...) == c. Without such entries all that the world has. Error names
// `file` and a word that is none of the world's.
std::map<std::string, std::string> WriteClasses(const JudgeClasses& classes);
JudgeClasses ReadClasses(const std::map<std::string, std::string>& entries, const std::string& file);

}  // namespace diptych::judge
