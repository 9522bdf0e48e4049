// Strict reading of JSON objects: every wrong key is an Error that names file, key, what it is and what it should be.
// Included by sources of this folder only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace diptych::model {

// The object that `text` states. Error: not JSON, not an object, a key given twice in one object.
nlohmann::json ParseJsonObject(std::string_view text, std::string_view place, const std::string& file);

// One object of a JSON file; a view.
class JsonSection {
 public:
  // `path` is what stands before a key in messages: "llm_config." say.
  JsonSection(const nlohmann::json& object, std::string place, std::string file, std::string path = {})
      : object_(object), place_(std::move(place)), file_(std::move(file)), path_(std::move(path)) {}

  struct Range {
    double low = 0, high = std::numeric_limits<double>::infinity();
    bool low_itself = false;  // `low` belongs to the range
  };
  // Absent (or null) keys give the fallback; without a fallback they are an Error.
  int Int(const std::string& key, int low, int high) const;
  int Int(const std::string& key, int low, int high, int fallback) const;
  double Number(const std::string& key, Range range) const;
  double Number(const std::string& key, Range range, double fallback) const;
  bool Bool(const std::string& key) const;
  bool Bool(const std::string& key, bool fallback) const;
  std::string Text(const std::string& key) const;
  std::string Text(const std::string& key, std::string_view fallback) const;
  JsonSection Object(const std::string& key) const;
  bool Has(const std::string& key) const;
  const nlohmann::json& At(const std::string& key) const;
  [[noreturn]] void Fail(const std::string& key, const std::string& should_be, std::string_view hint = {}) const;

 private:
  const nlohmann::json& object_;
  std::string place_, file_, path_;
};

}  // namespace diptych::model
