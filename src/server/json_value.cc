#include "server/json_value.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "server/api_error.h"

namespace diptych::server {
namespace {

using Json = nlohmann::json;

const Json& NodeOf(const void* node) { return *static_cast<const Json*>(node); }

[[noreturn]] void RefuseBody(std::string message) {
  throw ApiError({.message = "the body " + std::move(message), .code = "invalid_json"});
}

// What stands outside of texts is counted before anything is built: a parsed value takes twenty times its bytes.
void CheckShape(std::string_view text, const Limits& limits) {
  int64_t values = 1, level = 0;
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
      continue;
    }
    in_text = c == '"';
    if (c == '{' || c == '[') ++level;
    if (c == '}' || c == ']') --level;
    values += c == '{' || c == '[' || c == ',' ? 1 : 0;
    if (level > limits.json_levels) RefuseBody("has more than " + std::to_string(limits.json_levels) + " levels.");
    if (values > limits.json_values) RefuseBody("has more than " + std::to_string(limits.json_values) + " values.");
  }
}

}  // namespace

bool JsonValue::IsObject() const { return NodeOf(node_).is_object(); }

bool JsonValue::IsList() const { return NodeOf(node_).is_array(); }

size_t JsonValue::size() const { return NodeOf(node_).is_structured() ? NodeOf(node_).size() : 0; }

JsonValue JsonValue::At(size_t index) const { return JsonValue(&NodeOf(node_).at(index)); }

std::optional<JsonValue> JsonValue::Find(const std::string& key) const {
  const Json& node = NodeOf(node_);
  if (!node.is_object()) return {};
  const auto found = node.find(key);
  if (found == node.end() || found->is_null()) return {};
  return JsonValue(&*found);
}

std::vector<std::string> JsonValue::Keys() const {
  std::vector<std::string> keys;
  if (!IsObject()) return keys;
  for (const auto& [key, value] : NodeOf(node_).items()) keys.push_back(key);
  return keys;
}

std::string JsonValue::Line() const { return NodeOf(node_).dump(); }

const std::string* JsonValue::AsText() const { return NodeOf(node_).get_ptr<const Json::string_t*>(); }

std::optional<bool> JsonValue::AsBool() const {
  if (!NodeOf(node_).is_boolean()) return {};
  return NodeOf(node_).get<bool>();
}

std::optional<int64_t> JsonValue::AsInteger() const {
  const Json& node = NodeOf(node_);
  if (!node.is_number_integer()) return {};
  if (node.is_number_unsigned() && node.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
    return {};
  return node.get<int64_t>();
}

std::optional<uint64_t> JsonValue::AsUnsigned() const {
  if (!NodeOf(node_).is_number_unsigned()) return {};
  return NodeOf(node_).get<uint64_t>();
}

std::optional<double> JsonValue::AsNumber() const {
  if (!NodeOf(node_).is_number()) return {};
  return NodeOf(node_).get<double>();
}

struct JsonDocument::State {
  Json json;
};

JsonDocument::JsonDocument(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

JsonDocument JsonDocument::Parse(std::string_view text, const Limits& limits) {
  CheckShape(text, limits);
  Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) RefuseBody("is not valid JSON in UTF-8.");
  if (!json.is_object()) RefuseBody("is not a JSON object.");
  return JsonDocument(std::make_unique<State>(State{std::move(json)}));
}

JsonValue JsonDocument::top() const { return JsonValue(&state_->json); }

}  // namespace diptych::server
