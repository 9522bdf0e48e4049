// /api/gallery: the answers that are kept on disk.
#include "server/gallery_api.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "base/base64.h"
#include "base/error.h"
#include "gallery/entry_of_files.h"
#include "server/endpoints.h"
#include "server/input.h"

namespace diptych::server {
namespace {

using record::JsonObject;

[[noreturn]] void FailDisk(Service& service, const base::Error& error) {
  service.log.Line("error", "gallery", {{"detail", error.what()}});
  throw ApiError({.status = 507,
                  .message = "the gallery cannot be read or written; the server's log says why.",
                  .type = "server_error",
                  .code = "gallery_disk"});
}

// Errors of the disk name paths, which are for the log alone.
template <typename Work>
auto OnDisk(Service& service, const Work& work) {
  try {
    return work();
  } catch (const base::Error& error) {
    FailDisk(service, error);
  }
}

gallery::Gallery& GalleryOf(const Service& service) {
  if (service.gallery == nullptr)
    throw ApiError({.status = 404, .message = "this server keeps no gallery.", .code = "no_gallery"});
  return *service.gallery;
}

[[noreturn]] void FailUnknown() {
  throw ApiError({.status = 404, .message = "there is no answer of this id.", .code = "no_such_answer"});
}

JsonObject EntryJson(const gallery::Entry& entry) {
  JsonObject json = {{"id", entry.id},
                     {"created", gallery::TimeOfId(entry.id)},
                     {"starred", entry.notes.starred},
                     {"deleted", entry.binned_s.has_value()}};
  std::vector<std::string> pictures;
  for (int i = 1; i <= entry.pictures; ++i)
    pictures.push_back("/api/gallery/" + entry.id + "/pictures/" + std::to_string(i));
  json.Add("pictures", pictures).Add("other", entry.notes.other);
  return std::move(json.AddAll(JsonObject::Parse(entry.summary, "the index of the gallery")));
}

gallery::Entry FindEntry(const Call& call, const std::string& id) {
  const std::optional<gallery::Entry> entry = OnDisk(call.service, [&] { return GalleryOf(call.service).Find(id); });
  if (!entry) FailUnknown();
  return *entry;
}

int NumberIn(std::string_view text, int otherwise) {
  int number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Bytes of the files under "image" or "images".
std::vector<std::string> ReadFiles(const Input& input) {
  std::vector<std::string> files;
  const auto add_url = [&files](const std::string* url) {
    std::optional<std::string> bytes = url == nullptr ? std::nullopt : base::BytesOfDataUrl(*url);
    if (!bytes) RefuseField("image", "a picture must be a data URL in base64: data:image/png;base64,...");
    files.push_back(std::move(*bytes));
  };
  for (const FormPart& part : input.parts)
    if (part.name == "image" || part.name == "image[]") files.emplace_back(part.bytes);
  for (const char* name : {"image", "images"}) {
    const std::optional<JsonValue> value = input.json ? input.top().Find(name) : std::nullopt;
    if (!value) continue;
    if (!value->IsList()) add_url(value->AsText());
    for (size_t i = 0; value->IsList() && i < value->size(); ++i) add_url(value->At(i).AsText());
  }
  if (files.empty()) RefuseField("image", "there is no picture.");
  return files;
}

// The ids that an export names, or those that its search finds, the oldest first, as a book is read.
std::vector<std::string> ExportedIds(const Call& call, const Input& input) {
  const Limits& limits = call.service.limits;
  std::vector<std::string> ids;
  if (const std::optional<JsonValue> list = input.top().Find("ids")) {
    for (size_t i = 0; list->IsList() && i < list->size(); ++i) {
      const std::string* id = list->At(i).AsText();
      if (id == nullptr) RefuseField("ids", "an id is a text.");
      ids.push_back(*id);
    }
  } else {
    const gallery::Query query{.words = input.fields.Text("search", limits.prompt_bytes).value_or(""),
                               .starred = input.fields.Switch("starred").value_or(false),
                               .most = static_cast<int>(limits.exported) + 1};
    const gallery::Found found = OnDisk(call.service, [&] { return GalleryOf(call.service).List(query); });
    for (auto entry = found.entries.rbegin(); entry != found.entries.rend(); ++entry) ids.push_back(entry->id);
  }
  if (ids.empty()) RefuseField("ids", "there is nothing to export.");
  if (static_cast<int64_t>(ids.size()) > limits.exported)
    RefuseField("ids", "at most " + std::to_string(limits.exported) + " answers go into one file; choose fewer.");
  return ids;
}

std::vector<gallery::Leaf> ReadLeaves(Service& service, const std::vector<std::string>& ids) {
  std::vector<gallery::Leaf> leaves;
  int64_t bytes = 0;
  for (const std::string& id : ids) {
    std::optional<gallery::Leaf> leaf = OnDisk(service, [&] { return GalleryOf(service).Read(id); });
    if (!leaf) FailUnknown();
    for (const std::string& picture : leaf->pictures) bytes += static_cast<int64_t>(picture.size());
    if (bytes > service.limits.exported_bytes)
      RefuseField("ids", "the pictures are too large for one file; choose fewer.");
    leaves.push_back(std::move(*leaf));
  }
  return leaves;
}

struct ExportForm {
  std::string_view name, content_type, file_name;
  std::string (*write)(std::span<const gallery::Leaf> leaves, text::Language language);
};
constexpr ExportForm kForms[] = {
    {"html", "text/html; charset=utf-8", "diptych.html", gallery::HtmlOf},
    {"pdf", "application/pdf", "diptych.pdf", gallery::PdfOf},
    {"pairs", "application/zip", "diptych.zip",
     [](std::span<const gallery::Leaf> leaves, text::Language) { return gallery::PairsOf(leaves); }}};

const ExportForm& FormOf(const Fields& fields) {
  const std::string name = fields.Word("format", {"html", "pdf", "pairs"}).value_or("html");
  for (const ExportForm& form : kForms)
    if (form.name == name) return form;
  RefuseField("format", "it is html, pdf or pairs.");
}

}  // namespace

void CheckGalleryTakes(const Service& service, const record::PictureStyle& style) {
  GalleryOf(service);
  if (style.format != base::PictureFormat::kPng || style.metadata != record::MetadataLevel::kFull)
    RefuseField("save", "the gallery keeps PNG files with full metadata.");
}

void KeepInGallery(Service& service, std::span<const std::string> pictures, JsonObject* result) {
  result->Add("gallery_id", nullptr);
  if (service.gallery == nullptr || pictures.empty()) return;
  try {
    result->Add("gallery_id", service.gallery->Add(pictures));
  } catch (const base::Error& error) {
    service.log.Line("error", "gallery", {{"detail", error.what()}});
  }
}

gallery::Totals GalleryTotals(Service& service) {
  if (service.gallery == nullptr) return {};
  return OnDisk(service, [&] { return service.gallery->totals(); });
}

void AnswerGallery(const Call& call) {
  const HttpRequest& request = call.request;
  const int most = static_cast<int>(call.service.limits.listed);
  const gallery::Query query{.words = std::string(request.Query("search")),
                             .starred = request.Query("starred") == "true",
                             .binned = request.Query("deleted") == "true",
                             .before = std::string(request.Query("before")),
                             .most = std::clamp(NumberIn(request.Query("limit"), 24), 1, most)};
  const gallery::Found found = OnDisk(call.service, [&] { return GalleryOf(call.service).List(query); });
  std::vector<JsonObject> entries;
  for (const gallery::Entry& entry : found.entries) entries.push_back(EntryJson(entry));
  JsonObject json = {{"count", found.count}};
  call.reply->Send({.body = json.Add("entries", entries).Line()});
}

void AnswerGalleryImport(const Call& call) {
  gallery::Gallery& gallery = GalleryOf(call.service);
  const Input input = ReadInput(call);
  std::vector<std::string> files = ReadFiles(input);
  for (std::string& file : files) {
    ReadPictureBytes(file, "image", call.service.limits);  // its size is within the limits
    file = gallery::AsPng(file, "the picture");
    gallery::IndexedOf({&file, 1});  // its record can be read
  }
  std::vector<JsonObject> entries;
  for (const std::string& file : files) {
    const std::string id = OnDisk(call.service, [&] { return gallery.Add({&file, 1}); });
    entries.push_back(EntryJson(FindEntry(call, id)));
  }
  call.reply->Send({.status = 201, .body = JsonObject().Add("entries", entries).Line()});
}

void AnswerGalleryExport(const Call& call) {
  const Input input = ReadInput(call);
  const ExportForm& form = FormOf(input.fields);
  if (form.name == "pdf" && !gallery::PdfProblem().empty())
    throw ApiError({.status = 501, .message = gallery::PdfProblem(), .type = "server_error", .code = "no_pdf"});
  const text::Language language = input.fields.Word("language", {"en", "zh"}).value_or("en") == "zh"
                                      ? text::Language::kChinese
                                      : text::Language::kEnglish;
  QueueReply(call.service, "gallery.export", call.request, call.reply,
             [&service = call.service, &form, language, ids = ExportedIds(call, input),
              reply = call.reply](const WorkListener&) {
               const std::vector<gallery::Leaf> leaves = ReadLeaves(service, ids);
               reply->Send(
                   {.content_type = std::string(form.content_type),
                    .headers = {{"content-disposition", "attachment; filename=\"" + std::string(form.file_name) + "\""},
                                {"content-security-policy", "sandbox"}},
                    .body = form.write(leaves, language)});
             });
}

void AnswerGalleryEntry(const Call& call) {
  const gallery::Entry entry = FindEntry(call, call.parts.at(0));
  const std::optional<gallery::Leaf> leaf = OnDisk(call.service, [&] { return call.service.gallery->Read(entry.id); });
  if (!leaf) FailUnknown();
  JsonObject json = EntryJson(entry);
  call.reply->Send({.body = json.Add("record", JsonObject::Parse(leaf->record_json, "the record")).Line()});
}

void AnswerGalleryChange(const Call& call) {
  gallery::Gallery& gallery = GalleryOf(call.service);
  const gallery::Entry entry = FindEntry(call, call.parts.at(0));
  const Input input = ReadInput(call);
  const std::optional<bool> starred = input.fields.Switch("starred"), deleted = input.fields.Switch("deleted");
  const std::optional<std::string> other = input.fields.Text("other", call.service.limits.prompt_bytes);
  if (deleted == true) RefuseField("deleted", "an answer is deleted with DELETE; false takes it out of the bin.");
  OnDisk(call.service, [&] {
    if (deleted) gallery.Restore(entry.id);
    if (starred || other) gallery.SetNotes(entry.id, {.starred = starred, .other = other});
    return true;
  });
  call.reply->Send({.body = EntryJson(FindEntry(call, entry.id)).Line()});
}

void AnswerGalleryDelete(const Call& call) {
  const gallery::Entry entry = FindEntry(call, call.parts.at(0));
  const bool removed = call.request.Query("for_good") == "true" &&
                       OnDisk(call.service, [&] { return call.service.gallery->Remove(entry.id); });
  if (!removed) OnDisk(call.service, [&] { return call.service.gallery->Delete(entry.id); });
  call.reply->Send({.body = JsonObject{{"id", entry.id}, {"in_bin", !removed}}.Line()});
}

void AnswerGalleryPicture(const Call& call) {
  const int number = NumberIn(call.parts.at(1), 0);
  std::optional<std::string> file =
      OnDisk(call.service, [&] { return GalleryOf(call.service).Picture(call.parts.at(0), number); });
  if (!file) throw ApiError({.status = 404, .message = "there is no such picture.", .code = "no_such_picture"});
  call.reply->Send({.content_type = "image/png",
                    .headers = {{"cache-control", "private, max-age=31536000, immutable"}},
                    .body = std::move(*file)});
}

}  // namespace diptych::server
