// The words around a request: ChatML turns, the thinking block, and the instruction of each task. Written once, for
// training and for answering.
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

// "<|im_start|>user\nCONTENT<|im_end|>\n<|im_start|>assistant\n"; CONTENT must be free of special spellings that come
// from a user (see Tokenizer::EncodeOrdinary): callers encode the three parts apart.
struct TurnParts {
  std::string before, after;  // what stands before and after the user's content
};
// The user turn and the opening of the assistant's.
TurnParts UserTurn();
// What the assistant's answer starts with when it does not think: "<think>\n\n</think>\n\n".
std::string NoThinking();
// "<think>\n" and "\n</think>\n\n", around a plan.
std::string OpenThinking();
std::string CloseThinking();

// What follows a prompt when the narrative shall be in this language, which need not be the prompt's.
std::string LanguageRequest(Language language);

// A prompt spelt as within a sentence: a space before it, and a small letter for the capital that begins it (not for
// "I" or "UFO"). So "City", "city" and "a city" hold the same token of a byte-level vocabulary, which has few words
// without a space. What begins with no Latin letter stays as it is.
std::string MidSentence(std::string_view prompt);

// User content of the tasks on a picture; the picture ("<img>" its tokens "</img>" "\n") stands before it.
std::string DescribeInstruction(Language language);
std::string ClaimInstruction(std::string_view claim, Language language);  // answer: "yes" or "no"
std::string WhereInstruction(std::string_view subject,
                             Language language);  // answer: "LEFT TOP RIGHT BOTTOM" in percent
std::string PlanInstruction();                    // answer: the plan that the picture follows
// User content of the task on text alone: which facts does it state? Answer: facts, one a line (plan/plan.h).
std::string FactsInstruction(std::string_view text);

}  // namespace diptych::text
