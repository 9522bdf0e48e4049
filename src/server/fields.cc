#include "server/fields.h"

#include <algorithm>
#include <charconv>

#include "server/api_error.h"
#include "server/http.h"
#include "text/unicode.h"

namespace diptych::server {
namespace {

template <typename Number>
std::optional<Number> NumberIn(std::string_view text) {
  Number number{};
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || stop != text.data() + text.size()) return {};
  return number;
}

std::string Joined(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view& word : words)
    text += (text.empty() ? "" : &word == words.end() - 1 ? " or " : ", ") + std::string(word);
  return text;
}

[[noreturn]] void Refuse(const std::string& name, const std::string& must_be) {
  RefuseField(name, name + " must be " + must_be + ".");
}

}  // namespace

Fields::Fields(const JsonValue& object) {
  for (const std::string& key : object.Keys()) {
    const std::optional<JsonValue> value = object.Find(key);
    if (!value) continue;
    if (const std::string* text = value->AsText())
      values_[key] = *text;
    else if (const auto flag = value->AsBool())
      values_[key] = *flag;
    else if (const auto whole = value->AsInteger())
      values_[key] = *whole;
    else if (const auto large = value->AsUnsigned())
      values_[key] = *large;
    else if (const auto number = value->AsNumber())
      values_[key] = *number;
  }
}

Fields::Fields(const std::vector<FormPart>& parts) : is_form_(true) {
  for (const FormPart& part : parts)
    if (!part.is_file) values_[part.name] = std::string(part.bytes);
}

void Fields::AddMissing(const Fields& other, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const Value* value = other.Find(name)) values_.emplace(name, *value);
}

void Fields::Rename(const std::string& from, const std::string& to) {
  if (auto node = values_.extract(from)) {
    node.key() = to;
    values_.insert(std::move(node));
  }
}

const Fields::Value* Fields::Find(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

std::optional<std::string> Fields::Text(const std::string& name, int64_t most_bytes) const {
  const Value* value = Find(name);
  if (value == nullptr) return {};
  const auto* text = std::get_if<std::string>(value);
  if (text == nullptr) Refuse(name, "a text");
  if (static_cast<int64_t>(text->size()) > most_bytes)
    RefuseField(name, name + " has " + std::to_string(text->size()) + " bytes, the limit is " +
                          std::to_string(most_bytes) + ".");
  if (is_form_ && text::RepairUtf8(*text) != *text) Refuse(name, "a text in UTF-8");
  return *text;
}

std::optional<std::string> Fields::Word(const std::string& name, std::initializer_list<std::string_view> words) const {
  const Value* value = Find(name);
  if (value == nullptr) return {};
  const auto* text = std::get_if<std::string>(value);
  const std::string word = text == nullptr ? std::string() : AsciiLowered(*text);
  if (std::find(words.begin(), words.end(), word) == words.end()) Refuse(name, Joined(words));
  return word;
}

std::optional<bool> Fields::Switch(const std::string& name) const {
  const Value* value = Find(name);
  if (value == nullptr) return {};
  if (const auto* flag = std::get_if<bool>(value)) return *flag;
  if (const auto* text = std::get_if<std::string>(value); text != nullptr && is_form_) {
    if (*text == "true" || *text == "1") return true;
    if (*text == "false" || *text == "0") return false;
  }
  Refuse(name, "true or false");
}

std::optional<int64_t> Fields::Integer(const std::string& name, int64_t low, int64_t high) const {
  const Value* value = Find(name);
  if (value == nullptr) return {};
  std::optional<int64_t> number;
  if (const auto* whole = std::get_if<int64_t>(value)) number = *whole;
  if (const auto* text = std::get_if<std::string>(value); text != nullptr && is_form_)
    number = NumberIn<int64_t>(*text);
  if (!number || *number < low || *number > high)
    Refuse(name, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return number;
}

std::optional<uint64_t> Fields::Seed(const std::string& name) const {
  const Value* value = Find(name);
  if (value == nullptr) return {};
  if (const auto* large = std::get_if<uint64_t>(value)) return *large;
  if (const auto* whole = std::get_if<int64_t>(value); whole != nullptr && *whole >= -1)
    return *whole == -1 ? std::nullopt : std::optional(static_cast<uint64_t>(*whole));
  if (const auto* text = std::get_if<std::string>(value)) {
    if (*text == "-1") return {};
    if (const auto number = NumberIn<uint64_t>(*text)) return number;
  }
  Refuse(name, "a whole number from 0 to 18446744073709551615, or -1");
}

std::optional<model::OptionValue> Fields::Option(const model::GenerationOption& option) const {
  const std::string name(option.name);
  const Value* value = Find(name);
  if (value == nullptr) return {};
  std::optional<model::OptionValue> found;
  if (const auto* text = std::get_if<std::string>(value)) {
    found = is_form_ ? model::ParseOption(option, *text) : std::optional<model::OptionValue>(*text);
  } else if (const auto* whole = std::get_if<int64_t>(value)) {
    found = *whole;
  } else if (const auto* number = std::get_if<double>(value)) {
    found = *number;
  }
  model::GenerationConfig unused;
  if (!found || !model::SetOption(option, *found, &unused)) Refuse(name, model::RangeOf(option));
  return found;
}

}  // namespace diptych::server
