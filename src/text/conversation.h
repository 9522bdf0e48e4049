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

// In which of the two languages a text is mostly written: two Latin letters weigh as much as one Han character.
Language LanguageWritten(std::string_view text);
// Whether all the letters of a prompt are of the language's script, and there are some: then a model answers in that
// language by itself. Latin letters with marks are English too.
bool IsPlainly(Language language, std::string_view text);
// Whether a text of the language may hold these bytes of a token: English has no letters of other scripts, Chinese no
// Latin ones. Parts of characters are judged by their first byte.
bool MayStandIn(Language language, std::string_view bytes);

// A prompt spelt as within a sentence: a space before it, and a small letter for the capital that begins it (not for
// "I" or "UFO"). So "City", "city" and "a city" hold the same token of a byte-level vocabulary, which has few words
// without a space. What begins with no Latin letter stays as it is.
std::string MidSentence(std::string_view prompt);

}  // namespace diptych::text
