// Where an answer goes, as --output and --format say.
#pragma once

#include "cli/flags.h"
#include "record/answer_files.h"

namespace diptych::cli {

struct Output {
  std::filesystem::path folder;  // of the files
  std::string name;              // theirs without an extension; empty: after the prompt and the seed
  std::string extension;         // as the caller wrote it; empty: the format's
  record::PictureStyle style;
  bool to_stdout = false;  // the picture's bytes, and nothing else anywhere
  bool numbered = false;   // several answers: the seed stands behind the name
};

// Makes the folder. UsageError when flags contradict each other; Error when the folder cannot be written in or a name
// that was chosen is taken, so that nothing is drawn in vain.
Output PrepareOutput(const Flags& flags);
// Stores the answer's files; `stem` names them where the output has no name of its own. None when it goes to stdout.
record::AnswerFiles Store(const Output& output, const std::string& stem, uint64_t seed, record::AnswerContent content);

}  // namespace diptych::cli
