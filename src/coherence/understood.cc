#include "coherence/understood.h"

#include <string>

#include "coherence/asked.h"

namespace diptych::coherence {

void RequireUnderstood(std::string_view prompt, const CheckData& data) {
  std::string what;
  for (const std::string& word : data.UnknownWords(prompt)) what += (what.empty() ? "not understood: " : ", ") + word;
  std::string near;
  for (const NearThing& thing : AskedBy(prompt, "", data).near)
    near += (near.empty() ? "not known: " : ", ") + thing.words + " (nearest: " + thing.kind + ")";
  if (!near.empty()) what += (what.empty() ? "" : "; ") + near;
  if (!what.empty())
    throw NotUnderstood("prompt", what + ".",
                        "`diptych words` lists what this model can draw; without --strict the rest is drawn.");
}

}  // namespace diptych::coherence
