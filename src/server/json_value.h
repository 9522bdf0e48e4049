// JSON that a client sends, read without trust: its size, depth and number of values are limited before it is parsed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/limits.h"

namespace diptych::server {

// A view of one value; the document outlives it.
class JsonValue {
 public:
  bool IsObject() const;
  bool IsList() const;
  // Of a list or object; 0 for anything else.
  size_t size() const;
  JsonValue At(size_t index) const;
  // The member of an object; nothing where it is absent or null, or where this is no object.
  std::optional<JsonValue> Find(const std::string& key) const;
  std::vector<std::string> Keys() const;

  std::string Line() const;           // as JSON
  const std::string* AsText() const;  // null when it is none
  std::optional<bool> AsBool() const;
  std::optional<int64_t> AsInteger() const;    // 2.0 is none
  std::optional<uint64_t> AsUnsigned() const;  // likewise
  std::optional<double> AsNumber() const;      // any number

 private:
  friend class JsonDocument;
  explicit JsonValue(const void* node) : node_(node) {}
  const void* node_;
};

class JsonDocument {
 public:
  // ApiError for what is no JSON object in UTF-8, or beyond the limits.
  static JsonDocument Parse(std::string_view text, const Limits& limits);
  JsonDocument(JsonDocument&&) noexcept;
  ~JsonDocument();
  JsonValue top() const;

 private:
  struct State;
  explicit JsonDocument(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace diptych::server
