#include "gallery/entry_of_files.h"

#include "base/error.h"
#include "base/picture_file.h"
#include "base/sha256.h"
#include "record/json_object.h"
#include "record/picture_metadata.h"

namespace diptych::gallery {
namespace {

using record::JsonObject;

JsonObject FigureJson(const coherence::Figure& figure) {
  return {{"holding", figure.holding}, {"count", figure.count}};
}

JsonObject SummaryOf(const record::AnswerRecord& record) {
  const engine::GenerateRequest& request = record.request;
  JsonObject json = {{"prompt", request.prompt},
                     {"narrative", record.narrative},
                     {"seed", request.seed},
                     {"model", record.model},
                     {"width", request.options.width},
                     {"height", request.options.height},
                     {"followed", nullptr},
                     {"told", nullptr}};
  if (record.report)
    json.Add("followed", FigureJson(record.report->followed())).Add("told", FigureJson(record.report->told()));
  return json;
}

std::string HashOf(std::string_view bytes) {
  base::Sha256 hash;
  hash.Add(std::as_bytes(std::span(bytes)));
  return hash.Finish();
}

}  // namespace

std::string RecordIn(std::string_view picture, const std::string& name) {
  std::optional<std::string> record = record::StoredRecord(base::DecodePicture(picture, name));
  if (!record)
    throw base::Error("gallery", name + " does not tell how it was made: it has no record of Diptych.",
                      "pictures are kept with their record unless --metadata says otherwise.");
  return *record;
}

std::string AsPng(std::string_view picture, const std::string& name) {
  const std::string json = RecordIn(picture, name);
  if (picture.starts_with("\x89PNG")) return std::string(picture);
  const record::AnswerRecord record = record::ParseRecord(json, "the record of " + name);
  return record::EncodeWithMetadata(base::DecodePicture(picture, name).picture,
                                    record::MetadataTexts(record, record::MetadataLevel::kFull),
                                    base::PictureFormat::kPng);
}

Indexed IndexedOf(std::span<const std::string> pictures) {
  const std::string name = "the picture";
  const record::AnswerRecord record = record::ParseRecord(RecordIn(pictures[0], name), "the record of " + name);
  Indexed indexed{
      .entry = {.id = {}, .pictures = static_cast<int>(pictures.size()), .summary = SummaryOf(record).Line()},
      .hash = HashOf(pictures[0]),
      .prompt = record.request.prompt + " " + std::to_string(record.request.seed),
      .narrative = record.narrative};
  for (const std::string& picture : pictures) indexed.bytes += static_cast<int64_t>(picture.size());
  return indexed;
}

}  // namespace diptych::gallery
