#include "cli/info.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "base/picture_file.h"
#include "cli/events.h"
#include "cli/model_folder.h"
#include "cli/text_input.h"
#include "coherence/skills.h"
#include "model/config.h"
#include "model/generation_config.h"
#include "model/tensors.h"
#include "record/answer_record.h"
#include "record/options_json.h"
#include "record/picture_metadata.h"
#include "record/report.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

// The narrative; of a story its texts, and where its pictures stand between them.
std::string NarrativeText(const record::AnswerRecord& record) {
  if (record.panels.empty()) return record.narrative + "\n";
  std::string text;
  for (size_t i = 0; i < record.panels.size(); ++i) {
    if (i > 0) text += "[picture " + std::to_string(i) + "]\n";
    if (!record.panels[i].empty()) text += record.panels[i] + "\n";
  }
  return text;
}

std::string RecordText(const record::AnswerRecord& record) {
  std::string text = "Prompt: " + record.request.prompt + "\nSeed: " + std::to_string(record.request.seed) +
                     "\nModel: " + record.model + ", diptych " + record.version;
  for (const std::string& adapter : record.adapters) text += ", adapter " + adapter;
  if (!record.precision.empty()) text += "\nMade with: " + record.precision + " on " + record.processor;
  text += "\nOptions:";
  for (const auto& [key, value] : record::OptionsJson(record.request.options).Texts()) text += " " + key + "=" + value;
  if (!record.plan.empty())
    text += std::string("\n\nPlan") + (record.request.plan ? " (given):\n" : ":\n") + record.plan;
  text += "\n\nNarrative:\n" + NarrativeText(record);
  if (record.report) text += "\n" + record::ReportText(*record.report, {});
  return text;
}

// Pictures of other programs may hold anything; all of it is shown as it is.
std::string OtherTexts(const base::PictureFile& file) {
  std::string text;
  for (const base::PngText& entry : file.texts) {
    if (entry.keyword != record::kRecordKey) text += entry.keyword + ":\n" + entry.text + "\n";
  }
  if (file.texts_left_out) text += "There are more texts, too large or too many to be read.\n";
  return text.empty() ? "No metadata.\n" : text;
}

// The texts by their keywords; a list where one stands several times.
record::JsonObject TextsJson(const base::PictureFile& file) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_keyword;
  for (const base::PngText& text : file.texts) {
    const std::string keyword = text::RepairUtf8(text.keyword);
    const auto same = [&](const auto& entry) { return entry.first == keyword; };
    auto found = std::find_if(by_keyword.begin(), by_keyword.end(), same);
    if (found == by_keyword.end()) found = by_keyword.insert(found, {keyword, {}});
    found->second.push_back(text::RepairUtf8(text.text));
  }
  record::JsonObject json;
  for (const auto& [keyword, texts] : by_keyword) {
    if (texts.size() == 1)
      json.Add(keyword, texts[0]);
    else
      json.Add(keyword, texts);
  }
  return json;
}

// {"path", "width", "height", "texts"}, and "record" of a picture of ours.
record::JsonObject PictureJson(const std::string& path, const base::PictureFile& file) {
  record::JsonObject json = {{"path", path}, {"width", file.picture.width}, {"height", file.picture.height}};
  json.Add("texts", TextsJson(file));
  if (file.texts_left_out) json.Add("texts_left_out", true);
  if (const std::optional<std::string> stored = record::StoredRecord(file))
    json.Add("record", record::JsonObject::Parse(*stored, "the record of " + path));
  return json;
}

std::string PictureText(const std::string& path, const base::PictureFile& file) {
  const std::optional<std::string> stored = record::StoredRecord(file);
  return path + ": " + std::to_string(file.picture.width) + " x " + std::to_string(file.picture.height) + " pixels\n" +
         (!stored ? OtherTexts(file) : RecordText(record::ParseRecord(*stored, "the record of " + path)));
}

int InfoOfPicture(const Flags& flags) {
  const base::PictureFile file = ReadPictureInput(flags.picture);
  if (flags.json)
    PrintEvent("result", PictureJson(InputName(flags.picture), file));
  else
    PrintResult(PictureText(InputName(flags.picture), file));
  return kExitOk;
}

// Bytes of the tensors.
uint64_t BytesOf(const model::WeightFiles& files) {
  uint64_t total = 0;
  for (const auto& [name, tensor] : files.tensors()) total += tensor.bytes.size();
  return total;
}

std::string SkillsOf(const model::GenerationConfig& generation, const std::filesystem::path& folder) {
  std::string text;
  for (model::Skill skill : generation.skills) text += (text.empty() ? "" : ", ") + std::string(NameOf(skill));
  for (model::Skill skill : coherence::SkillsByPlan(generation, coherence::CheckData::Load(folder)))
    text += (text.empty() ? "" : ", ") + std::string(NameOf(skill)) + " (by its plans)";
  return text;
}

record::JsonObject ModelJson(const std::filesystem::path& folder) {
  const model::ModelConfig config = model::LoadConfig(folder);
  const model::GenerationConfig generation = model::LoadGenerationConfig(folder);
  const model::WeightFiles files(folder);
  return {{"path", folder.string()},
          {"type", config.model_type},
          {"parameters", ParametersOf(config)},
          {"weight_bytes", BytesOf(files)},
          {"number_types", TypesOf(files)},
          {"layers", config.layers},
          {"hidden", config.hidden},
          {"query_heads", config.query_heads},
          {"key_value_heads", config.key_value_heads},
          {"head", config.head},
          {"feed_forward", config.feed_forward},
          {"experts", config.experts[0].count},
          {"vocabulary", config.vocabulary},
          {"token_pixels", config.token_pixels()},
          {"max_positions", config.max_positions},
          {"width", generation.width},
          {"height", generation.height},
          {"steps", generation.steps},
          {"guidance", generation.guidance},
          {"shift", generation.shift},
          {"plan", generation.plan},
          {"skills", SkillsOf(generation, folder)}};
}

}  // namespace

int64_t ParametersOf(const model::ModelConfig& config) {
  int64_t total = 0;
  for (const model::TensorSpec& spec : model::TensorTable(config)) {
    int64_t elements = 1;
    for (const int64_t size : spec.shape) elements *= size;
    total += elements;
  }
  return total;
}

int InfoOfModel(const Flags& flags, const std::filesystem::path& folder) {
  const record::JsonObject json = ModelJson(folder);
  if (flags.json) {
    PrintEvent("result", json);
    return kExitOk;
  }
  for (const auto& [key, value] : json.Texts()) PrintResult(key + ": " + value + "\n");
  return kExitOk;
}

std::string TypesOf(const model::WeightFiles& files) {
  std::map<numbers::DType, uint64_t> bytes;
  for (const auto& [name, tensor] : files.tensors()) bytes[tensor.type] += tensor.bytes.size();
  std::vector<std::pair<uint64_t, numbers::DType>> order;
  for (const auto& [type, size] : bytes) order.emplace_back(size, type);
  std::sort(order.rbegin(), order.rend());
  std::string text;
  for (const auto& [size, type] : order) text += (text.empty() ? "" : ", ") + std::string(NameOf(type));
  return text;
}

int RunInfo(const Flags& flags) {
  if (flags.picture.empty()) return InfoOfModel(flags, FindModelFolder(flags.model));
  std::error_code failed;
  if (std::filesystem::is_directory(flags.picture, failed)) return InfoOfModel(flags, flags.picture);
  return InfoOfPicture(flags);
}

}  // namespace diptych::cli
