// Strict reading of stored JSON: each missing or wrong key is an Error that says what it is and what it must be.
// Included by sources of this folder only.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace diptych::record {

using Json = nlohmann::ordered_json;

// As JsonObject::Parse.
Json ParseJson(std::string_view text, const std::string& name);

// One object; a view. Null counts as absent.
class JsonReader {
 public:
  // `name` is the name of the whole, `path` the text before a key in messages, "options." for instance.
  JsonReader(const Json& object, std::string name, std::string path = {})
      : object_(&object), name_(std::move(name)), path_(std::move(path)) {}

  struct Range {
    double low = 0, high = std::numeric_limits<double>::infinity();
    bool above_low = false;  // `low` itself does not belong to the range
  };
  bool Has(const std::string& key) const;
  // Whole numbers; 2.0 is not one.
  int Int(const std::string& key, int low, int high) const;
  uint64_t Unsigned(const std::string& key) const;
  double Number(const std::string& key, Range range) const;
  bool Bool(const std::string& key) const;
  std::string Text(const std::string& key) const;
  // One of the words.
  std::string Word(const std::string& key, std::initializer_list<std::string_view> words) const;
  std::vector<std::string> Texts(const std::string& key) const;
  // A list of `count` whole numbers, each 0 or more.
  std::vector<int> Ints(const std::string& key, size_t count) const;
  JsonReader Object(const std::string& key) const;
  std::vector<JsonReader> Objects(const std::string& key) const;
  const Json& At(const std::string& key) const;
  [[noreturn]] void Fail(const std::string& key, const std::string& should_be) const;

 private:
  const Json* object_;
  std::string name_, path_;
};

}  // namespace diptych::record
