// What a PNG says of its answer: the readable settings, our record, and the fields of IPTC that mark a picture as made
// by a model.
#pragma once

#include <string_view>
#include <vector>

#include "base/png.h"
#include "record/answer_record.h"

namespace diptych::record {

// Keywords of the PNG's texts: the readable settings, the record as JSON without cost, and the XMP packet (Adobe XMP
// part 3, section 1.1.5).
inline constexpr std::string_view kParametersKey = "parameters", kRecordKey = "diptych", kXmpKey = "XML:com.adobe.xmp";

// kLabel marks the picture as made by a model and says nothing else; kNone gives no texts.
enum class MetadataLevel { kFull, kLabel, kNone };

// The texts of a PNG, of a story's `picture`-th.
std::vector<base::PngText> MetadataTexts(const AnswerRecord& record, MetadataLevel level, int picture = 1);

}  // namespace diptych::record
