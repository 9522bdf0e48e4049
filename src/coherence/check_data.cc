#include "coherence/check_data.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"

namespace diptych::coherence {
namespace {

constexpr std::string_view kVocabularyFile = "vocabulary.txt";

}  // namespace

CheckData CheckData::Load(const std::filesystem::path& folder) {
  CheckData data{.lexicon = plan::Lexicon::Load(folder), .calibration = Calibration::Load(folder)};
  const std::filesystem::path file = folder / kVocabularyFile;
  if (std::filesystem::exists(file)) {
    std::string text = base::ReadFile(file);
    while (text.ends_with('\n')) text.pop_back();
    data.vocabulary = plan::ReadVocabulary(text, file.string());
  }
  if (data.vocabulary.has_value() != data.lexicon.has_value())
    throw base::Error("model", folder.string() + " holds only one of vocabulary.txt and lexicon.tsv.",
                      "`diptych-train export` writes both.");
  return data;
}

std::string CheckData::presence() const {
  const std::optional<size_t> property = vocabulary ? vocabulary->presence() : std::nullopt;
  return property ? vocabulary->properties()[*property].name : "";
}

std::optional<plan::TextFacts> CheckData::Read(std::string_view text, plan::Spelling spelling) const {
  if (!lexicon) return {};
  return plan::ReadTextFacts(*lexicon, *vocabulary, text, spelling);
}

std::string CheckData::ForModel(std::string_view text) const {
  return lexicon ? lexicon->ForModel(text) : std::string(text);
}

std::vector<std::string> CheckData::UnknownWords(std::string_view text) const {
  std::vector<std::string> words;
  const std::optional<plan::TextFacts> read = Read(text);
  if (!read) return words;
  for (const plan::TextSpan& span : read->unknown) {
    std::string word(text.substr(span.first, span.last - span.first));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace diptych::coherence
