// Base64 (RFC 4648) and data URLs (RFC 2397).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace diptych::base {

std::string EncodeBase64(std::string_view bytes);
// Both alphabets, with padding or without it; line ends between are passed over. Nothing for anything else.
std::optional<std::string> DecodeBase64(std::string_view text);

// "data:image/png;base64,...".
std::string DataUrl(std::string_view media_type, std::string_view bytes);
// The bytes of a data URL in base64, or of base64 alone. Nothing for anything else.
std::optional<std::string> BytesOfDataUrl(std::string_view url);

}  // namespace diptych::base
