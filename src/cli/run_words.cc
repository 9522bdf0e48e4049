#include "cli/run_words.h"

#include "base/error.h"
#include "cli/events.h"
#include "cli/model_folder.h"
#include "cli/terminal.h"
#include "coherence/check_data.h"

namespace diptych::cli {
namespace {

// "bus 公共汽车", or the key of a kind that has no word.
std::string NameOf(const plan::Lexicon& lexicon, const std::string& kind) {
  const std::string english = lexicon.WordOf(kind, /*many=*/false, /*chinese=*/false),
                    chinese = lexicon.WordOf(kind, /*many=*/false, /*chinese=*/true);
  return (english.empty() ? kind : english) + (chinese.empty() ? "" : " " + chinese);
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

int RunWords(const Flags& flags) {
  const std::filesystem::path folder = FindModelFolder(flags.model);
  const coherence::CheckData data = coherence::CheckData::Load(folder);
  if (!data.lexicon)
    throw base::Error("model", folder.string() + " does not say what it can draw.", "it has no lexicon.tsv.");
  std::vector<std::string> kinds;
  for (const std::string& kind : data.vocabulary->subjects()) kinds.push_back(NameOf(*data.lexicon, kind));
  record::JsonObject json;
  json.Add("kinds", kinds);
  std::string text = "things: " + Joined(kinds) + "\n";
  for (const plan::Property& property : data.vocabulary->properties()) {
    if (property.values.empty()) continue;
    json.Add(property.name, property.values);
    text += property.name + ": " + Joined(property.values) + "\n";
  }
  if (flags.json)
    PrintEvent("result", json);
  else
    PrintResult(text);
  return kExitOk;
}

}  // namespace diptych::cli
