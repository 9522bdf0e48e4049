#include "cli/info.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "base/png.h"
#include "cli/answer_metadata.h"
#include "cli/events.h"
#include "cli/model_folder.h"
#include "cli/terminal.h"
#include "model/config.h"
#include "model/generation_config.h"
#include "model/tensors.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string ClaimLines(const Json& report) {
  std::string text;
  for (const Json& claim : report.at("claims")) {
    char line[32];
    std::snprintf(line, sizeof(line), "  %s %.2f  ", claim.at("holds").get<bool>() ? "✓" : "✗",
                  claim.at("probability").get<double>());
    text += line + claim.at("text").get<std::string>() + "\n";
  }
  return text + "Agreement: " + std::to_string(report.at("holding").get<int>()) + " of " +
         std::to_string(report.at("count").get<int>()) + " claims hold.\n";
}

std::string RecordText(const Json& record) {
  std::string text = "Prompt: " + record.at("prompt").get<std::string>() + "\nSeed: " + record.at("seed").dump() +
                     "\nModel: " + record.at("model").get<std::string>() + ", diptych " +
                     record.at("version").get<std::string>();
  if (record.contains("adapters"))
    for (const Json& adapter : record.at("adapters")) text += ", adapter " + adapter.get<std::string>();
  text += "\nOptions:";
  for (const auto& [key, value] : record.at("options").items())
    text += " " + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  const auto plan = record.at("plan").get<std::string>();
  if (!plan.empty())
    text += std::string("\n\nPlan") + (record.at("plan_given").get<bool>() ? " (given):\n" : ":\n") + plan;
  text += "\n\nNarrative:\n";
  if (record.contains("parts"))
    for (const Json& part : record.at("parts"))
      text += part.contains("picture") ? "[picture " + part.at("picture").dump() + "]\n"
                                       : part.at("text").get<std::string>() + "\n";
  else
    text += record.at("narrative").get<std::string>() + "\n";
  if (!record.at("report").is_null()) text += "\n" + ClaimLines(record.at("report"));
  return text;
}

// Pictures of other programs may hold anything; all of it is shown as it is.
std::string OtherTexts(const base::PngFile& file) {
  std::string text;
  for (const base::PngText& entry : file.texts) {
    if (entry.keyword != kRecordKey) text += entry.keyword + ":\n" + entry.text + "\n";
  }
  return text.empty() ? "No metadata.\n" : text;
}

int InfoOfPicture(const Flags& flags) {
  const base::PngFile file = base::ReadPng(flags.picture);
  const std::string* record = base::FindText(file, kRecordKey);
  const std::string size = std::to_string(file.picture.width) + " x " + std::to_string(file.picture.height);
  try {
    if (flags.json) {
      Json json = {{"path", flags.picture},
                   {"width", file.picture.width},
                   {"height", file.picture.height},
                   {"texts", Json::object()}};
      for (const base::PngText& text : file.texts)
        json["texts"][text::RepairUtf8(text.keyword)] = text::RepairUtf8(text.text);
      if (record != nullptr) json["record"] = Json::parse(*record);
      PrintEvent("result", json.dump(-1, ' ', false, Json::error_handler_t::replace));
    } else {
      PrintResult(Printable(flags.picture + ": " + size + " pixels\n" +
                            (record == nullptr ? OtherTexts(file) : RecordText(Json::parse(*record)))));
    }
  } catch (const nlohmann::json::exception& error) {
    throw base::Error("metadata", flags.picture + ": the stored settings are damaged: " + error.what() + ".");
  }
  return kExitOk;
}

// Bytes of the tensors.
uint64_t BytesOf(const model::WeightFiles& files) {
  uint64_t total = 0;
  for (const auto& [name, tensor] : files.tensors()) total += tensor.bytes.size();
  return total;
}

std::string SkillsOf(const model::GenerationConfig& generation) {
  std::string text;
  for (model::Skill skill : generation.skills) text += (text.empty() ? "" : ", ") + std::string(NameOf(skill));
  return text;
}

Json ModelJson(const std::filesystem::path& folder) {
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
          {"skills", SkillsOf(generation)}};
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
  const Json json = ModelJson(folder);
  if (flags.json) {
    PrintEvent("result", json.dump());
    return kExitOk;
  }
  for (const auto& [key, value] : json.items())
    PrintResult(key + ": " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n");
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
