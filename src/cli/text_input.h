// What people hand over: files by their names, "-" for standard input, and texts as editors leave them.
#pragma once

#include <string>
#include <string_view>

#include "base/picture_file.h"

namespace diptych::cli {

// All bytes of the file; of standard input for "-". Error names it.
std::string ReadInput(const std::string& name);
// How messages call it: "standard input" for "-".
std::string InputName(const std::string& name);
// Whether standard input is a pipe, a socket or a file, so that a text may come from there unasked.
bool StandardInputIsPiped();

// The picture in the file or in standard input: PNG, JPEG or WebP. Error names it.
base::PictureFile ReadPictureInput(const std::string& name);

// A text without what editors add to it: a byte order mark, carriage returns, white space at the ends of lines, and
// empty lines at its end. Error for UTF-16, which a byte order mark gives away; `name` stands in the message.
std::string CleanText(std::string_view bytes, const std::string& name);

}  // namespace diptych::cli
