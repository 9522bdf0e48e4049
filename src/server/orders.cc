#include "server/orders.h"

#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <utility>

#include "base/base64.h"
#include "base/error.h"
#include "coherence/given_plan.h"
#include "coherence/plan_edit.h"
#include "coherence/skills.h"
#include "coherence/understood.h"
#include "record/picture_metadata.h"
#include "server/api_error.h"
#include "text/unicode.h"

namespace diptych::server {
namespace {

// Options whose range on a server is narrower than the table's.
struct OptionLimit {
  std::string_view option;
  int64_t Limits::*most;
};
constexpr std::array kOptionLimits = {
    OptionLimit{"steps", &Limits::steps}, OptionLimit{"candidates", &Limits::candidates},
    OptionLimit{"pictures", &Limits::story_pictures}, OptionLimit{"repairs", &Limits::repairs},
    OptionLimit{"max_new_tokens", &Limits::new_tokens}};

void CheckLimit(const model::GenerationOption& option, const model::OptionValue& value, const Limits& limits) {
  if (!std::holds_alternative<model::IntegerOption>(option.form)) return;
  const int64_t number = std::get<int64_t>(value), most = MostOf(option, limits);
  if (number > most)
    RefuseField(option.name, std::string(option.name) + " is " + std::to_string(number) +
                                 ", this server allows at most " + std::to_string(most) + ".");
}

// 32 bits, so that a seed can be typed again.
uint64_t DrawSeed() { return std::random_device()(); }

void AddSize(const Fields& fields, model::OptionValues* values) {
  const std::string size = fields.Text("size", 32).value_or("auto");
  if (size == "auto" || size.empty()) return;
  const size_t times = size.find_first_of("xX");
  const std::string width = size.substr(0, times), height = times == std::string::npos ? width : size.substr(times + 1);
  for (const auto& [name, side] : {std::pair("width", width), std::pair("height", height)}) {
    const model::GenerationOption& option = *model::FindOption(name);
    const auto value = model::ParseOption(option, side);
    if (!value) RefuseField("size", "size must be auto, N or WIDTHxHEIGHT, each " + model::RangeOf(option) + ".");
    (*values)[option.name] = *value;
  }
}

void CheckDrawnSize(const model::GenerationConfig& options, const OrderContext& context) {
  const model::GenerationConfig& usual = context.served.generation;
  const auto shown = [](int width, int height) { return std::to_string(width) + "x" + std::to_string(height); };
  const std::string hint =
      " This model draws " + shown(usual.width, usual.height) + " unless another size is asked for (size: \"auto\").";
  if (int64_t{options.width} * options.height > context.limits.drawn_pixels)
    RefuseField("size", "size is " + shown(options.width, options.height) + ", this server allows at most " +
                            std::to_string(context.limits.drawn_pixels) + " pixels." + hint);
  try {
    engine::CheckSize(context.served.config, options);
  } catch (const base::Error& error) {
    const std::string_view message = error.what();
    RefuseField("size", std::string(message.substr(message.find("] ") + 2)) + hint);
  }
}

void RequireSkill(const OrderContext& context, model::Skill skill, std::string_view to_do) {
  if (context.served.generation.Knows(skill)) return;
  throw ApiError({.message = "this model has not learned to " + std::string(to_do) + "; /v1/models lists its skills.",
                  .code = "unsupported_by_model"});
}

base::PictureFormat FormatOf(const Fields& fields) {
  const std::string name = fields.Word("output_format", {"png", "jpeg", "jpg", "webp"}).value_or("png");
  if (name == "webp") return base::PictureFormat::kWebp;
  return name == "png" ? base::PictureFormat::kPng : base::PictureFormat::kJpeg;
}

record::MetadataLevel MetadataOf(const Fields& fields) {
  const std::string name = fields.Word("metadata", {"full", "label", "none"}).value_or("full");
  if (name == "none") return record::MetadataLevel::kNone;
  return name == "full" ? record::MetadataLevel::kFull : record::MetadataLevel::kLabel;
}

text::Language LanguageOf(const Fields& fields, text::Language usual) {
  const std::string name = fields.Word("language", {"en", "zh", "auto"}).value_or("auto");
  if (name == "auto") return usual;
  return name == "zh" ? text::Language::kChinese : text::Language::kEnglish;
}

bool IsBlank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

engine::GenerateRequest ReadRequest(const Fields& fields, std::string prompt, std::vector<base::Image> pictures,
                                    const OrderContext& context) {
  const model::GenerationConfig& learned = context.served.generation;
  const model::GenerationConfig usual =
      pictures.empty() ? learned : engine::WithSizeOf(*context.served.model, pictures[0], learned);
  const text::Language language = LanguageOf(fields, text::LanguageOf(prompt));
  engine::GenerateRequest request{.prompt = text::RepairUtf8(prompt),
                                  .plan = fields.Text("plan", context.limits.plan_bytes),
                                  .language = language,
                                  .options = model::WithOptions(usual, ReadOptions(fields, context.limits)),
                                  .pictures = std::move(pictures)};
  if (request.plan && IsBlank(*request.plan)) request.plan.reset();
  if (request.plan && !request.pictures.empty()) RefuseField("plan", "an edit follows no given plan.");
  const std::optional<uint64_t> seed = fields.Seed("seed");
  request.seed = seed ? *seed : DrawSeed();
  return request;
}

// What people write is refused where it makes no sense, as the command line does.
void CheckPlan(const std::string& plan, const OrderContext& context) {
  try {
    coherence::CheckGivenPlan(plan, context.served.check_data);
  } catch (const base::Error&) {
    RefuseField("plan", CurrentFailure().error.message);
  }
}

void RequireUnderstood(const std::string& prompt, const OrderContext& context) {
  try {
    coherence::RequireUnderstood(prompt, context.served.check_data);
  } catch (const coherence::NotUnderstood&) {
    ErrorContent content = CurrentFailure().error;
    content.param = "prompt";
    content.code = "not_understood";
    throw ApiError(content);
  }
}

// A record that anybody may have written, within the limits of what may be asked for.
record::AnswerRecord ReadRecord(const std::string& json, const OrderContext& context) {
  record::AnswerRecord record;
  try {
    record = record::ParseRecord(json, "the record");
  } catch (const base::Error&) {
    RefuseField("record", CurrentFailure().error.message);
  }
  model::GenerationConfig& options = record.request.options;
  for (const model::GenerationOption& option : model::GenerationOptions())
    CheckLimit(option, model::ValueOf(option, options), context.limits);
  options.learned = context.served.generation.learned;
  CheckDrawnSize(options, context);
  const auto check_length = [](const std::string& text, int64_t most) {
    if (static_cast<int64_t>(text.size()) > most)
      RefuseField("record", "a text of the record has " + std::to_string(text.size()) + " bytes, the limit is " +
                                std::to_string(most) + ".");
  };
  check_length(record.request.prompt, context.limits.prompt_bytes);
  check_length(record.plan, context.limits.plan_bytes);
  check_length(record.narrative, context.limits.prompt_bytes);
  return record;
}

record::AnswerRecord ReadRepairable(const std::string& json, const OrderContext& context) {
  record::AnswerRecord record = ReadRecord(json, context);
  if (record.edited_pictures > 0 || record.request.options.max_pictures > 1)
    throw ApiError(
        {.message = "an edit and a story are not repaired.", .param = "record", .code = "nothing_to_repair"});
  return record;
}

// The edit of a picture by its plan. The request gets the record's seed and options, but for what the fields say.
EditOrder ReadEditOrder(const Fields& fields, base::PictureFile file, engine::GenerateRequest* request,
                        const OrderContext& context) {
  EditOrder edit{.picture = {}, .strict = fields.Switch("strict").value_or(false)};
  model::GenerationConfig usual = context.served.generation;
  if (context.served.model != nullptr) usual = engine::WithSizeOf(*context.served.model, file.picture, usual);
  if (const std::optional<std::string> stored = record::StoredRecord(file)) {
    edit.record = ReadRecord(*stored, context);
    usual = edit.record->request.options;
    if (!fields.Seed("seed")) request->seed = edit.record->request.seed;
  }
  usual.repairs = 0;  // which would move what is to stay
  request->options = model::WithOptions(std::move(usual), ReadOptions(fields, context.limits));
  edit.picture = std::move(file.picture);
  return edit;
}

}  // namespace

int64_t MostOf(const model::GenerationOption& option, const Limits& limits) {
  int64_t most = std::get<model::IntegerOption>(option.form).high;
  for (const OptionLimit& limit : kOptionLimits)
    if (limit.option == option.name) most = std::min(most, limits.*limit.most);
  return most;
}

model::OptionValues ReadOptions(const Fields& fields, const Limits& limits) {
  model::OptionValues values;
  AddSize(fields, &values);
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    const std::optional<model::OptionValue> value = fields.Option(option);
    if (!value) continue;
    CheckLimit(option, *value, limits);
    values[option.name] = *value;
  }
  return values;
}

std::vector<base::Image> ImagesOf(std::vector<base::PictureFile> files) {
  std::vector<base::Image> images;
  for (base::PictureFile& file : files) images.push_back(std::move(file.picture));
  return images;
}

DrawOrder ReadDrawOrder(const Fields& fields, std::string prompt, std::vector<base::PictureFile> pictures,
                        const OrderContext& context) {
  if (IsBlank(prompt)) RefuseField("prompt", "the prompt is empty; say what to draw.");
  if (static_cast<int64_t>(prompt.size()) > context.limits.prompt_bytes)
    RefuseField("prompt", "the prompt has " + std::to_string(prompt.size()) + " bytes, the limit is " +
                              std::to_string(context.limits.prompt_bytes) + ".");
  RequireSkill(context, model::Skill::kGenerate, "draw");
  const bool by_plan =
      pictures.size() == 1 && coherence::EditsByPlan(context.served.generation, context.served.check_data);
  if (!pictures.empty() && !by_plan) RequireSkill(context, model::Skill::kEdit, "edit pictures");
  if (by_plan && !IsBlank(fields.Text("plan", context.limits.plan_bytes).value_or("")))
    RefuseField("plan", "an edit follows no given plan.");
  std::optional<base::PictureFile> edited;
  if (by_plan) edited = std::move(pictures[0]);
  if (by_plan) pictures.clear();
  DrawOrder order{.request = ReadRequest(fields, std::move(prompt), ImagesOf(std::move(pictures)), context),
                  .count = static_cast<int>(fields.Integer("n", 1, context.limits.count).value_or(1)),
                  .check = fields.Switch("check").value_or(true),
                  .boxes = fields.Switch("boxes").value_or(false),
                  .style = {.format = FormatOf(fields), .metadata = MetadataOf(fields)}};
  if (edited) order.edit = ReadEditOrder(fields, *std::move(edited), &order.request, context);
  // As on the command line: what is not checked is not repaired, unless that is asked for.
  if (!order.check && !fields.Has("repairs")) order.request.options.repairs = 0;
  if (order.request.options.max_pictures > 1 &&
      !coherence::TellsByPlan(context.served.generation, context.served.check_data))
    RequireSkill(context, model::Skill::kStory, "tell stories");
  if (order.request.seed > std::numeric_limits<uint64_t>::max() - static_cast<uint64_t>(order.count - 1))
    RefuseField("seed", "seeds end at 18446744073709551615; there are fewer than n behind this one.");
  CheckDrawnSize(order.request.options, context);
  if (order.request.plan) CheckPlan(*order.request.plan, context);
  if (!order.edit && fields.Switch("strict").value_or(false)) RequireUnderstood(order.request.prompt, context);
  return order;
}

RepairOrder ReadRepairOrder(const Fields& fields, GivenAnswer given, const OrderContext& context) {
  const Limits& limits = context.limits;
  RequireSkill(context, model::Skill::kGenerate, "draw");
  RequireSkill(context, model::Skill::kCheck, "check texts");
  RepairOrder order{.record = ReadRepairable(given.record, context),
                    .picture = std::move(given.picture),
                    .claim = fields.Text("claim", limits.prompt_bytes).value_or(""),
                    .attempts = static_cast<int>(fields.Integer("attempts", 1, limits.repairs).value_or(2)),
                    .boxes = fields.Switch("boxes").value_or(false),
                    .style = {.format = FormatOf(fields), .metadata = MetadataOf(fields)}};
  if (IsBlank(order.claim)) RefuseField("claim", "the claim is missing: the text of one that fails, as in the report.");
  const model::GenerationConfig& options = order.record.request.options;
  if (order.picture.width != options.width || order.picture.height != options.height)
    RefuseField("image", "the picture does not have the size that its record states.");
  return order;
}

LookOrder ReadLookOrder(LookOrder::Task task, const Fields& fields, std::vector<base::Image> pictures, std::string text,
                        const OrderContext& context) {
  if (pictures.empty()) RefuseField("image", "there is no picture to look at.");
  if (task == LookOrder::Task::kDescribe) RequireSkill(context, model::Skill::kDescribe, "describe pictures");
  if (task == LookOrder::Task::kAsk) RequireSkill(context, model::Skill::kAsk, "answer questions");
  if (task == LookOrder::Task::kCheck) RequireSkill(context, model::Skill::kCheck, "check texts");
  if (pictures.size() > 1 && task != LookOrder::Task::kAsk)
    RefuseField("image", "only a question may be about several pictures.");
  if (pictures.size() > 1) RequireSkill(context, model::Skill::kCompare, "compare pictures");
  if (static_cast<int64_t>(text.size()) > context.limits.prompt_bytes)
    RefuseField("text", "the text has " + std::to_string(text.size()) + " bytes, the limit is " +
                            std::to_string(context.limits.prompt_bytes) + ".");
  if (task != LookOrder::Task::kDescribe && IsBlank(text))
    RefuseField(task == LookOrder::Task::kAsk ? "question" : "text", "there is nothing to ask or to check.");
  return {.task = task,
          .pictures = std::move(pictures),
          .text = text::RepairUtf8(text),
          .language = LanguageOf(fields, IsBlank(text) ? text::Language::kEnglish : text::LanguageOf(text)),
          .check = fields.Switch("check").value_or(true)};
}

base::PictureFile ReadPictureFile(std::string_view bytes, std::string_view param, const Limits& limits) {
  try {
    base::PictureFile file = base::DecodePicture(bytes, "the picture");
    const base::Image& picture = file.picture;
    if (int64_t{picture.width} * picture.height <= limits.given_pixels) return file;
    RefuseField(param, "the picture has " + std::to_string(picture.width) + " x " + std::to_string(picture.height) +
                           " pixels, the limit is " + std::to_string(limits.given_pixels) + " in all.");
  } catch (const base::Error& error) {
    const std::string_view message = error.what();
    RefuseField(param, message.substr(message.find("] ") + 2, message.find('\n') - message.find("] ") - 2));
  }
}

base::Image ReadPictureBytes(std::string_view bytes, std::string_view param, const Limits& limits) {
  return ReadPictureFile(bytes, param, limits).picture;
}

std::string BytesOfPictureUrl(std::string_view url, std::string_view param) {
  if (url.starts_with("http://") || url.starts_with("https://") || url.starts_with("file:"))
    RefuseField(param, "this server fetches no pictures; send a data URL: data:image/png;base64,...");
  std::optional<std::string> bytes = base::BytesOfDataUrl(url);
  if (!bytes) RefuseField(param, "a picture must be a data URL in base64: data:image/png;base64,...");
  return std::move(*bytes);
}

std::string_view MediaTypeOf(base::PictureFormat format) {
  switch (format) {
    case base::PictureFormat::kPng:
      return "image/png";
    case base::PictureFormat::kJpeg:
      return "image/jpeg";
    case base::PictureFormat::kWebp:
      break;
  }
  return "image/webp";
}

}  // namespace diptych::server
