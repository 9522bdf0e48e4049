// What the index says of an answer, read from its files.
#pragma once

#include <span>
#include <string>

#include "gallery/index.h"
#include "record/answer_record.h"

namespace diptych::gallery {

// The record's JSON in a picture's file. Error: it is no picture, holds no record or a damaged one.
std::string RecordIn(std::string_view picture, const std::string& name);

// The same picture with its record as a PNG file; a PNG file as it is. Error as above.
std::string AsPng(std::string_view picture, const std::string& name);

// `pictures`: bytes of the files. Id, notes and bin are the caller's. Error as above.
Indexed IndexedOf(std::span<const std::string> pictures);

}  // namespace diptych::gallery
