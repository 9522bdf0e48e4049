#include "record/json_object.h"

#include "record/json_reader.h"

namespace diptych::record {

struct JsonObject::Content {
  Json json = Json::object();
};

namespace {

std::string Dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

}  // namespace

JsonObject::JsonObject() : content_(std::make_unique<Content>()) {}
JsonObject::JsonObject(std::initializer_list<Member> members) : JsonObject() {
  for (const Member& member : members) Add(member.key, member.value);
}
JsonObject::JsonObject(JsonObject&& other) noexcept = default;
JsonObject& JsonObject::operator=(JsonObject&& other) noexcept = default;
JsonObject::~JsonObject() = default;

JsonObject JsonObject::Parse(std::string_view text, const std::string& name) {
  JsonObject object;
  object.content_->json = ParseJson(text, name);
  return object;
}

JsonObject& JsonObject::Add(std::string_view key, const Value& value) {
  std::visit([&](const auto& plain) { content_->json[std::string(key)] = plain; }, value);
  return *this;
}

JsonObject& JsonObject::Add(std::string_view key, const JsonObject& object) {
  content_->json[std::string(key)] = object.content_->json;
  return *this;
}

JsonObject& JsonObject::Add(std::string_view key, const std::vector<std::string>& texts) {
  content_->json[std::string(key)] = texts;
  return *this;
}

JsonObject& JsonObject::Add(std::string_view key, const std::vector<int64_t>& numbers) {
  content_->json[std::string(key)] = numbers;
  return *this;
}

JsonObject& JsonObject::Add(std::string_view key, const std::vector<JsonObject>& objects) {
  Json array = Json::array();
  for (const JsonObject& object : objects) array.push_back(object.content_->json);
  content_->json[std::string(key)] = std::move(array);
  return *this;
}

JsonObject& JsonObject::AddAll(const JsonObject& other) {
  for (const auto& [key, value] : other.content_->json.items()) content_->json[key] = value;
  return *this;
}

void JsonObject::Remove(std::string_view key) { content_->json.erase(std::string(key)); }

std::string JsonObject::Line() const { return Dump(content_->json, -1); }

std::string JsonObject::Lines() const { return Dump(content_->json, 2); }

std::vector<std::pair<std::string, std::string>> JsonObject::Texts() const {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [key, value] : content_->json.items())
    texts.emplace_back(key, value.is_string() ? value.get<std::string>() : Dump(value, -1));
  return texts;
}

bool JsonObject::operator==(const JsonObject& other) const { return content_->json == other.content_->json; }

}  // namespace diptych::record
