// Small answers as files, for tests.
#pragma once

#include <string>
#include <vector>

#include "base/picture_file.h"
#include "record/answer_record.h"
#include "record/picture_metadata.h"

namespace diptych::gallery {

inline record::AnswerRecord RecordOfTexts(const std::string& prompt, const std::string& narrative) {
  record::AnswerRecord record;
  record.request.prompt = prompt;
  record.request.seed = 17;
  record.narrative = narrative;
  record.model = "default";
  record.version = "0.1.0";
  return record;
}

inline std::string PictureOf(const record::AnswerRecord& record, int number = 1) {
  const base::Image picture{.width = 2, .height = 1, .rgb = {200, 60, 40, 20, 40, 180}};
  return record::EncodeWithMetadata(picture, record::MetadataTexts(record, record::MetadataLevel::kFull, number),
                                    base::PictureFormat::kPng);
}

// `panels`: the text before the first picture, then that behind each.
inline std::vector<std::string> StoryOf(const std::vector<std::string>& panels) {
  record::AnswerRecord record = RecordOfTexts("a story of " + panels[1], "");
  record.panels = panels;
  for (const std::string& text : panels) record.narrative += text;
  std::vector<std::string> files;
  for (size_t i = 1; i < panels.size(); ++i) files.push_back(PictureOf(record, static_cast<int>(i)));
  return files;
}

}  // namespace diptych::gallery
