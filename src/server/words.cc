#include "server/words.h"

#include <map>
#include <utility>

#include "plan/lexicon.h"
#include "plan/vocabulary.h"
#include "text/conversation.h"

namespace diptych::server {
namespace {

using record::JsonObject;

// The first phrase of each language for each value of each property.
struct Phrases {
  std::map<std::pair<std::string, std::string>, std::string> english{}, chinese{};
  std::vector<JsonObject> near{};
};

Phrases PhrasesOf(const plan::Lexicon& lexicon) {
  Phrases phrases;
  for (const plan::LexiconEntry& entry : lexicon.entries()) {
    const plan::Meaning& meaning = entry.meaning;
    if (meaning.use == plan::WordUse::kNear && !meaning.many)
      phrases.near.push_back({{"word", entry.phrase}, {"kind", meaning.value}});
    if (meaning.use != plan::WordUse::kValue) continue;
    auto& map = text::LanguageOf(entry.phrase) == text::Language::kChinese ? phrases.chinese : phrases.english;
    map.emplace(std::pair(meaning.property, meaning.value), entry.phrase);
  }
  return phrases;
}

std::vector<JsonObject> KindsJson(const coherence::CheckData& data) {
  std::vector<JsonObject> kinds;
  for (const std::string& kind : data.vocabulary->subjects()) {
    const std::string english = data.lexicon->WordOf(kind, /*many=*/false, /*chinese=*/false);
    JsonObject json = {{"kind", kind},
                       {"en", english.empty() ? kind : english},
                       {"zh", data.lexicon->WordOf(kind, /*many=*/false, /*chinese=*/true)},
                       {"many", data.lexicon->WordOf(kind, /*many=*/true, /*chinese=*/false)}};
    kinds.push_back(std::move(json));
  }
  return kinds;
}

JsonObject PropertyJson(const plan::Property& property, const plan::Lexicon& lexicon, const Phrases& phrases) {
  JsonObject json = {{"name", property.name},
                     {"of", property.line.empty() ? "subject" : property.line},
                     {"lead_in", property.lead_in}};
  std::vector<JsonObject> values;
  for (const std::string& value : property.values) {
    const std::string english = lexicon.PhraseOf(property.name, value);
    const auto chinese = phrases.chinese.find({property.name, value});
    JsonObject row = {{"value", value}, {"en", english.empty() ? value : english}, {"zh", ""}};
    if (chinese != phrases.chinese.end()) row.Add("zh", chinese->second);
    values.push_back(std::move(row));
  }
  return std::move(json.Add("values", values));
}

}  // namespace

std::optional<JsonObject> WordsJson(const coherence::CheckData& data, const WordsOptions& options) {
  if (!data.lexicon || !data.vocabulary) return {};
  const Phrases phrases = PhrasesOf(*data.lexicon);
  std::vector<JsonObject> properties;
  for (const plan::Property& property : data.vocabulary->properties())
    properties.push_back(PropertyJson(property, *data.lexicon, phrases));
  JsonObject json;
  json.Add("kinds", KindsJson(data)).Add("properties", properties);
  if (options.near) json.Add("near", phrases.near);
  return json;
}

}  // namespace diptych::server
