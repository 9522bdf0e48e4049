#include "record/answer_sheet.h"

#include <utility>

#include "base/files.h"
#include "base/png.h"

namespace diptych::record {
namespace {

constexpr int kColumns = 4;

}  // namespace

void AnswerSheet::Add(base::Image picture, const std::string& heading, const std::string& text) {
  pictures_.push_back(std::move(picture));
  text_ += "\n## " + std::to_string(pictures_.size()) + ". " + heading + "\n\n" + text;
}

void AnswerSheet::Write(const std::filesystem::path& name, const Page& page) const {
  base::WritePng(name.string() + ".png", base::Tile(pictures_, kColumns), {});
  base::WriteFileAtomically(name.string() + ".md",
                            "# " + page.title + "\n\n" + (page.note.empty() ? "" : page.note + "\n\n") + "![" +
                                page.picture_text + "](" + name.filename().string() + ".png)\n" + text_);
}

std::string MarkdownQuote(const std::string& text) {
  std::string quoted = "> ";
  for (char c : text) quoted += c == '\n' ? std::string("  \n> ") : std::string(1, c);
  return quoted;
}

}  // namespace diptych::record
