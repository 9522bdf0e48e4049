// Answers of the gallery as files for others: a page, a PDF, a folder of pairs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/answer_record.h"
#include "text/conversation.h"

namespace diptych::gallery {

// All of one answer.
struct Leaf {
  std::string id;
  std::vector<std::string> pictures;  // bytes of PNG files
  std::string record_json{};          // as the first of them holds it
  record::AnswerRecord record{};      // the same, read
  std::string other{};                // the narrative in another language; may be empty
};

// A picture with the text that belongs to it: of a story each of its pictures, of any other answer the one.
struct Panel {
  int picture = 0;  // its place in the leaf
  std::string text;
};
std::vector<Panel> PanelsOf(const Leaf& leaf);

// "followed 100 %", "seed 7 · default": what stands small below an answer, in the language of the reader.
std::vector<std::string> SmallPrint(const Leaf& leaf, text::Language language);

// One HTML file that needs nothing else: the pictures are data URLs. `language`: of the small print.
std::string HtmlOf(std::span<const Leaf> leaves, text::Language language);

// A PDF with the picture left and its text right, one panel a page; a text that is too long goes on. Error where
// PdfProblem says so.
std::string PdfOf(std::span<const Leaf> leaves, text::Language language);
// Why there can be no PDF on this system; empty where there can.
std::string PdfProblem();

// A zip file with a folder of pairs, as Hugging Face's imagefolder and trainers of models read it: the pictures' files
// and metadata.jsonl, {"file_name", "text", "narrative", "plan", "language", "seed"} a line; of a story a line for each
// picture. `text` is the prompt, or of a story the picture's own text.
std::string PairsOf(std::span<const Leaf> leaves);

}  // namespace diptych::gallery
