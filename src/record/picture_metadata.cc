#include "record/picture_metadata.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "text/unicode.h"

namespace diptych::record {
namespace {

// A value in a list "Name: value, Name: value": in JSON's quotes where it holds a character that readers would take for
// one of the list's.
std::string ListValue(const std::string& value) {
  if (value.find_first_of(",:\"\n\r") == std::string::npos) return value;
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The one-paragraph form that picture tools of this field show: the prompt, and the settings on the last line.
std::string ParametersText(const AnswerRecord& record) {
  const model::GenerationConfig& options = record.request.options;
  std::ostringstream text;
  text << record.request.prompt << "\nSteps: " << options.steps
       << ", Sampler: " << (options.solver == "heun" ? "Heun" : "Euler") << ", CFG scale: " << options.guidance
       << ", Seed: " << record.request.seed << ", Size: " << options.width << "x" << options.height
       << ", Model: " << ListValue(record.model) << ", Version: " << ListValue("diptych " + record.version);
  for (const std::string& adapter : record.adapters) text << ", Adapter: " << ListValue(adapter);
  return text.str();
}

// Valid UTF-8 with XML's own characters written as entities. What XML 1.0 forbids (section 2.2) is dropped: control
// characters, U+FFFE and U+FFFF.
std::string XmlText(std::string_view text) {
  std::string out;
  const std::string repaired = text::RepairUtf8(text);
  for (std::string_view rest = repaired; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest[0];
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF"))
      rest.remove_prefix(2);
    else if (c == '&')
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
std::string XmpProperties(const AnswerRecord& record, MetadataLevel level, int picture) {
  const std::string& narrative =
      record.panels.empty() ? record.narrative : record.panels.at(static_cast<size_t>(picture));
  const std::string source =
      record.edited_pictures == 0 ? "trainedAlgorithmicMedia" : "compositeWithTrainedAlgorithmicMedia";
  std::string version = record.version + ", model " + record.model;
  for (const std::string& adapter : record.adapters) version += ", adapter " + adapter;
  std::string text =
      XmpText("Iptc4xmpExt:DigitalSourceType", "http://cv.iptc.org/newscodes/digitalsourcetype/" + source);
  text += XmpText("Iptc4xmpExt:AISystemUsed", "Diptych");
  text += XmpText("Iptc4xmpExt:AISystemVersionUsed", version);
  text += XmpText("xmp:CreatorTool", "Diptych " + record.version);
  if (level == MetadataLevel::kFull) {
    text += XmpText("Iptc4xmpExt:AIPromptInformation", record.request.prompt);
    text += XmpLanguageText("dc:description", narrative);
    text += XmpLanguageText("Iptc4xmpCore:AltTextAccessibility", narrative);
  }
  return text;
}

std::string XmpPacket(const std::string& properties) {
  return "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
         "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n <rdf:RDF "
         "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
         "  <rdf:Description rdf:about=\"\"\n"
         "    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
         "    xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\"\n"
         "    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n" +
         properties + "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>";
}

// PNG texts end at a NUL.
std::string WithoutNul(std::string text) {
  std::erase(text, '\0');
  return text;
}

}  // namespace

namespace {

// Our own property of the XMP packet, before whose description's end it stands.
constexpr std::string_view kRecordStart = "   <diptych:Record xmlns:diptych=\"urn:diptych:record:1\">",
                           kRecordEnd = "</diptych:Record>\n", kDescriptionEnd = "  </rdf:Description>";

const std::string* Find(const std::vector<base::PngText>& texts, std::string_view keyword) {
  for (const base::PngText& text : texts)
    if (text.keyword == keyword) return &text.text;
  return nullptr;
}

// The XMP packet with the record in it; as it is when there is no record.
std::string XmpWithRecord(const std::vector<base::PngText>& texts) {
  const std::string* xmp = Find(texts, kXmpKey);
  const std::string* record = Find(texts, kRecordKey);
  if (xmp == nullptr) return "";
  std::string packet = *xmp;
  const size_t end = packet.find(kDescriptionEnd);
  if (record != nullptr && end != packet.npos)
    packet.insert(end, std::string(kRecordStart) + XmlText(*record) + std::string(kRecordEnd));
  return packet;
}

std::string WithoutEntities(std::string_view xml) {
  std::string text;
  while (!xml.empty()) {
    size_t taken = 1;
    char c = xml[0];
    for (const auto& [entity, plain] :
         {std::pair{std::string_view("&amp;"), '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}) {
      if (!xml.starts_with(entity)) continue;
      taken = entity.size();
      c = plain;
    }
    text += c;
    xml.remove_prefix(taken);
  }
  return text;
}

}  // namespace

std::string EncodeWithMetadata(const base::Image& picture, const std::vector<base::PngText>& texts,
                               base::PictureFormat format) {
  if (format == base::PictureFormat::kPng || Find(texts, kRecordKey) == nullptr || !KeepsRecord(texts, format))
    return base::EncodePicture(picture, texts, format);
  return base::EncodePicture(picture, {{std::string(kXmpKey), XmpWithRecord(texts)}}, format);
}

bool KeepsRecord(const std::vector<base::PngText>& texts, base::PictureFormat format) {
  return base::HasRoomForXmp(format, XmpWithRecord(texts).size());
}

std::optional<std::string> StoredRecord(const base::PictureFile& file) {
  if (const std::string* record = Find(file.texts, kRecordKey)) return *record;
  const std::string* xmp = Find(file.texts, kXmpKey);
  if (xmp == nullptr) return std::nullopt;
  constexpr std::string_view kTag = "<diptych:Record";
  const size_t tag = xmp->find(kTag), start = tag == xmp->npos ? tag : xmp->find('>', tag);
  const size_t end = start == xmp->npos ? start : xmp->find("</diptych:Record>", start);
  if (end == xmp->npos) return std::nullopt;
  return WithoutEntities(std::string_view(*xmp).substr(start + 1, end - start - 1));
}

std::vector<base::PngText> MetadataTexts(const AnswerRecord& record, MetadataLevel level, int picture) {
  std::vector<base::PngText> texts;
  if (level == MetadataLevel::kNone) return texts;
  if (level == MetadataLevel::kFull) {
    texts.push_back({std::string(kParametersKey), WithoutNul(text::RepairUtf8(ParametersText(record)))});
    texts.push_back({std::string(kRecordKey), RecordJson(record).Line()});
  }
  texts.push_back({std::string(kXmpKey), XmpPacket(XmpProperties(record, level, picture))});
  return texts;
}

}  // namespace diptych::record
