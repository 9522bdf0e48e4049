#include "eval/text_reader.h"

namespace diptych::eval {

TextReader TextReaderOf(const world::NarrativeReader& reader) {
  return [&reader](std::string_view text, text::Language language) {
    world::ReadText read = reader.Read(text, language);
    NarrativeReading reading{
        .facts = std::move(read.facts), .faults = {}, .sentences = static_cast<int>(read.sentences.size())};
    for (world::ReadSentence& sentence : read.sentences) {
      if (!sentence.grammatical) reading.faults.push_back(std::move(sentence.text));
    }
    return reading;
  };
}

std::vector<ReaderQuality> MeasureTextReader(const world::Words& words, const world::HeldOut& held_out, int scenes,
                                             const world::Repertoire& repertoire) {
  // None of the seeds of training or of the prompts.
  constexpr uint64_t kFirstSeed = uint64_t{0x7E57} << 40;
  std::vector<world::Scene> samples;
  for (int i = 0; i < scenes; ++i)
    samples.push_back(world::SampleScene(kFirstSeed + static_cast<uint64_t>(i),
                                         i % 2 == 0 ? world::Split::kTraining : world::Split::kHeldOut, held_out,
                                         repertoire));
  const world::ReaderError error = world::MeasureReader(words, samples);
  ReaderQuality found{.name = "narrative reader: facts found", .by_topic = {}};
  ReaderQuality truth{.name = "facts read that are true", .by_topic = {}};
  for (size_t i = 0; i < error.topics.size(); ++i) {
    const world::ReaderError::OfTopic& one = error.topics[i];
    const int read = one.found + one.untrue;
    if (one.stated > 0) found.by_topic[static_cast<world::Topic>(i)] = static_cast<double>(one.found) / one.stated;
    if (read > 0) truth.by_topic[static_cast<world::Topic>(i)] = static_cast<double>(one.found) / read;
  }
  return {found, truth};
}

}  // namespace diptych::eval
