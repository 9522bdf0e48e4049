// A JSON object that is being put together; the JSON library behind it stays in this folder.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace diptych::record {

// Members keep the order in which they were added; a key that is added again gets the new value. Texts may be any
// bytes: those that are not UTF-8 become U+FFFD.
class JsonObject {
 public:
  using Value = std::variant<std::nullptr_t, bool, int64_t, uint64_t, double, std::string_view>;
  struct Member {
    std::string_view key;
    Value value;
  };

  JsonObject();
  JsonObject(std::initializer_list<Member> members);
  JsonObject(JsonObject&& other) noexcept;
  JsonObject& operator=(JsonObject&& other) noexcept;
  ~JsonObject();
  // The object that a text of unknown origin states; `name` stands in messages. Error: not JSON, not an object, a key
  // twice in one object, more than 100 levels.
  static JsonObject Parse(std::string_view text, const std::string& name);

  JsonObject& Add(std::string_view key, const Value& value);
  JsonObject& Add(std::string_view key, const JsonObject& object);
  JsonObject& Add(std::string_view key, const std::vector<std::string>& texts);
  JsonObject& Add(std::string_view key, const std::vector<int64_t>& numbers);
  JsonObject& Add(std::string_view key, const std::vector<JsonObject>& objects);
  // All members of another one.
  JsonObject& AddAll(const JsonObject& other);
  void Remove(std::string_view key);

  std::string Line() const;   // on one line, without spaces between members
  std::string Lines() const;  // for people: two spaces a level
  // Each member with its value: a text as it is, anything else as JSON.
  std::vector<std::pair<std::string, std::string>> Texts() const;
  // The same members with the same values in the same order.
  bool operator==(const JsonObject& other) const;

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

}  // namespace diptych::record
