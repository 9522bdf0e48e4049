// A contact sheet of answers: their pictures in rows of four, and a page that shows it above what is said of each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/image.h"

namespace diptych::record {

class AnswerSheet {
 public:
  struct Page {
    std::string title;
    std::string note;  // below the title; may be empty
    std::string picture_text = "the pictures, in rows of four";
  };
  // `heading` stands behind the answer's number, `text` (Markdown) below it.
  void Add(base::Image picture, const std::string& heading, const std::string& text);
  size_t size() const { return pictures_.size(); }
  // NAME.png and NAME.md. Error: the pictures are not of one size, a file cannot be written.
  void Write(const std::filesystem::path& name, const Page& page) const;

 private:
  std::vector<base::Image> pictures_;
  std::string text_;
};

// A text as a block of quoted lines in Markdown, without a line end behind it.
std::string MarkdownQuote(const std::string& text);

}  // namespace diptych::record
