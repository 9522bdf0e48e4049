// The metadata of a picture's file: the readable settings, our record, and the fields of IPTC that mark a picture as
// made by a model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/picture_file.h"
#include "record/answer_record.h"

namespace diptych::record {

// Keywords of the PNG's texts: the readable settings, the record as JSON without cost, and the XMP packet (Adobe XMP
// part 3, section 1.1.5).
inline constexpr std::string_view kParametersKey = "parameters", kRecordKey = "diptych", kXmpKey = base::kXmpKeyword;

// kLabel marks the picture as made by a model and says nothing else; kNone gives no texts.
enum class MetadataLevel { kFull, kLabel, kNone };

// The texts of a PNG, of a story's `picture`-th.
std::vector<base::PngText> MetadataTexts(const AnswerRecord& record, MetadataLevel level, int picture = 1);

// The bytes of the picture's file with its texts. JPEG and WebP store the XMP packet alone, so the record is put into
// it; where a JPEG has no room for that, the record is left out (KeepsRecord).
std::string EncodeWithMetadata(const base::Image& picture, const std::vector<base::PngText>& texts,
                               base::PictureFormat format);
bool KeepsRecord(const std::vector<base::PngText>& texts, base::PictureFormat format);

// The record's JSON that a file of any format holds; nothing when it holds none.
std::optional<std::string> StoredRecord(const base::PictureFile& file);

}  // namespace diptych::record
