#include "train/log_files.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "base/files.h"

namespace diptych::train {
namespace {

namespace fs = std::filesystem;

// The number that a line begins with; a large one for a line of another form.
double StepOf(const std::string& line) {
  constexpr std::string_view kJson = "{\"step\": ";
  const char* const start = line.c_str() + (line.starts_with(kJson) ? kJson.size() : 0);
  char* end = nullptr;
  const double step = std::strtod(start, &end);
  return end == start ? 1e300 : step;
}

auto Commas(std::string_view text) { return std::count(text.begin(), text.end(), ','); }

// The whole lines of `content` that stand for steps up to this one, and the header as it is.
std::string LinesUntil(int64_t step, const std::string& content, std::string_view header) {
  std::string kept;
  for (size_t at = 0, end; (end = content.find('\n', at)) != content.npos; at = end + 1) {
    const std::string line = content.substr(at, end - at);
    const bool heads = at == 0 && !header.empty();
    const bool whole = header.empty() ? line.ends_with('}') : Commas(line) == Commas(header);
    if (heads || (whole && StepOf(line) <= static_cast<double>(step))) kept += line + '\n';
  }
  return kept;
}

// NAME-until-000000012.csv, or with a further number when there is one already.
void MoveAway(const fs::path& path, int64_t step) {
  char number[32];
  std::snprintf(number, sizeof(number), "%09lld", static_cast<long long>(step));
  const std::string start = (path.parent_path() / path.stem()).string() + "-until-" + number,
                    end = path.extension().string();
  fs::path to = start + end;
  for (int i = 2; fs::exists(to); ++i) to = start + "-" + std::to_string(i) + end;
  fs::rename(path, to);
}

}  // namespace

std::ofstream OpenLogAfter(int64_t step, const fs::path& path, std::string_view header) {
  const std::string start = header.empty() ? "" : std::string(header) + '\n';
  const std::string found = fs::exists(path) ? base::ReadFile(path) : "";
  std::string kept = LinesUntil(step, found, header);
  if (!kept.empty() && !kept.starts_with(start)) {
    MoveAway(path, step);
    kept.clear();
  }
  if (kept.empty()) kept = start;
  if (kept != found) base::WriteFileAtomically(path, kept);
  std::ofstream file(path, std::ios::app);
  if (!file) throw base::Error("log", "cannot write " + path.string() + ".", "check the folder's permissions.");
  return file;
}

}  // namespace diptych::train
