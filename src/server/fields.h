// The named values of a request, the same for a JSON object and a form.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/generation_config.h"
#include "server/json_value.h"
#include "server/multipart.h"

namespace diptych::server {

// Single values; what is null counts as absent. Every function throws ApiError for a value of another kind, or out of
// range, which names the field.
class Fields {
 public:
  // Lists and objects in it are passed over.
  explicit Fields(const JsonValue& object);
  // The parts that are no files. Numbers and switches are read from their texts.
  explicit Fields(const std::vector<FormPart>& parts);

  // Takes the values of these names from other fields where they are not here.
  void AddMissing(const Fields& other, std::initializer_list<const char*> names);
  void Rename(const std::string& from, const std::string& to);

  bool Has(const std::string& name) const { return values_.contains(name); }
  // Valid UTF-8, of at most so many bytes.
  std::optional<std::string> Text(const std::string& name, int64_t most_bytes) const;
  // One of the words, in any case.
  std::optional<std::string> Word(const std::string& name, std::initializer_list<std::string_view> words) const;
  std::optional<bool> Switch(const std::string& name) const;
  std::optional<int64_t> Integer(const std::string& name, int64_t low, int64_t high) const;
  // A seed: from 0 to 2^64 - 1; nothing where it is -1, which asks to draw one.
  std::optional<uint64_t> Seed(const std::string& name) const;
  std::optional<model::OptionValue> Option(const model::GenerationOption& option) const;

 private:
  using Value = std::variant<bool, int64_t, uint64_t, double, std::string>;
  const Value* Find(const std::string& name) const;

  std::map<std::string, Value> values_;
  bool is_form_ = false;
};

}  // namespace diptych::server
