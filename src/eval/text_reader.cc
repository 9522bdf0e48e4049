#include "eval/text_reader.h"

namespace diptych {

TextReader TextReaderOf(const NarrativeReader& reader) {
  return [&reader](std::string_view text, Language language) {
    ReadText read = reader.Read(text, language);
    NarrativeReading reading{
        .facts = std::move(read.facts), .faults = {}, .sentences = static_cast<int>(read.sentences.size())};
    for (ReadSentence& sentence : read.sentences) {
      if (!sentence.grammatical) reading.faults.push_back(std::move(sentence.text));
    }
    return reading;
  };
}

std::vector<ReaderQuality> MeasureTextReader(const Words& words, const HeldOut& held_out, int scenes) {
  // None of the seeds of training or of the prompts.
  constexpr uint64_t kFirstSeed = uint64_t{0x7E57} << 40;
  std::vector<Scene> samples;
  for (int i = 0; i < scenes; ++i)
    samples.push_back(
        SampleScene(kFirstSeed + static_cast<uint64_t>(i), i % 2 == 0 ? Split::kTraining : Split::kHeldOut, held_out));
  const ReaderError error = MeasureReader(words, samples);
  ReaderQuality found{.name = "narrative reader: facts found", .by_topic = {}};
  ReaderQuality truth{.name = "facts read that are true", .by_topic = {}};
  for (size_t i = 0; i < error.topics.size(); ++i) {
    const ReaderError::OfTopic& one = error.topics[i];
    const int read = one.found + one.untrue;
    if (one.stated > 0) found.by_topic[static_cast<Topic>(i)] = static_cast<double>(one.found) / one.stated;
    if (read > 0) truth.by_topic[static_cast<Topic>(i)] = static_cast<double>(one.found) / read;
  }
  return {found, truth};
}

}  // namespace diptych
