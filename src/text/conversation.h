// The texts of a conversation: their language, the special tokens between them, and how a prompt is spelt. Their order
// is in text/answer_layout.h.
#pragma once

#include <string>
#include <string_view>

namespace diptych::text {

enum class Language { kEnglish, kChinese };

// Spellings of the family's special tokens.
inline constexpr std::string_view kTurnStart = "<|im_start|>", kTurnEnd = "<|im_end|>", kThinkStart = "<think>",
                                  kThinkEnd = "</think>", kPictureStart = "<img>", kPictureEnd = "</img>",
                                  kPictureToken = "<IMG_CONTEXT>", kTextEnd = "<|endoftext|>";

// Chinese when the text holds any Han character, English otherwise.
Language LanguageOf(std::string_view text);

// A prompt spelt as within a sentence: a space before it, and a small letter for the capital that begins it (not for
// "I" or "UFO"). So "City", "city" and "a city" hold the same token of a byte-level vocabulary, which has few words
// without a space. What begins with no Latin letter stays as it is.
std::string MidSentence(std::string_view prompt);

}  // namespace diptych::text
