#include "cli/answer_metadata.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "text/unicode.h"

namespace diptych::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view CodeOf(text::Language language) { return language == text::Language::kChinese ? "zh" : "en"; }

// Every option by its name; those that only stories, edits and several drawings use stand there when they differ from
// what a model without them has.
Json OptionsJson(const model::GenerationConfig& options) {
  const model::GenerationConfig usual;
  Json json;
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    const model::OptionValue value = model::ValueOf(option, options);
    if (option.rare && value == model::ValueOf(option, usual)) continue;
    std::visit([&](const auto& plain) { json[std::string(option.name)] = plain; }, value);
  }
  json["plan"] = options.plan;
  return json;
}

model::OptionValue OptionValueOf(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_integer()) return json.get<int64_t>();
  return json.get<double>();
}

model::GenerationConfig ParseOptions(const Json& json) {
  model::OptionValues values;
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    const std::string name(option.name);
    if (!option.rare || json.contains(name)) values[option.name] = OptionValueOf(json.at(name));
  }
  model::GenerationConfig options = model::WithOptions({}, values);
  options.plan = json.at("plan").get<bool>();
  return options;
}

// The one-paragraph form that picture tools of this field show.
std::string ParametersText(const AnswerRecord& record) {
  const model::GenerationConfig& options = record.request.options;
  std::ostringstream text;
  text << record.request.prompt << "\nSteps: " << options.steps
       << ", Sampler: " << (options.solver == "heun" ? "Heun" : "Euler") << ", CFG scale: " << options.guidance
       << ", Seed: " << record.request.seed << ", Size: " << options.width << "x" << options.height
       << ", Model: " << record.model << ", Version: diptych " << Version();
  for (const std::string& adapter : record.adapters) text << ", Adapter: " << adapter;
  return text.str();
}

// Valid UTF-8 with XML's own characters written as entities; control characters, which XML 1.0 forbids, are dropped.
std::string XmlText(std::string_view text) {
  std::string out;
  for (const char c : text::RepairUtf8(text)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
      out += c;
  }
  return out;
}

// A text property with one default language (XMP part 1, section 8.2.2.4).
std::string XmpLanguageText(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "   <" + tag + "><rdf:Alt><rdf:li xml:lang=\"x-default\">" + XmlText(text) + "</rdf:li></rdf:Alt></" + tag +
         ">\n";
}

std::string XmpText(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "   <" + tag + ">" + XmlText(text) + "</" + tag + ">\n";
}

// IPTC Photo Metadata Standard 2025.1: DigitalSourceType, the AI fields, and the alt text.
std::string XmpPacket(const AnswerRecord& record, MetadataLevel level, int picture) {
  const std::string& narrative =
      record.panels.empty() ? record.narrative : record.panels.at(static_cast<size_t>(picture));
  const std::string source =
      record.request.pictures.empty() ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia";
  std::string body =
      XmpText("Iptc4xmpExt:DigitalSourceType", "http://cv.iptc.org/newscodes/digitalsourcetype/" + source);
  body += XmpText("Iptc4xmpExt:AISystemUsed", "Diptych");
  std::string version = Version() + ", model " + record.model;
  for (const std::string& adapter : record.adapters) version += ", adapter " + adapter;
  body += XmpText("Iptc4xmpExt:AISystemVersionUsed", version);
  body += XmpText("xmp:CreatorTool", "Diptych " + Version());
  if (level == MetadataLevel::kFull) {
    body += XmpText("Iptc4xmpExt:AIPromptInformation", record.request.prompt);
    body += XmpLanguageText("dc:description", narrative);
    body += XmpLanguageText("Iptc4xmpCore:AltTextAccessibility", narrative);
  }
  return "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
         "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF "
         "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
         "  <rdf:Description rdf:about=\"\"\n"
         "    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
         "    xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\"\n"
         "    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n" +
         body + "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
}

[[noreturn]] void RefuseRecord(const nlohmann::json::exception& error) {
  throw base::Error("metadata", std::string("the stored settings cannot be read: ") + error.what() + ".");
}

// PNG texts end at a NUL.
std::string WithoutNul(std::string text) {
  std::erase(text, '\0');
  return text;
}

}  // namespace

std::string RecordJson(const AnswerRecord& record) {
  const engine::GenerateRequest& request = record.request;
  Json json = {{"prompt", request.prompt},
               {"language", CodeOf(request.language)},
               {"seed", request.seed},
               {"plan", record.plan},
               {"plan_given", request.plan.has_value()},
               {"narrative", record.narrative},
               {"model", record.model},
               {"version", Version()},
               {"options", OptionsJson(request.options)},
               {"report", nullptr}};
  if (record.report) json["report"] = Json::parse(coherence::ReportJson(*record.report));
  if (!record.adapters.empty()) json["adapters"] = record.adapters;
  if (!request.pictures.empty()) json["edited_pictures"] = request.pictures.size();
  for (size_t i = 0; i < record.panels.size(); ++i) {
    if (i > 0) json["parts"].push_back({{"picture", i}});
    if (!record.panels[i].empty()) json["parts"].push_back({{"text", record.panels[i]}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

engine::GenerateRequest ParseRequest(std::string_view record_json) {
  try {
    const Json json = Json::parse(record_json);
    if (json.contains("edited_pictures"))
      throw base::Error("metadata", "the picture is an edit of another, which it does not hold.",
                        "repeat it with `diptych edit`, the same instruction and --seed.");
    engine::GenerateRequest request;
    request.prompt = json.at("prompt").get<std::string>();
    request.language =
        json.at("language").get<std::string>() == "zh" ? text::Language::kChinese : text::Language::kEnglish;
    request.seed = json.at("seed").get<uint64_t>();
    request.options = ParseOptions(json.at("options"));
    if (json.at("plan_given").get<bool>()) request.plan = json.at("plan").get<std::string>();
    return request;
  } catch (const nlohmann::json::exception& error) {
    RefuseRecord(error);
  }
}

std::vector<std::string> ParseAdapters(std::string_view record_json) {
  try {
    return Json::parse(record_json).value("adapters", std::vector<std::string>());
  } catch (const nlohmann::json::exception& error) {
    RefuseRecord(error);
  }
}

std::vector<base::PngText> MetadataTexts(const AnswerRecord& record, MetadataLevel level, int picture) {
  std::vector<base::PngText> texts;
  if (level == MetadataLevel::kNone) return texts;
  if (level == MetadataLevel::kFull) {
    texts.push_back({std::string(kParametersKey), WithoutNul(text::RepairUtf8(ParametersText(record)))});
    texts.push_back({std::string(kRecordKey), WithoutNul(RecordJson(record))});
  }
  texts.push_back({std::string(kXmpKey), XmpPacket(record, level, picture)});
  return texts;
}

}  // namespace diptych::cli
