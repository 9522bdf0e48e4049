#include "cli/text_input.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/split.h"

namespace diptych::cli {
namespace {

constexpr std::string_view kStandardInput = "-";

std::string_view WithoutBlanksAtEnd(std::string_view line) {
  const size_t last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == line.npos ? 0 : last + 1);
}

}  // namespace

std::string ReadInput(const std::string& name) {
  return name == kStandardInput ? base::ReadStandardInput() : base::ReadFile(name);
}

std::string InputName(const std::string& name) { return name == kStandardInput ? "standard input" : name; }

bool StandardInputIsPiped() {
  struct stat info {};
  return fstat(STDIN_FILENO, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) || S_ISREG(info.st_mode));
}

base::PictureFile ReadPictureInput(const std::string& name) {
  if (name != kStandardInput) return base::ReadPicture(name);
  return base::DecodePicture(base::ReadStandardInput(), InputName(name));
}

std::string CleanText(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    throw base::Error("text", name + " is UTF-16.", "store it as UTF-8.");
  bytes = base::WithoutByteOrderMark(bytes);
  std::string text;
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    text += std::string(WithoutBlanksAtEnd(bytes.substr(0, end))) + "\n";
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace diptych::cli
