// A prompt may stand without a verb; so a verb that was mistyped, or a file's name, would be drawn. Here they are told
// from prompts.
#pragma once

#include <string>
#include <vector>

namespace diptych::cli {

// `words` are those of a command line without a verb. Throws UsageError, which names the command that is likely meant
// and how to draw the words all the same, when the first one is a verb (behind flags, in capitals, or up to two edits
// away from one), a usual verb of other programs, or the name of a file.
void RefuseUnmeantPrompt(const std::vector<std::string>& words);

}  // namespace diptych::cli
