// What a request asks of the model, read from its fields. Options are those of the one table that the command line has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/fields.h"
#include "server/limits.h"
#include "server/served_model.h"

namespace diptych::server {

// What the reading of an order needs to know.
struct OrderContext {
  const ServedModel& served;
  const Limits& limits;
};

// The options that the fields name. ApiError names the field that is out of the table's range or above a limit.
model::OptionValues ReadOptions(const Fields& fields, const Limits& limits);

// The largest value that is taken of an option in whole numbers: the table's, or a lower one of the limits.
int64_t MostOf(const model::GenerationOption& option, const Limits& limits);

// A drawing of `prompt`, or an edit where there are pictures: by the model where it has learned that, else by the plan
// of one picture, whose record gives the options and the seed that the fields do not. Fields: every option by its name;
// size ("auto", "128", "192x128"), n, seed (absent or -1: drawn), plan, language ("en", "zh", "auto"), check, boxes,
// output_format ("png", "jpeg", "webp"), metadata ("full", "label", "none"), strict (refuses what is not understood).
// ApiError names the field that cannot be used, or says what this model has not learned.
DrawOrder ReadDrawOrder(const Fields& fields, std::string prompt, std::vector<base::PictureFile> pictures,
                        const OrderContext& context);
std::vector<base::Image> ImagesOf(std::vector<base::PictureFile> files);

// One claim of an answer made again. Fields: claim, attempts, boxes, output_format, metadata. `given` holds the answer:
// its record and its picture, both from anywhere. ApiError also where the record does not fit this model or the limits.
struct GivenAnswer {
  std::string record;  // JSON
  base::Image picture;
};
RepairOrder ReadRepairOrder(const Fields& fields, GivenAnswer given, const OrderContext& context);

// Field: check, of a description. ApiError where the model has not learned the task, or there is nothing to look at.
LookOrder ReadLookOrder(LookOrder::Task task, const Fields& fields, std::vector<base::Image> pictures, std::string text,
                        const OrderContext& context);

// A picture in a PNG, JPEG or WebP file. ApiError with `param` for anything else.
base::Image ReadPictureBytes(std::string_view bytes, std::string_view param, const Limits& limits);
base::PictureFile ReadPictureFile(std::string_view bytes, std::string_view param, const Limits& limits);
// The file's bytes in a data URL, or base64 alone. Addresses of other hosts are refused: the server fetches nothing.
std::string BytesOfPictureUrl(std::string_view url, std::string_view param);

// "image/png".
std::string_view MediaTypeOf(base::PictureFormat format);

}  // namespace diptych::server
