// The page that is served at "/": one file, built into the program.
#pragma once

#include <string_view>

namespace diptych::server {

std::string_view Page();

}  // namespace diptych::server
