#include "gallery/export.h"

#include <cmath>

#include "gallery/zip.h"

namespace diptych::gallery {
namespace {

std::string Share(const char* name, const coherence::Figure& figure) {
  return std::string(name) + " " + std::to_string(std::lround(100 * figure.share().value_or(0))) + " %";
}

std::string PairLine(const Leaf& leaf, const Panel& panel, const std::string& file_name) {
  const record::AnswerRecord& record = leaf.record;
  return record::JsonObject{{"file_name", file_name},
                            {"text", leaf.pictures.size() > 1 ? panel.text : record.request.prompt},
                            {"narrative", panel.text},
                            {"plan", record.plan},
                            {"language", text::LanguageOf(record.narrative) == text::Language::kChinese ? "zh" : "en"},
                            {"seed", record.request.seed}}
             .Line() +
         "\n";
}

}  // namespace

std::vector<Panel> PanelsOf(const Leaf& leaf) {
  const std::vector<std::string>& texts = leaf.record.panels;
  const size_t count = leaf.pictures.size();
  // One picture of a story by itself has all of its text.
  if (count == 1 || texts.size() < count + 1) return {{.picture = 0, .text = leaf.record.narrative}};
  std::vector<Panel> panels;
  for (size_t i = 0; i < count; ++i) panels.push_back({static_cast<int>(i), texts[i + 1]});
  if (!texts[0].empty()) panels[0].text = texts[0] + (panels[0].text.empty() ? "" : "\n") + panels[0].text;
  return panels;
}

std::vector<std::string> SmallPrint(const Leaf& leaf, text::Language language) {
  const bool chinese = language == text::Language::kChinese;
  std::vector<std::string> parts;
  if (const auto& report = leaf.record.report) {
    if (report->followed().count > 0) parts.push_back(Share(chinese ? "照着画了" : "followed", report->followed()));
    if (report->told().count > 0) parts.push_back(Share(chinese ? "说的属实" : "told true", report->told()));
  }
  parts.push_back((chinese ? "种子 " : "seed ") + std::to_string(leaf.record.request.seed) + " · " + leaf.record.model);
  return parts;
}

std::string PairsOf(std::span<const Leaf> leaves) {
  ZipWriter zip;
  std::string lines;
  for (const Leaf& leaf : leaves) {
    for (const Panel& panel : PanelsOf(leaf)) {
      const std::string number = panel.picture == 0 ? "" : "-" + std::to_string(panel.picture + 1);
      const std::string name = leaf.id + number + ".png";
      zip.Add(name, leaf.pictures[static_cast<size_t>(panel.picture)]);
      lines += PairLine(leaf, panel, name);
    }
  }
  zip.Add("metadata.jsonl", lines);
  return zip.Finish();
}

}  // namespace diptych::gallery
